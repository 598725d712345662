/** An exchange's hold on the snapshot it began with. */
export interface Lease<S> {
  readonly snapshot: S;
  /** Gives the hold back. A second call does nothing. */
  release(): void;
}

interface Slot<S> {
  readonly snapshot: S;
  leases: number;
}

/**
 * The current snapshot, and those that exchanges still hold. A snapshot retires once: when it is no longer current
 * and its last lease is released.
 */
export class Runtime<S extends { readonly generation: number }> {
  readonly #onRetire: (snapshot: S) => void;
  readonly #live = new Set<Slot<S>>();
  #current: Slot<S> | undefined;

  /** `onRetire` runs inside `swap` or `release` and must not throw. */
  constructor(onRetire: (snapshot: S) => void) {
    this.#onRetire = onRetire;
  }

  /** Undefined before the first swap only. */
  get current(): S | undefined {
    return this.#current?.snapshot;
  }

  lease(): Lease<S> {
    const slot = this.#current;
    if (slot === undefined) throw new Error('a lease was asked for before the first snapshot');
    slot.leases += 1;
    return new SlotLease(slot, this.#settle);
  }

  /** Every lease taken from now on is on `next`. `next` is new: a snapshot is never made current twice. */
  swap(next: S): void {
    const previous = this.#current;
    const slot = { snapshot: next, leases: 0 };
    this.#live.add(slot);
    this.#current = slot;
    if (previous !== undefined) this.#settle(previous);
  }

  /** Leases by generation: the current one, and each older one that is still held. */
  openLeases(): ReadonlyMap<number, number> {
    return new Map(Array.from(this.#live, ({ snapshot, leases }) => [snapshot.generation, leases]));
  }

  readonly #settle = (slot: Slot<S>): void => {
    if (slot.leases > 0 || slot === this.#current) return;
    this.#live.delete(slot);
    this.#onRetire(slot.snapshot);
  };
}

class SlotLease<S> implements Lease<S> {
  readonly snapshot: S;
  readonly #settle: (slot: Slot<S>) => void;
  #slot: Slot<S> | undefined;

  constructor(slot: Slot<S>, settle: (slot: Slot<S>) => void) {
    this.snapshot = slot.snapshot;
    this.#slot = slot;
    this.#settle = settle;
  }

  release(): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    this.#slot = undefined;
    slot.leases -= 1;
    this.#settle(slot);
  }
}
