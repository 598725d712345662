import { type Ask, call, type Outcome } from './calls.ts';

/** What the loop has seen so far. */
export interface LoopReport {
  readonly calls: number;
  readonly failures: readonly Outcome[];
  /** The first answer of each configuration, in the order they came. */
  readonly changes: readonly Outcome[];
}

const mostFailures = 1000;
const pauseMs = 10;

/** Calls without end, one after the other, whole and streamed answers in turn. */
export class Loop {
  #isRunning = false;
  #ended: Promise<void> = Promise.resolve();
  #calls = 0;
  readonly #failures: Outcome[] = [];
  readonly #changes: Outcome[] = [];

  start(content: string): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#ended = this.#run(content);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#ended;
  }

  report(): LoopReport {
    return { calls: this.#calls, failures: this.#failures, changes: this.#changes };
  }

  async #run(content: string): Promise<void> {
    for (let turn = 0; this.#isRunning; turn += 1) {
      this.#note(await call({ content, stream: turn % 2 === 1 } satisfies Ask));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  #note(outcome: Outcome): void {
    this.#calls += 1;
    if (!outcome.ok) {
      if (this.#failures.length < mostFailures) this.#failures.push(outcome);
    } else if (this.#changes.at(-1)?.config !== outcome.config) this.#changes.push(outcome);
  }
}
