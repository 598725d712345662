/**
 * How long one policy took for an answer. A clock read for every piece would cost as much as the guard itself, so of the
 * pieces only some are timed, and the time of all is reckoned by their length. An answer that comes whole is one piece.
 */
export class Timing {
  /** Characters of the texts that came to their end, and all those it was timed with. */
  #chars = 0;
  #timedChars = 0;
  #timedMs = 0;
  /** Time for ends of texts, all of which are timed. */
  #endMs = 0;

  get durationMs(): number {
    // A text that was cut off is told by what was timed of it.
    const share = this.#chars > this.#timedChars ? this.#chars / this.#timedChars : 1;
    return (this.#timedChars === 0 ? 0 : this.#timedMs * share) + this.#endMs;
  }

  /** A text of this length has come to its end. */
  given(chars: number): void {
    this.#chars += chars;
  }

  timed(chars: number, ms: number): void {
    this.#timedChars += chars;
    this.#timedMs += ms;
  }

  ended(ms: number): void {
    this.#endMs += ms;
  }
}
