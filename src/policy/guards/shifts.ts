/** From `decoded` on, an offset of the decoded text plus `shift` is that of the original. */
interface Shift {
  readonly decoded: number;
  readonly shift: number;
}

/** How far a text with its escapes decoded lags behind the original, as far as it is not released. */
export class Shifts {
  /** Ordered; the first covers everything that is not released. */
  #all: Shift[] = [{ decoded: 0, shift: 0 }];

  get isEmpty(): boolean {
    return this.#all.length === 1 && this.#all[0]?.shift === 0;
  }

  add(decoded: number, by: number): void {
    if (by !== 0) this.#all.push({ decoded, shift: (this.#all.at(-1)?.shift ?? 0) + by });
  }

  /** The offset in the original of `decoded`. */
  original(decoded: number): number {
    let low = 0;
    let high = this.#all.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.#all[middle]?.decoded ?? 0) <= decoded) low = middle;
      else high = middle;
    }
    return decoded + (this.#all[low]?.shift ?? 0);
  }

  forget(upTo: number): void {
    let past = 0;
    while ((this.#all[past + 1]?.decoded ?? Infinity) <= upTo) past += 1;
    if (past > 0) this.#all = this.#all.slice(past);
  }
}
