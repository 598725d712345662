import { call, type Outcome } from './calls.ts';

/** So many calls by so many callers, then so many streams at once, each of a mebibyte over some seconds. */
export interface LoadPlan {
  readonly calls: number;
  readonly callers: number;
  readonly streams: number;
}

export interface LoadReport {
  readonly isDone: boolean;
  readonly calls: number;
  readonly streams: number;
  readonly streamedCharacters: number;
  readonly failures: readonly Outcome[];
  readonly callsMs: number;
  readonly streamsMs: number;
}

const kilobytes = 'A pod holds an app and the gateway beside it. '.padEnd(64, 'x ').repeat(64);
const slowMebibyte = `#sim say="${kilobytes}" split=4096 events=256 gap=40`;

export class Load {
  #report: LoadReport = {
    isDone: false,
    calls: 0,
    streams: 0,
    streamedCharacters: 0,
    failures: [],
    callsMs: 0,
    streamsMs: 0,
  };

  report(): LoadReport {
    return this.#report;
  }

  async run(plan: LoadPlan): Promise<void> {
    const from = Date.now();
    const callers = Array.from({ length: plan.callers }, () => this.#call(plan.calls));
    await Promise.all(callers);
    const between = Date.now();
    this.#add({ callsMs: between - from });
    await Promise.all(Array.from({ length: plan.streams }, () => this.#stream()));
    this.#add({ streamsMs: Date.now() - between, isDone: true });
  }

  async #call(most: number): Promise<void> {
    while (this.#report.calls < most) {
      this.#add({ calls: this.#report.calls + 1 });
      this.#note(await call({ content: 'Tell me about sidecars. Mail ann@example.com.' }));
    }
  }

  async #stream(): Promise<void> {
    const outcome = await call({ content: slowMebibyte, stream: true });
    this.#note(outcome);
    const streamedCharacters = this.#report.streamedCharacters + (outcome.ok ? outcome.text.length : 0);
    this.#add({ streams: this.#report.streams + 1, streamedCharacters });
  }

  #note(outcome: Outcome): void {
    if (!outcome.ok) this.#add({ failures: [...this.#report.failures, outcome].slice(0, 20) });
  }

  #add(more: Partial<LoadReport>): void {
    this.#report = { ...this.#report, ...more };
  }
}
