import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, stop } from 'esbuild';
import { z } from 'zod';
import { bundles } from './build.ts';

const root = join(import.meta.dirname, '..');

const Lock = z.object({
  name: z.string(),
  version: z.string(),
  packages: z.record(
    z.string(),
    z.object({
      // Only where a package is installed under another name than its own.
      name: z.string().optional(),
      version: z.string().optional(),
      license: z.string().optional(),
      integrity: z.string().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
type Lock = z.infer<typeof Lock>;

/** One package of the bundle, by where it is installed. */
interface Bundled {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** SHA-512 of the package's archive, in hexadecimal. */
  readonly digest: string;
  readonly dependencies: readonly string[];
}

/**
 * What the bundle really contains, as CycloneDX: packages of which at least one byte is in it. (`npm sbom` lists what is
 * installed instead, the per-platform Node packages among it.) The same sources give the same bytes.
 */
export async function billOfMaterials(): Promise<string> {
  const lock = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const packages = [...(await bundledPaths())].toSorted().map((path) => describe(lock, path));
  const self = `${lock.name}@${lock.version}`;
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumber(self, packages),
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': self,
        name: lock.name,
        version: lock.version,
        purl: purl(lock.name, lock.version),
        licenses: [{ expression: lock.packages['']?.license ?? 'NOASSERTION' }],
      },
    },
    components: packages.map(component),
    dependencies: dependencies(lock, self, packages),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The folders below node_modules that something in the bundle came from. */
async function bundledPaths(): Promise<ReadonlySet<string>> {
  const built = await Promise.all(
    bundles.map((options) => build({ ...options, write: false, metafile: true })),
  );
  await stop();
  const paths = new Set<string>();
  for (const { inputs } of built.flatMap(({ metafile }) => Object.values(metafile.outputs)))
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const path = packageOf(file);
      if (path !== undefined && bytesInOutput > 0) paths.add(path);
    }
  return paths;
}

/** `node_modules/a/node_modules/@b/c` for a file anywhere in it. */
export function packageOf(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0].replace(/^.*?(?=node_modules\/)/, '');
}

function describe(lock: Lock, path: string): Bundled {
  const entry = lock.packages[path];
  const { version, integrity } = entry ?? {};
  if (entry === undefined || version === undefined || integrity === undefined)
    throw new Error(`${path} is in the bundle, but package-lock.json does not pin it: npm ci`);
  const [algorithm, base64 = ''] = integrity.split('-');
  if (algorithm !== 'sha512') throw new Error(`${path} is pinned by ${algorithm}, not by sha512`);
  return {
    path,
    name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version,
    license: entry.license ?? 'NOASSERTION',
    digest: Buffer.from(base64, 'base64').toString('hex'),
    dependencies: Object.keys(entry.dependencies ?? {}),
  };
}

function component({ name, version, license, digest }: Bundled) {
  return {
    type: 'library',
    'bom-ref': `${name}@${version}`,
    name,
    version,
    scope: 'required',
    hashes: [{ alg: 'SHA-512', content: digest }],
    licenses: [{ expression: license }],
    purl: purl(name, version),
  };
}

function dependencies(lock: Lock, self: string, packages: readonly Bundled[]) {
  const direct = Object.keys(lock.packages['']?.dependencies ?? {});
  return [
    { ref: self, dependsOn: references(packages, direct, '') },
    ...packages.map((each) => ({
      ref: `${each.name}@${each.version}`,
      dependsOn: references(packages, each.dependencies, each.path),
    })),
  ];
}

/** What Node finds for these names from there: the nearest node_modules that has them. */
function references(packages: readonly Bundled[], names: readonly string[], from: string): string[] {
  const byPath = new Map(packages.map((each) => [each.path, `${each.name}@${each.version}`]));
  return names.flatMap((name) => {
    for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
      const found = byPath.get(`${base === '' ? '' : `${base}/`}node_modules/${name}`);
      if (found !== undefined) return [found];
      if (base === '') return []; // not in the bundle
    }
  });
}

function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** Names this very content: random numbers would make two builds of one source differ. */
function serialNumber(self: string, packages: readonly Bundled[]): string {
  const hash = createHash('sha256').update(self);
  for (const { name, version, digest } of packages) hash.update(`\n${name}@${version} ${digest}`);
  const hex = hash.digest('hex');
  const variant = (8 + (Number.parseInt(hex[16] ?? '0', 16) % 4)).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
