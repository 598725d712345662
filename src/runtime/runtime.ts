import { Held } from '../held.ts';

/** An exchange's hold on the snapshot it began with. */
export interface Lease<S> {
  readonly snapshot: S;
  /** Gives the hold back. A second call does nothing. */
  release(): void;
}

interface Numbered {
  readonly generation: number;
}

/**
 * The current snapshot, and those that exchanges still hold. A snapshot retires once: when it is no longer current
 * and its last lease is released.
 */
export class Runtime<S extends Numbered> {
  /** By generation; being current is a hold like any other. */
  readonly #live: Held<number, S>;
  #current: S | undefined;

  /** `onRetire` runs inside `swap` or `release` and must not throw. */
  constructor(onRetire: (snapshot: S) => void) {
    this.#live = new Held(onRetire);
  }

  /** Undefined before the first swap only. */
  get current(): S | undefined {
    return this.#current;
  }

  lease(): Lease<S> {
    return new SnapshotLease(this.#live, this.#live.hold(this.#current?.generation ?? 0, noSnapshot));
  }

  /** Every lease taken from now on is on `next`. `next` is new: a snapshot is never made current twice. */
  swap(next: S): void {
    const previous = this.#current;
    this.#current = this.#live.hold(next.generation, () => next);
    if (previous !== undefined) this.#live.release(previous.generation);
  }

  /** Leases by generation: the current one, and each older one that is still held. */
  openLeases(): ReadonlyMap<number, number> {
    return new Map(
      this.#live.entries().map(([generation, snapshot]) => {
        return [generation, this.#live.holders(generation) - Number(snapshot === this.#current)];
      }),
    );
  }
}

function noSnapshot(): never {
  throw new Error('a lease was asked for before the first snapshot');
}

class SnapshotLease<S extends Numbered> implements Lease<S> {
  readonly snapshot: S;
  #live: Held<number, S> | undefined;

  constructor(live: Held<number, S>, snapshot: S) {
    this.#live = live;
    this.snapshot = snapshot;
  }

  release(): void {
    const live = this.#live;
    this.#live = undefined;
    live?.release(this.snapshot.generation);
  }
}
