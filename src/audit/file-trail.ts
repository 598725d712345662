import type { Seam } from '../record/seam.ts';
import { AuditFile } from './audit-file.ts';
import { AuditChain, seqOf } from './audit-chain.ts';
import type { AuditEvent } from './event.ts';
import { readTail, setAside } from './file-tail.ts';
import { RecentLines } from './recent-lines.ts';
import { reopen, type Reopened } from './reopen.ts';
import { type AuditTrail, auditFailed } from './trail.ts';

interface Batch {
  readonly events: AuditEvent[];
  readonly stored: PromiseWithResolvers<void>;
}

interface FileTrailOptions {
  readonly path: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Most records that wait while the disk is busy. */
  readonly maxWaiting?: number;
  /** How often a file that cannot be written is tried again. */
  readonly retryMs?: number;
  readonly onSeam?: (seam: Seam) => void;
}

const defaultMaxWaiting = 16_384;
const defaultRetryMs = 1000;
/** Two programs that were given one file must not fill its directory with what they move out of each other's way. */
const moveAgainMs = 60_000;
/** A file that is rotated away faster than records get into it is one that cannot be written. */
const reopenTries = 8;

/** Opens a file of records and continues its chain. A torn end is set aside, and the first new record says so. */
export async function openFileTrail(options: FileTrailOptions): Promise<FileTrail> {
  const file = await AuditFile.open(options.path);
  try {
    const tail = await readTail(file.handle);
    file.bytes = tail.wholeBytes;
    const trail = new FileTrail(file, new AuditChain(tail.head), options);
    if (tail.torn.length > 0) {
      const at = options.now();
      const aside = await setAside(file.handle, tail, `${options.path}.torn-${at}`);
      await trail.append({ kind: 'torn_tail', at, ...aside });
    }
    return trail;
  } catch (error) {
    await file.handle.close();
    throw new Error(`${options.path} cannot be continued as an audit trail`, { cause: error });
  }
}

/**
 * Records in a file. What is appended in one turn of the loop, or while the disk is busy, leaves in one write. A record
 * is stored once the kernel has it, in the file its path leads to: killing the process loses none, and neither does
 * whoever rotates the file, in whatever way.
 */
export class FileTrail implements AuditTrail {
  readonly #options: FileTrailOptions;
  readonly #chain: AuditChain;
  readonly #recent: RecentLines;
  #file: AuditFile;
  #waiting: Batch | undefined;
  #writing: Promise<void> | undefined;
  /** Why nothing can be stored; undefined while all is well. */
  trouble: unknown;
  #lost = 0;
  #movedAt = -Infinity;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(file: AuditFile, chain: AuditChain, options: FileTrailOptions) {
    this.#file = file;
    this.#chain = chain;
    this.#options = options;
    this.#recent = new RecentLines(options.now);
  }

  append(event: AuditEvent): Promise<void> {
    if (this.#isClosed) return Promise.reject(auditFailed(new Error('the audit trail is closed')));
    this.#waiting ??= { events: [], stored: Promise.withResolvers() };
    const { events, stored } = this.#waiting;
    if (events.length >= (this.#options.maxWaiting ?? defaultMaxWaiting))
      return Promise.reject(auditFailed(new Error('too many audit records wait for the disk')));
    events.push(event);
    this.#writing ??= this.#writeAll();
    return stored.promise;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#writing;
    await this.#file.handle.close();
  }

  async #writeAll(): Promise<void> {
    // Whatever else this turn of the loop appends joins the first batch; looking takes no longer.
    await Promise.all([new Promise(setImmediate), this.#settle()]);
    for (let batch = this.#take(); batch !== undefined; batch = this.#take()) {
      try {
        await this.#store(batch.events);
        batch.stored.resolve();
      } catch (error) {
        this.#lost += batch.events.length;
        this.#fail(error);
        batch.stored.reject(auditFailed(error));
      }
    }
    this.#writing = undefined;
  }

  #take(): Batch | undefined {
    const batch = this.#waiting;
    this.#waiting = undefined;
    return batch;
  }

  async #store(events: readonly AuditEvent[]): Promise<void> {
    if (this.trouble !== undefined) await this.#goOn([]);
    const { head } = this.#chain;
    const lines = events.map((event) => this.#chain.next(event));
    try {
      await this.#file.append(`${lines.join('\n')}\n`);
    } catch (error) {
      this.#chain.head = head;
      throw error;
    }
    this.#recent.add(lines);
    // Only now is it known that the file was still in its place: until here the records may be in one that is gone.
    if ((await this.#file.look()) !== undefined) await this.#goOn(lines);
  }

  /** Before records are written, and now and then while they cannot be. Never rejects. */
  async #settle(): Promise<void> {
    try {
      if (this.trouble !== undefined || (await this.#file.look()) !== undefined) await this.#goOn([]);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Goes on where the path leads now. What nobody was told of yet is written again: the old file may be gone. */
  async #goOn(untold: readonly string[]): Promise<void> {
    for (let tries = 0; tries < reopenTries; tries += 1) {
      const at = this.#options.now();
      const mayMove = at - this.#movedAt >= moveAgainMs;
      const found = await reopen({ was: this.#file, head: this.#chain.head, at, mayMove });
      if (found.movedTo?.includes('.foreign-') === true) this.#movedAt = at;
      await this.#sew(found, found.reason === 'truncated' ? this.#recent.all() : untold);
      if ((await this.#file.look()) === undefined) return;
    }
    throw new Error(`${this.#options.path} is moved away faster than it can be written`);
  }

  async #sew({ file, reason, movedTo }: Reopened, again: readonly string[]): Promise<void> {
    const { head } = this.#chain;
    const repeatsFrom = again[0] === undefined ? 0 : seqOf(again[0]);
    const lost = this.#lost;
    const event = { kind: 'reopened', at: this.#options.now(), reason, lost, repeatsFrom, movedTo } as const;
    const lines = [this.#chain.next(event), ...again.map((line) => this.#chain.repeat(line))];
    try {
      await file.append(`${lines.join('\n')}\n`);
    } catch (error) {
      this.#chain.head = head;
      await file.cutBack().catch(() => undefined); // what is left is then a torn end
      if (file !== this.#file) await file.handle.close();
      throw error;
    }
    if (file !== this.#file) await this.#file.handle.close();
    this.#file = file;
    this.#lost = 0;
    this.trouble = undefined;
    this.#options.onSeam?.({ path: file.path, reason, lost, repeated: again.length, movedTo });
  }

  /** Tries again without waiting for records: where none may pass, none will come. */
  #fail(error: unknown): void {
    this.trouble = error;
    if (this.#isClosed) return;
    clearTimeout(this.#retry);
    const again = (): void => {
      if (this.trouble !== undefined && this.#writing === undefined) this.#writing = this.#writeAll();
    };
    this.#retry = setTimeout(again, this.#options.retryMs ?? defaultRetryMs).unref();
  }
}
