import { stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';

/** Something about how the files are mounted that an operator wants to know before it hurts. */
export interface SourceNote {
  readonly kind: 'file_mount' | 'not_in_volume' | 'near_size_limit' | 'unreadable';
  readonly path: string;
  readonly message: string;
}

/** A ConfigMap holds 1 MiB in all; the next edit of a larger file may not fit. */
export const sizeNoteBytes = 900 * 1024;

interface Place {
  readonly path: string;
  readonly isInPod?: boolean;
}

const says = {
  file_mount: 'is mounted as a single file (subPath?): edits of its ConfigMap never reach it',
  not_in_volume: 'does not lie in a ConfigMap volume (no ..data): edits of a ConfigMap may never reach it',
} as const;

export async function fileNotes(place: Place, real: string, bytes: number): Promise<readonly SourceNote[]> {
  const { path } = place;
  const mount = await mountNote(place, real);
  const notes: SourceNote[] =
    mount === undefined ? [] : [{ kind: mount, path, message: `${path} ${says[mount]}` }];
  const message = `${path} has ${bytes} bytes; a ConfigMap holds 1048576`;
  return bytes > sizeNoteBytes ? [...notes, { kind: 'near_size_limit', path, message }] : notes;
}

async function mountNote({ isInPod }: Place, real: string): Promise<keyof typeof says | undefined> {
  if (volumeRoot(real) !== undefined) return undefined;
  if (await isMountedAlone(real)) return 'file_mount';
  return isInPod === true ? 'not_in_volume' : undefined;
}

/** A `subPath` or single-file bind mount: the file belongs to another file system than its directory. */
async function isMountedAlone(real: string): Promise<boolean> {
  try {
    const [file, directory] = await Promise.all([stat(real), stat(dirname(real))]);
    return file.dev !== directory.dev;
  } catch {
    // Gone since it was read: the next read says so.
    return false;
  }
}

/**
 * The directory of the atomically updated volume a file lies in. The kubelet keeps each version of a ConfigMap or
 * Secret in a directory named like `..2026_01_31_12_00_00.123`, to which `..data` points; only the root around it
 * stays the same over updates.
 */
export function volumeRoot(realPath: string): string | undefined {
  const parts = realPath.split(sep);
  const version = parts.findIndex((part) => /^\.\.\d{4}_/.test(part));
  return version < 1 ? undefined : parts.slice(0, version).join(sep) || sep;
}
