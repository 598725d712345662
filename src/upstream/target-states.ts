import { type Dispatcher, Pool } from 'undici';
import type { TargetSpec } from '../config/config.ts';
import { identity, type Target, TargetState } from './target.ts';
import { Ticker } from './ticker.ts';

interface Held {
  readonly state: TargetState;
  snapshots: number;
}

// DNS changes are picked up when connections turn over.
const maxConnectionAgeMs = 300_000;

/** Keeps what was observed of each upstream while any live snapshot holds its identity; then its connections go. */
export class TargetStates {
  readonly #held = new Map<string, Held>();
  readonly #ticker = new Ticker();

  /** For compile: the known state of this identity, or a fresh one. Holds nothing yet. */
  stateOf(spec: TargetSpec): TargetState {
    return this.#held.get(identity(spec))?.state ?? new TargetState(connect(spec), this.#ticker);
  }

  /** A snapshot has become current. */
  hold(targets: readonly Target[]): void {
    for (const { spec, state } of targets) {
      const held = this.#held.get(identity(spec));
      if (held === undefined) this.#held.set(identity(spec), { state, snapshots: 1 });
      else held.snapshots += 1;
    }
  }

  /** A snapshot has retired. Returns the ids of targets that no live snapshot knows any more. */
  release(targets: readonly Target[]): readonly string[] {
    const gone: string[] = [];
    for (const { spec } of targets) {
      const held = this.#held.get(identity(spec));
      if (held === undefined) continue;
      held.snapshots -= 1;
      if (held.snapshots > 0) continue;
      this.#held.delete(identity(spec));
      gone.push(spec.id);
      void held.state.dispatcher.destroy(); // nobody is left to hear how closing idle connections went
    }
    return gone.filter((id) => ![...this.#held.keys()].some((key) => key.startsWith(`${id} `)));
  }

  async close(): Promise<void> {
    const all = [...this.#held.values()];
    this.#held.clear();
    await Promise.all(all.map(({ state }) => state.dispatcher.destroy()));
  }
}

// HTTP/1.1: one lost connection then costs one stream. Timeouts are ours (clocks.ts), but for connecting.
function connect(spec: TargetSpec): Dispatcher {
  return new Pool(spec.origin, {
    connect: { timeout: spec.connectTimeoutMs },
    allowH2: false,
    pipelining: 1,
    clientTtl: maxConnectionAgeMs,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 65_536,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
