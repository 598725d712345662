export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

export interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

/** Licences that ask for no more than their own text and notices to be passed on. */
export const allowedLicences: ReadonlySet<string> = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '(BSD-3-Clause OR GPL-2.0)', // a choice: taken under the first
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Python-2.0',
  'PSF-2.0',
  'Unlicense',
]);

/** Comes with the gRPC exporters of the tracing SDK, which are not in the bundle; its script only prints a notice. */
const harmlessScripts: ReadonlySet<string> = new Set(['protobufjs']);

/** Everything that is wrong with what is depended on. Scripts are accepted of development packages that npm never runs. */
export function lockProblems(manifest: Manifest, lock: Lock, npmrc: string): readonly string[] {
  const ignoresScripts = /^ignore-scripts\s*=\s*true\s*$/m.test(npmrc);
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const ranges = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, wanted]) => !/^(?:npm:(?:@[^/@]+\/)?[^/@]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(wanted))
    .map(([name, wanted]) => `${name}: "${wanted}" in package.json is no exact version`);
  const packages = packagesOf(lock).flatMap(([name, locked]) =>
    packageProblems(name, locked, ignoresScripts).map((problem) => `${name}: ${problem}`),
  );
  return [...ranges, ...packages];
}

function packageProblems(name: string, locked: Locked, ignoresScripts: boolean): readonly string[] {
  const { integrity = '', license = 'none', hasInstallScript = false, dev = false } = locked;
  const problems: string[] = [];
  if (!/^sha512-[\w+/]{86}==$/.test(integrity)) problems.push('no SHA-512 in package-lock.json');
  if (!allowedLicences.has(license))
    problems.push(`licence ${license} is not on the list in scripts/lock.ts`);
  const isNeverRun = dev || harmlessScripts.has(name);
  if (hasInstallScript && !isNeverRun) problems.push('runs a script when it is installed');
  if (hasInstallScript && isNeverRun && !ignoresScripts)
    problems.push('would run a script when it is installed: .npmrc must say ignore-scripts=true');
  return problems;
}

/** Every package of a lock but the project itself, by name. */
export function packagesOf({ packages }: Lock): readonly (readonly [string, Locked])[] {
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, locked]) => [
      path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      locked,
    ]);
}
