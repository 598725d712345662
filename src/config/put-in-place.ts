/** One file of a reading: where it was, and what it held. */
export interface PlacedFile {
  readonly path: string;
  /** Without symbolic links; undefined where there is none. */
  readonly real: string | undefined;
  readonly inode: string | undefined;
  /** SHA-256 of its content. It may be a secret's: compare it, do not show it. */
  readonly hash: string | undefined;
}

/** What the directories told since the last reading that was believed: the number of the last event by path. */
interface Evidence {
  /** The name came, went, or was given to another file. */
  readonly named: ReadonlyMap<string, number>;
  /** The file was written to under this name. */
  readonly written: ReadonlyMap<string, number>;
}

/**
 * Whether every file that changed was put in its place whole: its path leads elsewhere (a swapped link, as the kubelet's
 * `..data`), or its name was given to another file and nobody wrote to it there. Another inode alone proves nothing: a file
 * that is removed and written again has one too. What is not proven was perhaps written in place.
 */
export function isPutWhole(
  before: readonly PlacedFile[],
  after: readonly PlacedFile[],
  { named, written }: Evidence,
): boolean {
  return after.every(({ path, real, inode, hash }) => {
    const known = before.find((one) => one.path === path);
    if (known !== undefined && known.hash === hash) return true;
    if (real === undefined || known === undefined) return false;
    const writtenAt = written.get(real) ?? -1;
    // What a link leads to may have been written before the link was set, and not since.
    if (real !== known.real) return writtenAt <= (named.get(path) ?? -1);
    return inode !== known.inode && named.has(real) && writtenAt === -1;
  });
}
