import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, runCommand } from './command.ts';
import type { EnvironmentName, Sdk } from './sdks.ts';

const here = import.meta.dirname;
const oldestPython = [3, 10] as const;

/** Where the client libraries are installed: outside the tree's own packages, and out of git. */
const cache = process.env['KT_SDK_CACHE'] ?? join(here, '../../.cache/sdks');

export const nodeFolder: string = join(cache, 'node');

/** The interpreter of a Python environment. */
export function pythonOf(environment: EnvironmentName): string {
  return join(cache, environment, 'bin', 'python');
}

/** Installs what is not up to date. Rejects, saying what the machine lacks, rather than leave a language out. */
export async function installEnvironments(say: (text: string) => void): Promise<void> {
  await installNode(say);
  await installPython('python-clients', say);
  await installPython('python-frameworks', say);
}

/** The version of each package of a library, as it is installed. */
export function installedVersions(sdk: Sdk): ReadonlyMap<string, string> {
  return new Map(sdk.packages.map((name) => [name, versionOf(sdk.environment, name)]));
}

function versionOf(environment: EnvironmentName, name: string): string {
  const version =
    environment === 'node' ? lockedVersion(name) : pinnedVersion(requirementsOf(environment), name);
  if (version === undefined) throw new Error(`${name} is not pinned for ${environment}`);
  return version;
}

function lockedVersion(name: string): string | undefined {
  const manifest: unknown = JSON.parse(readFileSync(join(here, 'node/package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('dependencies' in manifest)) return undefined;
  const found = Object.entries(manifest.dependencies ?? {}).find(([key]) => key === name);
  return typeof found?.[1] === 'string' ? found[1] : undefined;
}

function pinnedVersion(requirements: string, name: string): string | undefined {
  const line = readFileSync(requirements, 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${name}==`));
  return line?.slice(name.length + 2).trim();
}

function requirementsOf(environment: EnvironmentName): string {
  return join(here, 'python', `requirements-${environment.replace('python-', '')}.txt`);
}

async function installNode(say: (text: string) => void): Promise<void> {
  const sources = ['package.json', 'package-lock.json'].map((name) => join(here, 'node', name));
  await ifStale(nodeFolder, [process.version.split('.')[0] ?? '', ...read(sources)], async () => {
    say('installing the Node libraries …');
    await mkdir(nodeFolder, { recursive: true });
    for (const path of sources)
      await writeFile(join(nodeFolder, path.split('/').at(-1) ?? ''), readFileSync(path));
    await mustRun('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: nodeFolder });
  });
  // Node looks for packages beside the test files.
  const link = join(here, 'node/node_modules');
  await rm(link, { recursive: true, force: true });
  await symlink(join(nodeFolder, 'node_modules'), link);
}

async function installPython(environment: EnvironmentName, say: (text: string) => void): Promise<void> {
  const python = await findPython();
  const folder = join(cache, environment);
  await ifStale(folder, [python.version, ...read([requirementsOf(environment)])], async () => {
    say(`installing ${environment} (Python ${python.version}) …`);
    const made = await runCommand(python.file, ['-m', 'venv', folder]);
    if (made.code !== 0) {
      throw new Error(
        `${python.file} cannot make a virtual environment; on Debian: apt-get install python3-venv\n${made.stdout}${made.stderr}`,
      );
    }
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    await mustRun(pythonOf(environment), [...pip, '-r', requirementsOf(environment)]);
  });
}

async function findPython(): Promise<{ file: string; version: string }> {
  const file = process.env['KT_SDK_PYTHON'] ?? 'python3';
  const print = 'import platform; print(platform.python_version())';
  const found = await runCommand(file, ['-c', print]).catch(() => undefined);
  const version = found?.code === 0 ? found.stdout.trim() : undefined;
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  const isOldEnough = major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1]);
  if (version !== undefined && isOldEnough) return { file, version };
  throw new Error(
    `the Python libraries need Python ${oldestPython.join('.')} or newer as python3 (or named by KT_SDK_PYTHON); found ${version ?? 'none'}`,
  );
}

function read(paths: readonly string[]): readonly string[] {
  return paths.map((path) => readFileSync(path, 'utf8'));
}

/** Builds a folder anew unless it was made from exactly this. The stamp is written last, so half a folder never counts. */
async function ifStale(
  folder: string,
  madeFrom: readonly string[],
  build: () => Promise<void>,
): Promise<void> {
  const stamp = join(folder, '.made-from');
  const digest = createHash('sha256').update(madeFrom.join('\0')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  await rm(folder, { recursive: true, force: true });
  await build();
  await writeFile(stamp, digest);
}
