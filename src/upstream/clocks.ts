import { GatewayError } from '../errors.ts';

export interface ClockLimits {
  /** From the start to the answer's head. */
  readonly firstByteMs: number;
  /** Between two pieces of the answer. */
  readonly idleMs: number;
  /** From the start to the last byte. */
  readonly totalMs: number;
}

/**
 * The clocks of one attempt on one timer: the first byte, the silence between pieces, and the whole. (Connecting has its
 * own, in the connection pool.) A piece only notes the time; the timer looks when it fires and sleeps for the rest.
 */
export class Clocks {
  readonly #limits: ClockLimits;
  readonly #target: string;
  readonly #onTimeout: (error: GatewayError) => void;
  readonly #startedAt = performance.now();
  #lastAt = this.#startedAt;
  #hasHead = false;
  #isPaused = false;
  #timer: NodeJS.Timeout;

  constructor(limits: ClockLimits, target: string, onTimeout: (error: GatewayError) => void) {
    this.#limits = limits;
    this.#target = target;
    this.#onTimeout = onTimeout;
    this.#timer = setTimeout(this.#check, Math.min(limits.firstByteMs, limits.totalMs));
  }

  /** The head of the answer has come: from now on silence is measured. */
  head(): void {
    this.#hasHead = true;
    this.#lastAt = performance.now();
    const rest = this.#limits.totalMs - (this.#lastAt - this.#startedAt);
    if (this.#limits.idleMs < this.#limits.firstByteMs && this.#limits.idleMs < rest)
      this.#arm(this.#limits.idleMs);
  }

  piece(): void {
    this.#lastAt = performance.now();
  }

  /** While the client is the slow one, silence says nothing about the target. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#lastAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#check, Math.max(1, Math.ceil(ms)));
  }

  readonly #check = (): void => {
    const now = performance.now();
    const { firstByteMs, idleMs, totalMs } = this.#limits;
    const totalLeft = totalMs - (now - this.#startedAt);
    if (totalLeft <= 0) return this.#expire(`did not finish within ${totalMs / 1000} s`);
    if (!this.#hasHead) {
      const left = firstByteMs - (now - this.#startedAt);
      if (left <= 0) return this.#expire(`did not answer within ${firstByteMs / 1000} s`);
      return this.#arm(Math.min(left, totalLeft));
    }
    const left = this.#isPaused ? idleMs : idleMs - (now - this.#lastAt);
    if (left <= 0) return this.#expire(`sent nothing for ${idleMs / 1000} s`);
    this.#arm(Math.min(left, totalLeft));
  };

  #expire(what: string): void {
    this.#onTimeout(new GatewayError('upstream_timeout', `target "${this.#target}" ${what}`));
  }
}
