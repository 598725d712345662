import type { TargetSpec } from '../config/config.ts';
import { identity, type Target, TargetState } from './target.ts';
import { Ticker } from './ticker.ts';

interface Held {
  readonly state: TargetState;
  snapshots: number;
}

/** Keeps what was observed of each upstream while any live snapshot holds its identity; then its connections go. */
export class TargetStates {
  readonly #held = new Map<string, Held>();
  readonly #ticker = new Ticker();

  /** For compile: the known state of this identity, or a fresh one. Holds nothing yet. */
  stateOf(spec: TargetSpec): TargetState {
    return this.#held.get(identity(spec))?.state ?? new TargetState(this.#ticker);
  }

  /** A snapshot has become current. */
  hold(targets: readonly Target[]): void {
    for (const { spec, state } of targets) {
      const held = this.#held.get(identity(spec));
      state.misconfigured = undefined; // a new configuration may have mended it
      if (held === undefined) this.#held.set(identity(spec), { state, snapshots: 1 });
      else held.snapshots += 1;
    }
  }

  /** A snapshot has retired. */
  release(targets: readonly Target[]): void {
    for (const { spec } of targets) {
      const held = this.#held.get(identity(spec));
      if (held === undefined) continue;
      held.snapshots -= 1;
      if (held.snapshots > 0) continue;
      this.#held.delete(identity(spec));
      void held.state.connections.close(); // nobody is left to hear how closing idle connections went
    }
  }

  async close(): Promise<void> {
    const all = [...this.#held.values()];
    this.#held.clear();
    await Promise.all(all.map(({ state }) => state.connections.close()));
  }
}
