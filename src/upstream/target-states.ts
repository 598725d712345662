import type { TargetSpec } from '../config/config.ts';
import { Held } from '../held.ts';
import { targetIdentity, type Target, TargetState } from './target.ts';
import { Ticker } from './ticker.ts';

/** Keeps what was observed of each upstream while any live snapshot holds its identity; then its connections go. */
export class TargetStates {
  readonly #ticker = new Ticker();
  readonly #held = new Held<string, TargetState>((state) => {
    void state.connections.close(); // nobody is left to hear how closing idle connections went
  });

  /** For compile: the known state of this identity, or a fresh one. Holds nothing yet. */
  stateOf(spec: TargetSpec): TargetState {
    return this.#held.get(targetIdentity(spec)) ?? new TargetState(this.#ticker);
  }

  /** A snapshot has become current. */
  hold(targets: readonly Target[]): void {
    for (const { spec, state } of targets) {
      state.misconfigured = undefined; // a new configuration may have mended it
      this.#held.hold(targetIdentity(spec), () => state);
    }
  }

  /** A snapshot has retired. */
  release(targets: readonly Target[]): void {
    for (const { spec } of targets) this.#held.release(targetIdentity(spec));
  }

  async close(): Promise<void> {
    await Promise.all(this.#held.takeAll().map(({ connections }) => connections.close()));
  }
}
