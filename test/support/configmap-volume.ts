import {
  mkdtemp,
  chmod,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
  realpath,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Cleanup } from './cleanup.ts';

export type Payload = Readonly<Record<string, string>>;

/** A ConfigMap or Secret mounted as a directory, updated by the steps the kubelet's AtomicWriter takes. */
export class ConfigMapVolume {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  path(key: string): string {
    return join(this.directory, key);
  }

  /** Makes the volume hold exactly this. The same content again does nothing, as in the kubelet. */
  async update(payload: Payload): Promise<void> {
    const old = await this.#version();
    if (old !== undefined && (await this.#holds(old, payload))) return;
    const version = await this.#writeVersion(payload);
    await symlink(version, this.path('..data_tmp'));
    await rename(this.path('..data_tmp'), this.path('..data'));
    await this.#showKeys(payload);
    await this.#hideKeysOtherThan(payload);
    if (old !== undefined) await rm(this.path(old), { recursive: true });
  }

  async #version(): Promise<string | undefined> {
    const names = await readdir(this.directory);
    return names.includes('..data') ? readlink(this.path('..data')) : undefined;
  }

  async #holds(version: string, payload: Payload): Promise<boolean> {
    const entries = await readdir(this.path(version), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    if (files.length !== Object.keys(payload).length) return false;
    const isSame = await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const file = join(parentPath, name);
        return payload[file.slice(this.path(version).length + 1)] === (await readFile(file, 'utf8'));
      }),
    );
    return !isSame.includes(false);
  }

  async #writeVersion(payload: Payload): Promise<string> {
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-T:]/g, '_');
    const version = await mkdtemp(this.path(`..${stamp}.`));
    await chmod(version, 0o755);
    await Promise.all(
      Object.entries(payload).map(async ([key, content]) => {
        await mkdir(dirname(join(version, key)), { recursive: true });
        await writeFile(join(version, key), content, { mode: 0o644 });
      }),
    );
    return version.slice(this.directory.length + 1);
  }

  /** A key that is a path shows as its first part only. */
  async #showKeys(payload: Payload): Promise<void> {
    const shown = new Set(await readdir(this.directory));
    const missing = topParts(payload).filter((name) => !shown.has(name));
    await Promise.all(missing.map((name) => symlink(join('..data', name), this.path(name))));
  }

  async #hideKeysOtherThan(payload: Payload): Promise<void> {
    const kept = new Set(topParts(payload));
    const shown = (await readdir(this.directory)).filter((name) => !name.startsWith('..'));
    await Promise.all(shown.filter((name) => !kept.has(name)).map((name) => rm(this.path(name))));
  }
}

function topParts(payload: Payload): readonly string[] {
  return [...new Set(Object.keys(payload).map((key) => key.split('/')[0] ?? key))];
}

export async function temporaryDirectory(t: Cleanup): Promise<string> {
  const directory = await mkdtemp(join(await realpath(tmpdir()), 'source-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function mountVolume(t: Cleanup, payload: Payload): Promise<ConfigMapVolume> {
  const volume = new ConfigMapVolume(await temporaryDirectory(t));
  await volume.update(payload);
  return volume;
}

/** How careful editors save: a new file takes the old one's name. */
export async function saveByRename(path: string, content: string): Promise<void> {
  await writeFile(`${path}~new`, content);
  await rename(`${path}~new`, path);
}

/** How careless ones do: the file is emptied, and filled in two halves. `between` runs after each step but the last. */
export async function saveInHalves(
  path: string,
  content: string,
  between: () => Promise<void>,
): Promise<void> {
  const middle = Math.floor(content.length / 2);
  await writeFile(path, '');
  await between();
  await writeFile(path, content.slice(0, middle));
  await between();
  await writeFile(path, content.slice(middle), { flag: 'a' });
}

export async function removeAndReturn(
  path: string,
  content: string,
  between: () => Promise<void>,
): Promise<void> {
  await rm(path);
  await between();
  await writeFile(path, content);
}

export async function fileWith(t: Cleanup, content: string | Uint8Array): Promise<string> {
  const path = join(await temporaryDirectory(t), 'config');
  await writeFile(path, content);
  return path;
}
