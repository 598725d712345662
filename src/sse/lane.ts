import type { HeldEvent } from './held-events.ts';

/** An event in its lanes, with its place in the order of arrival. */
export interface Waiting extends HeldEvent {
  readonly arrival: number;
}

/**
 * Withheld events that must keep their order among themselves. Lanes do not wait for each other: the last word of the
 * reasoning, which only its end decides, must not hold up the whole of the answer behind it.
 */
export class Lane {
  #events: (Waiting | undefined)[] = [];
  #first = 0;

  get isEmpty(): boolean {
    return this.#first === this.#events.length;
  }

  get head(): Waiting | undefined {
    return this.#events[this.#first];
  }

  push(event: Waiting): void {
    this.#events.push(event);
  }

  // A queue of thousands that moves one event at a time must not be copied for each.
  shift(): void {
    this.#events[this.#first] = undefined; // or it would keep its piece of the stream alive
    this.#first += 1;
    if (this.isEmpty) this.clear();
    else if (this.#first >= 64 && this.#first * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
  }

  clear(): void {
    this.#events = [];
    this.#first = 0;
  }
}
