/** A token bucket: so many at once, and so many a second in the long run. */
export class EventBudget {
  readonly #burst: number;
  readonly #perMs: number;
  #left: number;
  #at: number;

  constructor(options: { readonly burst: number; readonly perSecond: number; readonly now: number }) {
    this.#burst = options.burst;
    this.#perMs = options.perSecond / 1000;
    this.#left = options.burst;
    this.#at = options.now;
  }

  /** Whether one more may be sent now. */
  take(now: number): boolean {
    this.#left = Math.min(this.#burst, this.#left + Math.max(0, now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
