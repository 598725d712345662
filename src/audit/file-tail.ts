import { hash } from 'node:crypto';
import { type FileHandle, writeFile } from 'node:fs/promises';
import { readFrom } from '../config/whole-file.ts';
import { type ChainHead, checkLine, genesis } from './audit-chain.ts';

/** How a file of records ends. */
export interface FileTail {
  readonly head: ChainHead;
  /** Length up to and including the last whole record. */
  readonly wholeBytes: number;
  /** What follows it: the beginning of a record that was never completed. Mostly empty. */
  readonly torn: Buffer;
}

// No record comes near this length.
const windowBytes = 4 * 1024 * 1024;

const newline = 0x0a;

/** Reads the end of the file and verifies its last record. Throws where it is none: continuing would hide that. */
export async function readTail(file: FileHandle): Promise<FileTail> {
  const { size } = await file.stat();
  const from = Math.max(0, size - windowBytes);
  const bytes = await readFrom(file, from, size - from);
  const end = bytes.lastIndexOf(newline);
  if (end === -1 && from > 0) throw new Error('the file does not end in an audit record');
  const torn = bytes.subarray(end + 1);
  const wholeBytes = size - torn.length;
  if (end === -1) return { head: genesis, wholeBytes, torn };
  // A negative offset would count from the end of the buffer.
  const begin = end === 0 ? 0 : bytes.lastIndexOf(newline, end - 1) + 1;
  const checked = checkLine(bytes.toString('utf8', begin, end));
  if (!checked.ok) throw new Error(`the last audit record does not verify: ${checked.reason}`);
  return { head: checked.head, wholeBytes, torn };
}

/** Moves a torn end into a file of its own. Returns what the record about it says. */
export async function setAside(file: FileHandle, tail: FileTail, movedTo: string) {
  // The copy first: whenever this is interrupted, the bytes are in one file or in both.
  await writeFile(movedTo, tail.torn, { flag: 'wx', mode: 0o600, flush: true });
  await file.truncate(tail.wholeBytes);
  return { bytes: tail.torn.length, sha256: hash('sha256', tail.torn), movedTo };
}
