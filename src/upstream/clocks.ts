import { GatewayError } from '../errors.ts';
import type { Ticker, Ticking } from './ticker.ts';

export interface ClockLimits {
  /** From the start to the answer's head. */
  readonly firstByteMs: number;
  /** Between two pieces of the answer. */
  readonly idleMs: number;
  /** From the start to the last byte. */
  readonly totalMs: number;
  /** The setting that `totalMs` is of, for whoever has to raise it. */
  readonly totalSetting: string;
}

/**
 * The clocks of one attempt: the first byte, the silence between pieces, and the whole. (Connecting has its own, in the
 * connection pool.) Each may fire up to two ticks late, never early by more than one.
 */
export class Clocks implements Ticking {
  slot = 0;
  readonly #limits: ClockLimits;
  readonly #target: string;
  readonly #ticker: Ticker;
  readonly #onTimeout: (error: GatewayError) => void;
  readonly #startedAt: number;
  #lastAt: number;
  #hasHead = false;
  #isPaused = false;

  constructor(limits: ClockLimits, target: string, ticker: Ticker, onTimeout: (error: GatewayError) => void) {
    this.#limits = limits;
    this.#target = target;
    this.#ticker = ticker;
    this.#onTimeout = onTimeout;
    ticker.add(this);
    this.#startedAt = this.#lastAt = ticker.now;
  }

  /** The head of the answer has come: from now on silence is measured. */
  head(): void {
    this.#hasHead = true;
    this.#lastAt = this.#ticker.now;
  }

  piece(): void {
    this.#lastAt = this.#ticker.now;
  }

  /** While the client is the slow one, silence says nothing about the target. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#lastAt = this.#ticker.now;
  }

  stop(): void {
    this.#ticker.delete(this);
  }

  tick(now: number): void {
    const { firstByteMs, idleMs, totalMs, totalSetting } = this.#limits;
    const sinceStart = now - this.#startedAt;
    if (sinceStart >= totalMs) this.#expire(`did not finish within ${totalMs / 1000} s (${totalSetting})`);
    else if (!this.#hasHead) {
      if (sinceStart >= firstByteMs) this.#expire(`did not answer within ${firstByteMs / 1000} s`);
    } else if (!this.#isPaused && now - this.#lastAt >= idleMs)
      this.#expire(`sent nothing for ${idleMs / 1000} s`);
  }

  #expire(what: string): void {
    this.stop();
    this.#onTimeout(new GatewayError('upstream_timeout', `target "${this.#target}" ${what}`));
  }
}
