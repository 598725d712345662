import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { kubernetesClient, separateKubernetesClient } from './kubernetes-client.ts';
import { type Metafile, noticesText, shippedPackages } from './notices.ts';
import { slim } from './slim.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const stamp = join(dist, '.stamp');

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minify: true,
  legalComments: 'none',
  // CommonJS packages in the bundle still ask for Node's own modules by require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** How `kt` is bundled into dist/: one file, and a lazy chunk for each command and optional part. */
export const bundles: readonly BuildOptions[] = [
  {
    ...shared,
    entryPoints: {
      kt: join(root, 'src/main.ts'),
      // A thread of the controller.
      'policy-check-worker': join(root, 'src/kube/admission/policy-check-worker.ts'),
    },
    outdir: dist,
    splitting: true,
    // Read only with --enable-source-maps.
    sourcemap: 'linked',
    plugins: [slim, separateKubernetesClient],
    // undici's own switch for builds without its experimental second parser.
    define: { esbuildDetection: 'true' },
    chunkNames: 'chunks/[name]-[hash]',
  },
  { ...shared, ...kubernetesClient(root, dist) },
];

/** A digest of everything the bundle is made from. */
function sources(): string {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted();
  for (const name of files) hash.update(name).update(readFileSync(join(root, 'src', name)));
  for (const name of [
    'package-lock.json',
    'scripts/build.ts',
    'scripts/slim.ts',
    'scripts/notices.ts',
    'scripts/kubernetes-client.ts',
  ])
    hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

function isFresh(digest: string): boolean {
  try {
    return readFileSync(stamp, 'utf8') === digest;
  } catch {
    return false; // never built
  }
}

/** Whoever passes the bundle on passes on the licences of what is in it. */
function writeNotices(metafile: Metafile): void {
  const packages = shippedPackages(metafile, root);
  writeFileSync(join(dist, 'THIRD_PARTY_NOTICES.txt'), noticesText(packages));
  const list = packages.map(({ name, version, license }) => ({ name, version, license }));
  writeFileSync(join(dist, 'packages.json'), `${JSON.stringify(list, undefined, 2)}\n`);
}

/** Bundles `kt`, where its sources have changed. */
export async function buildIfStale(): Promise<boolean> {
  const digest = sources();
  if (isFresh(digest)) return false;
  const { build, stop } = await import('esbuild');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const built = await Promise.all(bundles.map((options) => build({ ...options, metafile: true })));
  await stop();
  writeNotices({ outputs: Object.assign({}, ...built.map(({ metafile }) => metafile.outputs)) });
  chmodSync(join(dist, 'kt.js'), 0o755);
  writeFileSync(stamp, digest);
  return true;
}

if (import.meta.main) await buildIfStale();
