import type { FinishedAttempt } from '../record/finished-exchange.ts';

export type Counts = Pick<Observed, 'inFlight' | 'successes' | 'failures' | 'lastFailureAt'>;

/** What was seen of one that is asked: how much it is asked now, and how that ended before. */
export class Observed {
  inFlight = 0;
  successes = 0;
  failures = 0;
  /** Epoch milliseconds; undefined until there was one. */
  lastFailureAt: number | undefined;

  /** It is asked no more, and ended so; anything else says nothing of it. */
  settled(outcome: FinishedAttempt['outcome']): void {
    this.inFlight -= 1;
    if (outcome === 'success') this.successes += 1;
    if (outcome !== 'failure') return;
    this.failures += 1;
    this.lastFailureAt = Date.now();
  }

  /** For `/status`. */
  counts(): Counts {
    const { inFlight, successes, failures, lastFailureAt } = this;
    return { inFlight, successes, failures, lastFailureAt };
  }
}
