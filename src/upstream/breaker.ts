const failuresToOpen = 5;
const openMs = 5000;

/** The right to ask once; `probe`: the one that finds out whether it answers again. */
export type Permit = 'normal' | 'probe';

/** `void`: says nothing about who was asked. */
export type AskOutcome = 'success' | 'failure' | 'void';

/** Spares one that keeps failing, and its callers the wait: five failures in a row, then five seconds' rest, then one probe. */
export class Breaker {
  #failures = 0;
  #openUntil = 0;
  #isProbing = false;

  /** `open`: it has failed too often, and nothing has come of a probe yet. */
  get state(): 'closed' | 'open' {
    return this.#failures < failuresToOpen ? 'closed' : 'open';
  }

  /** Undefined where it may not be asked now. `now`: monotonic milliseconds. */
  admit(now: number): Permit | undefined {
    if (this.#failures < failuresToOpen) return 'normal';
    if (now < this.#openUntil || this.#isProbing) return undefined;
    this.#isProbing = true;
    return 'probe';
  }

  settle(permit: Permit, outcome: AskOutcome, now: number): void {
    if (permit === 'probe') this.#isProbing = false;
    else if (this.#failures >= failuresToOpen) return; // began before the rest: only the probe decides
    if (outcome === 'success') this.#failures = 0;
    if (outcome !== 'failure') return;
    this.#failures += 1;
    this.#openUntil = now + openMs;
  }
}
