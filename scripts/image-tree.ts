import {
  chmodSync,
  copyFileSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { buildIfStale } from './build.ts';
import { bakeCompileCache } from './compile-cache.ts';
import { billOfMaterials } from './sbom.ts';

// `npm run image:tree -- --out DIR`: everything the image holds beside Node and its base, as it stands under /app.

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

export interface ImageTreeOptions {
  readonly out: string;
  /** The Node that will run it; its compile cache is baked. Undefined: no cache. */
  readonly node: string | undefined;
}

/** What a file of the tree weighs, by its path in it. */
export type TreeSizes = ReadonlyMap<string, number>;

/** Assembles the tree. All but the compile cache is the same, byte for byte, whenever it is done. */
export async function assembleImageTree({ out, node }: ImageTreeOptions): Promise<TreeSizes> {
  await buildIfStale();
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  // Source maps are read with --enable-source-maps only, which the image does not set.
  for (const name of bundled()) put(out, name, dist);
  put(out, 'LICENSE', root);
  writeFileSync(join(out, 'package.json'), manifest());
  writeFileSync(join(out, 'sbom.cdx.json'), await billOfMaterials());
  chmodSync(join(out, 'kt.js'), 0o755);
  if (node !== undefined) await bakeCompileCache(out, node);
  return treeSizes(out);
}

function bundled(): readonly string[] {
  return globSync('**/*', { cwd: dist })
    .filter((name) => !name.endsWith('.map') && statSync(join(dist, name)).isFile())
    .toSorted();
}

function put(out: string, name: string, from: string): void {
  mkdirSync(dirname(join(out, name)), { recursive: true });
  copyFileSync(join(from, name), join(out, name));
  chmodSync(join(out, name), 0o644);
}

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** Says that the bundle is made of ES modules, and what it is; there is nothing to install. */
function manifest(): string {
  const self = Manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  return `${JSON.stringify({ ...self, type: 'module' }, undefined, 2)}\n`;
}

export function treeSizes(out: string): TreeSizes {
  const names = globSync(['**/*', '.cache/**/*'], { cwd: out }).toSorted();
  const files = names.filter((name) => statSync(join(out, name)).isFile());
  return new Map(files.map((name) => [name, statSync(join(out, name)).size]));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      node: { type: 'string', default: process.execPath },
      'no-compile-cache': { type: 'boolean', default: false },
      'budget-mb': { type: 'string', default: '12' },
    },
  });
  if (values.out === undefined) throw new Error('usage: npm run image:tree -- --out DIR');
  const out = resolve(values.out);
  const sizes = await assembleImageTree({ out, node: values['no-compile-cache'] ? undefined : values.node });
  let bytes = 0;
  let cached = 0;
  for (const [name, size] of sizes) {
    bytes += size;
    if (name.startsWith('.cache/')) cached += size;
  }
  process.stdout.write(
    `${out}: ${sizes.size} files, ${megabytes(bytes)}, of it compile cache ${megabytes(cached)}\n`,
  );
  if (bytes > Number(values['budget-mb']) * 1e6) {
    process.stderr.write(`more than ${values['budget-mb']} MB\n`);
    process.exitCode = 1;
  }
}
