/** Something that wants to look at the time now and then. */
export interface Ticking {
  /** Its place among the others; the ticker keeps it. */
  slot: number;
  /** `now`: milliseconds of a monotonic clock. */
  tick(now: number): void;
}

const tickMs = 50;
const idleTicks = 100;

/**
 * One coarse clock for all attempts under way. Timeouts are counted in seconds, so looking every 50 ms is enough, and
 * an attempt then costs neither a timer of its own nor a look at the clock (1.5 us a call, measured).
 */
export class Ticker {
  /** Monotonic milliseconds, up to 50 behind. */
  now = performance.now();
  readonly #all: Ticking[] = [];
  #timer: NodeJS.Timeout | undefined;
  #idle = 0;

  add(ticking: Ticking): void {
    if (this.#timer === undefined) this.#start();
    ticking.slot = this.#all.length;
    this.#all.push(ticking);
  }

  delete(ticking: Ticking): void {
    if (this.#all[ticking.slot] !== ticking) return;
    const last = this.#all.pop();
    if (last === undefined || last === ticking) return;
    this.#all[ticking.slot] = last;
    last.slot = ticking.slot;
  }

  #start(): void {
    this.now = performance.now();
    this.#idle = 0;
    // It keeps no process alive: the sockets of the attempts do.
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  #tick(): void {
    this.now = performance.now();
    this.#idle = this.#all.length === 0 ? this.#idle + 1 : 0;
    if (this.#idle > idleTicks) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    // A copy: who expires leaves the list.
    for (const ticking of this.#all.slice()) ticking.tick(this.now);
  }
}
