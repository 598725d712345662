import { randomFillSync } from 'node:crypto';

const poolBytes = 4096;
const traceBytes = 16;
const spanBytes = 8;

/** Makes ids of traces and spans from a pool of random bytes: asking for sixteen each time would cost ten times as much. */
export class TraceIds {
  readonly #pool = Buffer.alloc(poolBytes);
  readonly #fill: (pool: Buffer) => void;
  #at = poolBytes;

  constructor(fill: (pool: Buffer) => void = randomFillSync) {
    this.#fill = fill;
  }

  traceId(): string {
    return this.#take(traceBytes);
  }

  spanId(): string {
    return this.#take(spanBytes);
  }

  #take(bytes: number): string {
    for (;;) {
      if (this.#at + bytes > poolBytes) {
        this.#fill(this.#pool);
        this.#at = 0;
      }
      const id = this.#pool.toString('hex', this.#at, this.#at + bytes);
      this.#at += bytes;
      if (/[^0]/.test(id)) return id; // all zeros stand for no id
    }
  }
}
