import { LineBatch } from './line-batch.ts';
import type { Output } from './output.ts';

interface OutputQueueOptions {
  readonly output: Output;
  /** Most bytes held, those being written included. */
  readonly limitBytes?: number;
  /** How long lines are gathered before they are written; 0: until the end of the turn. */
  readonly gatherMs?: number;
  /** The line that says how many log lines were dropped, without its line break. */
  readonly notice: (dropped: number) => string;
}

const defaultLimitBytes = 8 * 1024 * 1024;

const defaultGatherMs = 5;

// One write is at most about this large, so that emptying a full queue does not double its memory.
const batchBytes = 256 * 1024;

/**
 * The one way to stdout, for log lines and for audit records. It is bounded and never blocks: when the reader stalls,
 * log lines are dropped and counted, and a record is refused. Lines are gathered for a few milliseconds and leave in one write.
 */
export class OutputQueue {
  readonly #output: Output;
  readonly #limitBytes: number;
  readonly #notice: (dropped: number) => string;
  readonly #gatherMs: number;
  #batches: LineBatch[] = [];
  /** One that is empty: under load the same few are filled in turn. */
  #spare: LineBatch | undefined;
  /** Bytes waiting or being written. */
  heldBytes = 0;
  /** Log lines dropped since the start. */
  dropped = 0;
  /** Why nothing can be written any more, for instance because the reader has gone. */
  failure: Error | undefined;
  #isScheduled = false;
  #isWriting = false;
  #unreported = 0;
  readonly #waiting = new Set<() => void>();

  constructor(options: OutputQueueOptions) {
    this.#output = options.output;
    this.#limitBytes = options.limitBytes ?? defaultLimitBytes;
    this.#notice = options.notice;
    this.#gatherMs = options.gatherMs ?? defaultGatherMs;
  }

  /** Takes a log line, or drops and counts it. */
  log(line: string): void {
    if (this.offer(line)) return;
    this.dropped += 1;
    this.#unreported += 1;
  }

  /** Takes a line unless there is no room or no reader: then the caller decides what that means. */
  offer(line: string): boolean {
    if (this.failure !== undefined || this.heldBytes + line.length >= this.#limitBytes) return false;
    const last = this.#batches.at(-1);
    const batch = last?.hasRoom(line) === true ? last : this.#empty(line);
    const bytes = batch.write(line);
    if (this.heldBytes + bytes > this.#limitBytes) {
      if (batch !== last) this.#putBack(batch);
      return false;
    }
    batch.keep(bytes);
    if (batch !== last) this.#batches.push(batch);
    this.heldBytes += bytes;
    if (!this.#isWriting) this.#schedule();
    return true;
  }

  /** Resolves when everything has been written (true), or at the deadline or on a failure (false). */
  flush(deadlineMs: number): Promise<boolean> {
    this.#write();
    if (this.#isIdle()) return Promise.resolve(this.failure === undefined);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const finish = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(finish);
      resolve(this.heldBytes === 0 && this.failure === undefined);
    };
    const timer = setTimeout(finish, deadlineMs);
    this.#waiting.add(finish);
    return promise;
  }

  /** An empty batch that has room for this line. */
  #empty(line: string): LineBatch {
    const spare = this.#spare;
    if (spare?.hasRoom(line) !== true) return LineBatch.for(line, batchBytes);
    this.#spare = undefined;
    return spare;
  }

  #putBack(batch: LineBatch): void {
    if (batch.size === batchBytes) this.#spare = batch.emptied();
  }

  // Lines are gathered for a moment: under load a write for every turn of the loop would cost more than the lines.
  #schedule(): void {
    const [next] = this.#batches;
    if (this.#isScheduled || next === undefined) return;
    this.#isScheduled = true;
    if (next.used >= batchBytes || this.#gatherMs === 0) setImmediate(() => this.#write());
    else setTimeout(() => this.#write(), this.#gatherMs);
  }

  #write(): void {
    this.#isScheduled = false;
    if (this.#isWriting) return;
    const batch = this.#batches.shift();
    if (batch === undefined) return;
    this.#isWriting = true;
    this.#output.write(batch.bytes, (error) => {
      this.#isWriting = false;
      this.heldBytes -= batch.used;
      if (error !== undefined) return this.#fail(error, batch.lines);
      this.#putBack(batch);
      this.#written();
    });
  }

  #written(): void {
    if (this.#unreported > 0) {
      const notice = this.#notice(this.#unreported);
      if (this.offer(notice)) this.#unreported = 0;
    }
    if (this.#waiting.size > 0 || this.#gatherMs === 0) this.#write();
    else this.#schedule();
    if (this.#isIdle()) this.#finish();
  }

  // The reader has gone and does not come back: what waits is lost, and every later line with it.
  #fail(error: Error, lost: number): void {
    this.failure = error;
    this.dropped += this.#batches.reduce((sum, batch) => sum + batch.lines, lost);
    this.#batches = [];
    this.heldBytes = 0;
    this.#finish();
  }

  #finish(): void {
    for (const finish of this.#waiting) finish();
  }

  #isIdle(): boolean {
    return !this.#isWriting && this.#batches.length === 0;
  }
}
