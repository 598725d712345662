import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Why a file could not be read. Closed, so that it can be a metric label. */
type UnreadableCode = 'missing' | 'denied' | 'too_large' | 'not_a_file' | 'unstable' | 'timeout' | 'failed';

export interface Unreadable {
  readonly kind: 'unreadable';
  readonly code: UnreadableCode;
  readonly reason: string;
}

type FileRead =
  /** `inode` tells it from any other file. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly inode: string }
  /** Written, moved or removed while it was read: what was read is no version of the file. */
  | { readonly kind: 'moved' }
  | Unreadable;

/** Where a path leads now, through every symbolic link. */
export async function resolvePath(path: string): Promise<string | Unreadable> {
  try {
    return await realpath(path);
  } catch (error) {
    return describe(path, error);
  }
}

/** The bytes of a regular file, provided nobody wrote to it meanwhile. `real` has no symbolic links in it. */
export async function readWholeFile(real: string, limitBytes: number): Promise<FileRead> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer: for ever, on one of four I/O threads.
    handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
    return await readHandle(handle, real, limitBytes);
  } catch (error) {
    if (isMissing(error)) return { kind: 'moved' };
    return describe(real, error);
  } finally {
    await handle?.close();
  }
}

async function readHandle(handle: FileHandle, real: string, limitBytes: number): Promise<FileRead> {
  const before = await handle.stat({ bigint: true });
  if (!before.isFile()) return unreadable('not_a_file', `${real} is not a regular file`);
  if (before.size > BigInt(limitBytes)) {
    return unreadable('too_large', `${real} has ${before.size} bytes, the limit is ${limitBytes}`);
  }

  // One byte more than expected shows a file that grew.
  const bytes = await readFrom(handle, 0, Number(before.size) + 1);
  const after = await handle.stat({ bigint: true });

  const isSame = after.mtimeNs === before.mtimeNs && after.size === before.size;
  if (!isSame || BigInt(bytes.length) !== before.size) return { kind: 'moved' };
  // The number of a removed file is given out again; its birth is not.
  const inode = `${before.dev}:${before.ino}:${before.birthtimeNs}`;
  return { kind: 'bytes', bytes, inode };
}

/** So many bytes of a file, fewer where it ends before. */
export async function readFrom(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

export function unreadable(code: UnreadableCode, reason: string): Unreadable {
  return { kind: 'unreadable', code, reason };
}

async function describe(path: string, error: unknown): Promise<Unreadable> {
  if (isMissing(error)) return unreadable('missing', `${path} does not exist`);
  // By its directory, since a mounted volume replaces its files.
  if (notGranted(error) !== undefined) {
    const flag = `--allow-fs-read=${dirname(path)}`;
    return unreadable('denied', `${path} may not be read under Node's --permission: add ${flag}`);
  }
  if (hasCode(error, 'EACCES') || hasCode(error, 'EPERM')) return unreadable('denied', await whyDenied(path));
  return unreadable('failed', `${path}: ${error instanceof Error ? error.message : String(error)}`);
}

/** What a person needs to mend the permissions: the mode, the owner, and who asked. */
async function whyDenied(path: string): Promise<string> {
  const who = `this process is uid ${process.getuid?.() ?? '?'}, gid ${process.getgid?.() ?? '?'}`;
  try {
    const { mode, uid, gid } = await stat(path);
    const octal = (mode & 0o7777).toString(8).padStart(4, '0');
    return `${path} may not be read: mode ${octal}, owner ${uid}:${gid}, and ${who} (set defaultMode or fsGroup)`;
  } catch {
    // Not even its directory may be searched: there is no mode to report.
    return `${path} may not be read: its directory is closed, and ${who}`;
  }
}

/** What Node's permission model (`--permission`) kept this process from; undefined where an error is about anything else. */
export function notGranted(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('permission' in error && 'resource' in error)) return undefined;
  return String(error.resource);
}

export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
