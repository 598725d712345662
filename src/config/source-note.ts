import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { volumeRoot } from './volume.ts';

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

export async function fileNotes(place: Place, real: string, bytes: number): Promise<readonly SourceNote[]> {
  const size = bytes > sizeNoteBytes ? [nearSizeLimit(place.path, bytes)] : [];
  return [...(await mountNotes(place, real)), ...size];
}

async function mountNotes({ path, isInPod = false }: Place, real: string): Promise<readonly SourceNote[]> {
  if (volumeRoot(real) !== undefined) return [];
  if (await isMountedAlone(real)) return [fileMount(path)];
  return isInPod ? [notInVolume(path)] : [];
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

function fileMount(path: string): SourceNote {
  const message = `${path} is mounted as a single file (subPath?): edits of its ConfigMap never reach it`;
  return { kind: 'file_mount', path, message };
}

function notInVolume(path: string): SourceNote {
  const message = `${path} does not lie in a ConfigMap volume (no ..data): edits of a ConfigMap may never reach it`;
  return { kind: 'not_in_volume', path, message };
}

function nearSizeLimit(path: string, bytes: number): SourceNote {
  return {
    kind: 'near_size_limit',
    path,
    message: `${path} has ${bytes} bytes; a ConfigMap holds 1048576`,
  };
}
