import { rename } from 'node:fs/promises';
import { AuditFile } from './audit-file.ts';
import type { ChainHead } from './audit-chain.ts';
import type { SeamReason } from '../record/seam.ts';
import { type FileTail, readTail, setAside } from './file-tail.ts';

/** The file a chain goes on in. */
export interface Reopened {
  readonly file: AuditFile;
  readonly reason: SeamReason;
  /** Where bytes were put that are no records of this chain. */
  readonly movedTo: string | undefined;
}

interface ReopenOptions {
  readonly was: AuditFile;
  /** The last record of the chain. */
  readonly head: ChainHead;
  readonly at: number;
  /** Whether what others wrote may be moved out of the way. */
  readonly mayMove: boolean;
}

/**
 * Finds the file to go on in: the same one where nothing but a failed write is wrong with it, otherwise what its path
 * leads to now. Nobody's bytes are lost: what is no record of this chain is moved beside it.
 */
export async function reopen({ was, head, at, mayMove }: ReopenOptions): Promise<Reopened> {
  await was.cutBack();
  const reason = await was.look();
  if (reason === undefined) return { file: was, reason: 'failed', movedTo: undefined };
  const file = await AuditFile.open(was.path);
  try {
    if (!file.isRegular) throw new Error(`${was.path} is not a regular file`);
    if (file.isEmpty) return { file, reason, movedTo: undefined };
    const tail = await ownTail({ file, was, head, reason });
    if (tail !== undefined) return { file, reason, movedTo: await putAside(file, tail, at) };
    if (!mayMove) throw new Error(`${was.path} holds what another program wrote, again within a minute`);
    return await begin(file, reason, at);
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

/** A new file where somebody else's was. */
async function begin(foreign: AuditFile, reason: SeamReason, at: number): Promise<Reopened> {
  const { path } = foreign;
  const movedTo = `${path}.foreign-${at}`;
  await rename(path, movedTo);
  const file = await AuditFile.open(path);
  await foreign.handle.close();
  return { file, reason, movedTo };
}

type Found = Pick<Reopened, 'file' | 'reason'> & Pick<ReopenOptions, 'was' | 'head'>;

/** How the file ends, if in a record of this chain. */
async function ownTail({ file, was, head, reason }: Found): Promise<FileTail | undefined> {
  try {
    const tail = await readTail(file.handle);
    if (tail.wholeBytes === 0) return tail;
    if (reason === 'truncated') return tail.head.seq < head.seq && file.isSameAs(was) ? tail : undefined;
    if (reason === 'foreign') return tail.wholeBytes === was.bytes ? tail : undefined;
    return tail.head.hash === head.hash ? tail : undefined;
  } catch {
    return undefined; // no records at all, or altered ones: moved away as they are
  }
}

async function putAside(file: AuditFile, tail: FileTail, at: number): Promise<string | undefined> {
  if (tail.torn.length === 0) return undefined;
  const { movedTo } = await setAside(file.handle, tail, `${file.path}.torn-${at}`);
  file.bytes = tail.wholeBytes;
  return movedTo;
}
