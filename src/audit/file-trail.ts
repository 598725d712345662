import { type FileHandle, open } from 'node:fs/promises';
import { AuditChain } from './chain.ts';
import type { AuditEvent } from './event.ts';
import { readTail, setAside } from './file-tail.ts';
import { type AuditTrail, auditFailed } from './trail.ts';

interface Batch {
  readonly events: AuditEvent[];
  readonly stored: PromiseWithResolvers<void>;
}

interface OpenFile {
  readonly file: FileHandle;
  readonly chain: AuditChain;
  readonly bytes: number;
}

export interface FileTrailOptions {
  readonly path: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Most records that wait while the disk is busy. */
  readonly maxWaiting?: number;
}

const defaultMaxWaiting = 16_384;

/** Opens a file of records and continues its chain. A torn end is set aside, and the first new record says so. */
export async function openFileTrail(options: FileTrailOptions): Promise<FileTrail> {
  const file = await open(options.path, 'a+', 0o600);
  try {
    const tail = await readTail(file);
    const chain = new AuditChain(tail.head);
    const trail = new FileTrail({ file, chain, bytes: tail.wholeBytes }, options.maxWaiting);
    if (tail.torn.length > 0) {
      const at = options.now();
      await trail.append({
        kind: 'torn_tail',
        at,
        ...(await setAside(file, tail, `${options.path}.torn-${at}`)),
      });
    }
    return trail;
  } catch (error) {
    await file.close();
    throw new Error(`${options.path} cannot be continued as an audit trail`, { cause: error });
  }
}

/**
 * Records in a file. What is appended in one turn of the loop, or while the disk is busy, leaves in one write. A record
 * is stored once the kernel has it: killing the process loses none.
 */
export class FileTrail implements AuditTrail {
  readonly #file: FileHandle;
  readonly #chain: AuditChain;
  readonly #maxWaiting: number;
  #bytes: number;
  #waiting: Batch | undefined;
  #writing: Promise<void> | undefined;
  /** A write of this many bytes failed, and may have left some of them behind. */
  #failedBytes = 0;
  #intruder: Error | undefined;
  #isClosed = false;

  constructor({ file, chain, bytes }: OpenFile, maxWaiting = defaultMaxWaiting) {
    this.#file = file;
    this.#chain = chain;
    this.#bytes = bytes;
    this.#maxWaiting = maxWaiting;
  }

  append(event: AuditEvent): Promise<void> {
    if (this.#isClosed) return Promise.reject(auditFailed(new Error('the audit trail is closed')));
    this.#waiting ??= { events: [], stored: Promise.withResolvers() };
    const { events, stored } = this.#waiting;
    if (events.length >= this.#maxWaiting)
      return Promise.reject(auditFailed(new Error('too many audit records wait for the disk')));
    events.push(event);
    this.#writing ??= this.#writeAll();
    return stored.promise;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#writing;
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    await new Promise(setImmediate); // whatever else this turn of the loop appends joins the first batch
    for (let batch = this.#take(); batch !== undefined; batch = this.#take()) {
      try {
        await this.#write(batch);
        batch.stored.resolve();
      } catch (error) {
        batch.stored.reject(auditFailed(error));
        continue;
      }
      await this.#lookForIntruder();
    }
    this.#writing = undefined;
  }

  #take(): Batch | undefined {
    const batch = this.#waiting;
    this.#waiting = undefined;
    return batch;
  }

  async #write({ events }: Batch): Promise<void> {
    if (this.#intruder !== undefined) throw this.#intruder;
    if (this.#failedBytes > 0) await this.#repair();
    const { head } = this.#chain;
    const bytes = Buffer.from(`${events.map((event) => this.#chain.next(event)).join('\n')}\n`);
    try {
      await this.#file.appendFile(bytes);
      this.#bytes += bytes.length;
    } catch (error) {
      this.#chain.rewind(head);
      this.#failedBytes = bytes.length;
      throw error;
    }
  }

  /** What a failed write left behind must go before the next; but never what someone else wrote. */
  async #repair(): Promise<void> {
    const { size } = await this.#file.stat();
    if (size < this.#bytes || size > this.#bytes + this.#failedBytes) throw (this.#intruder = changed());
    await this.#file.truncate(this.#bytes);
    this.#failedBytes = 0;
  }

  /** Another process that writes this file breaks the chain. Looked for after each write, so that no reply waits for it. */
  async #lookForIntruder(): Promise<void> {
    const size = await this.#file.stat().then(
      (stat) => stat.size,
      () => this.#bytes, // not to be had: the next write will say what is wrong
    );
    if (size !== this.#bytes) this.#intruder = changed();
  }
}

function changed(): Error {
  return new Error('the audit file was changed by someone else');
}
