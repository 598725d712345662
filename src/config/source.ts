import { hash as digestOf } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { PlacedFile } from './put-in-place.ts';
import { fileNotes, type SourceNote, volumeRoot } from './source-note.ts';
import { readWholeFile, resolvePath, unreadable, type Unreadable } from './whole-file.ts';

export const configLimitBytes = 2 * 1024 * 1024;
/** The limit of a Secret in the cluster. */
const extraFileLimitBytes = 1024 * 1024;

/**
 * The files a configuration names besides itself: its secrets. Asked on every read, so it must be a cheap function of
 * the content (`hash` is its SHA-256, to remember the answer by) and of nothing that changes by itself.
 */
export type ExtraFiles = (config: Uint8Array, hash: string) => readonly string[];

/** Asks again only when the content is another: for an answer that takes parsing. */
export function oncePerContent(list: (config: Uint8Array) => readonly string[]): ExtraFiles {
  let last: { readonly hash: string; readonly paths: readonly string[] } | undefined;
  return (config, hash) => {
    if (last?.hash !== hash) last = { hash, paths: list(config) };
    return last.paths;
  };
}

export interface SourceOptions {
  readonly path: string;
  /** Undefined: there are none. */
  readonly extraFiles?: ExtraFiles;
  /** Whether this process runs in a pod, where a file outside a volume is probably a mistake. */
  readonly isInPod?: boolean;
}

/** One version of the configuration, whole: no two of its files come from different versions of their volume. */
export interface SourceRead {
  readonly kind: 'read';
  readonly bytes: Uint8Array;
  /** SHA-256 of the configuration file, hex: what `sha256sum` prints. */
  readonly hash: string;
  /** SHA-256 over the configuration and every extra file. It depends on secrets: compare it, do not show it. */
  readonly digest: string;
  /** The extra files by the path they were asked for; undefined where there is none or it cannot be read. */
  readonly files: ReadonlyMap<string, Uint8Array | undefined>;
  /** Where each of them was, the configuration first. */
  readonly places: readonly PlacedFile[];
  /** Where changes to any of this can be seen. */
  readonly directories: readonly string[];
  readonly notes: readonly SourceNote[];
}

export type SourceReading = SourceRead | Unreadable;

const triesLimit = 8;

/** Reads the configuration and its extra files as one version, or says why not. It never rejects for the files' sake. */
export function readSource(options: SourceOptions): Promise<SourceReading> {
  return readStable({ ...options, path: resolve(options.path) }, 1);
}

async function readStable(options: SourceOptions, tries: number): Promise<SourceReading> {
  const reading = await readOnce(options);
  if (reading !== 'moved') return reading;
  if (tries === triesLimit) {
    return unreadable('unstable', `${options.path} changed each of the ${triesLimit} times it was read`);
  }
  await wait(2 ** (tries - 1));
  return readStable(options, tries + 1);
}

/**
 * Resolve, read, resolve again. A path that leads to the same place before and after led there all the while (the
 * kubelet never reuses a directory's name), so everything read in between is of one version.
 */
async function readOnce(options: SourceOptions): Promise<SourceReading | 'moved'> {
  const real = await resolvePath(options.path);
  if (typeof real !== 'string') return real;
  const config = await readWholeFile(real, configLimitBytes);
  if (config.kind === 'moved') return 'moved';
  if (config.kind === 'unreadable') return config;

  const hash = digestOf('sha256', config.bytes);
  const paths = new Set(options.extraFiles?.(config.bytes, hash));
  const extras = await Promise.all(Array.from(paths, readExtra));
  if (extras.includes('moved')) return 'moved';
  const files = extras.filter((extra) => extra !== 'moved');
  const places = [
    { path: options.path, real, inode: config.inode, hash },
    ...files.map(({ place }) => place),
  ];
  const isUnmoved = await Promise.all(places.map(leadsToSamePlace));
  if (isUnmoved.includes(false)) return 'moved';

  const notes = await fileNotes(options, real, config.bytes.length);
  return {
    kind: 'read',
    bytes: config.bytes,
    hash,
    digest: digestOf('sha256', JSON.stringify(places.map((place) => [place.path, place.hash]))),
    files: new Map(files.map(({ place, bytes }) => [place.path, bytes])),
    places,
    directories: directoriesOf(places),
    notes: [...notes, ...files.flatMap((extra) => extra.notes)],
  };
}

async function readExtra(path: string) {
  const real = await resolvePath(path);
  if (typeof real !== 'string') return absent(path, undefined, real);
  const read = await readWholeFile(real, extraFileLimitBytes);
  if (read.kind === 'moved') return 'moved';
  if (read.kind === 'unreadable') return absent(path, real, read);
  const { bytes, inode } = read;
  return { place: { path, real, inode, hash: digestOf('sha256', bytes) }, bytes, notes: [] };
}

/** A file that is simply not there is for the loader to judge; any other reason would be lost if it were not noted. */
function absent(path: string, real: string | undefined, { code, reason }: Unreadable) {
  const notes = code === 'missing' ? [] : [{ kind: 'unreadable', path, message: reason } as const];
  return { place: { path, real, inode: undefined, hash: undefined }, bytes: undefined, notes };
}

async function leadsToSamePlace({ path, real }: PlacedFile): Promise<boolean> {
  const now = await resolvePath(path);
  return (typeof now === 'string' ? now : undefined) === real;
}

function directoriesOf(places: readonly PlacedFile[]): readonly string[] {
  const directories = places.flatMap(({ path, real }) => {
    const named = dirname(resolve(path));
    if (real === undefined) return [named];
    const root = volumeRoot(real);
    return root === undefined ? [named, dirname(real)] : [root];
  });
  return [...new Set(directories)].toSorted();
}
