import { setTimeout as sleep } from 'node:timers/promises';

/** The time, and waiting for it. Tests have their own. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after so long, or as soon as the signal is aborted. It never rejects. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  async wait(ms, signal) {
    try {
      await sleep(ms, undefined, { signal });
    } catch {
      // Aborted: that is an end of the waiting like any other.
    }
  },
};

interface Rhythm {
  readonly clock: Clock;
  /** Asked after each time: what failed may be tried again sooner. */
  readonly everyMs: () => number;
  readonly signal: AbortSignal;
}

/** Does something at once and then every so often, until the signal; what it throws is told and changes nothing. */
export async function repeat(
  { clock, everyMs, signal }: Rhythm,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      onError(error);
    }
    await clock.wait(everyMs(), signal);
  }
}
