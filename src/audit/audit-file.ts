import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { isMissing } from '../config/whole-file.ts';
import type { SeamReason } from '../record/seam.ts';

/** What is wrong with a file that was looked at. */
type Displacement = Exclude<SeamReason, 'failed'>;

/** One file that records are appended to, and how long it is if nobody else touched it. */
export class AuditFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly #is: BigIntStats;
  bytes: number;
  /** A write of this many bytes failed, and may have left some of them behind. */
  #failedBytes = 0;

  constructor(path: string, handle: FileHandle, is: BigIntStats) {
    this.path = path;
    this.handle = handle;
    this.#is = is;
    this.bytes = Number(is.size);
  }

  static async open(path: string): Promise<AuditFile> {
    const handle = await open(path, 'a+', 0o600);
    return new AuditFile(path, handle, await handle.stat({ bigint: true }));
  }

  get isRegular(): boolean {
    return this.#is.isFile();
  }

  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  isSameAs(other: AuditFile): boolean {
    return isSame(this.#is, other.#is);
  }

  /** Undefined: its path leads to it, and it is as long as what was written. */
  async look(): Promise<Displacement | undefined> {
    const found = await statOrNone(this.path);
    if (found === undefined) return (await this.handle.stat()).nlink > 0 ? 'moved' : 'removed';
    if (!isSame(found, this.#is)) return 'replaced';
    const bytes = Number(found.size);
    if (bytes === this.bytes) return undefined;
    return bytes < this.bytes ? 'truncated' : 'foreign';
  }

  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    try {
      await this.handle.appendFile(bytes);
      this.bytes += bytes.length;
    } catch (error) {
      this.#failedBytes = bytes.length;
      throw error;
    }
  }

  /** What a failed write left behind must go before the next; but never what someone else wrote. */
  async cutBack(): Promise<void> {
    if (this.#failedBytes === 0) return;
    const { size } = await this.handle.stat();
    if (size > this.bytes && size <= this.bytes + this.#failedBytes) await this.handle.truncate(this.bytes);
    this.#failedBytes = 0;
  }
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

async function statOrNone(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
