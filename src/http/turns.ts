/**
 * Turns of the event loop for those with long work to do. In each only one of them goes on, however many there are:
 * everybody else waits no longer for many than for one.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is the caller's turn, after everybody who asked before. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(this.#pass);
    });
  }

  // Immediates set while immediates run wait for the next turn of the loop, and for what has come in by then.
  readonly #pass = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#pass);
  };
}
