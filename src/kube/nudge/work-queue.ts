import type { Clock } from '../clock.ts';

/** What became of one piece of work: done with, or to be tried again after so long, together with all others. */
export type WorkOutcome = 'done' | { readonly againMs: number };

/** Keys that wait to be worked on, each once however often it is added, in the order in which they are due. */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #due = new Map<string, number>();
  #wake = new AbortController();
  #pausedUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#due.size;
  }

  add(key: string, inMs: number): void {
    if (this.#due.has(key)) return;
    this.#due.set(key, this.#clock.now() + inMs);
    this.#wake.abort();
  }

  /** So many at a time, until the signal. */
  async run(
    workers: number,
    work: (key: string) => Promise<WorkOutcome>,
    signal: AbortSignal,
  ): Promise<void> {
    const worker = async (): Promise<void> => {
      for (let key = await this.#next(signal); key !== undefined; key = await this.#next(signal)) {
        const outcome = await work(key);
        if (outcome === 'done') continue;
        this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + outcome.againMs);
        this.add(key, outcome.againMs);
      }
    };
    await Promise.all(Array.from({ length: workers }, worker));
  }

  /** Undefined: the end. */
  async #next(signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      const now = this.#clock.now();
      const first = this.#first();
      const at = Math.max(first?.at ?? Infinity, this.#pausedUntil);
      if (first !== undefined && at <= now) {
        this.#due.delete(first.key);
        return first.key;
      }
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
      await this.#clock.wait(Math.min(at - now, longestMs), AbortSignal.any([signal, this.#wake.signal]));
    }
    return undefined;
  }

  #first(): { readonly key: string; readonly at: number } | undefined {
    let found: { readonly key: string; readonly at: number } | undefined;
    for (const [key, at] of this.#due) if (found === undefined || at < found.at) found = { key, at };
    return found;
  }
}

/** A timer takes no more, and nothing is lost by looking. */
const longestMs = 60_000;
