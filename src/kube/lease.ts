import { type CoordinationV1Api, type V1Lease, V1MicroTime } from '@kubernetes/client-node';
import { orAbsent, statusOf } from './api-access.ts';

interface ElectionParts {
  readonly api: CoordinationV1Api;
  readonly namespace: string;
  readonly name: string;
  /** Who this replica is: the name of its pod. */
  readonly holder: string;
  readonly now: () => number;
}

/** A holder that is not heard of for so long has lost its turn. */
export const leaseSeconds = 15;
/** How often a replica renews, or looks whether it may take over. */
export const renewMs = 4000;

/**
 * One replica at a time, by a Lease. Clocks of replicas are never compared: a replica takes over when it has itself seen
 * no change of the Lease for as long as the Lease says.
 */
export class Election {
  readonly #parts: ElectionParts;
  #seen = '';
  #seenAt = 0;
  #heldUntil = 0;

  constructor(parts: ElectionParts) {
    this.#parts = parts;
  }

  /** False as soon as another may have taken over, also where nobody could be asked. */
  get isLeader(): boolean {
    return this.#parts.now() < this.#heldUntil;
  }

  /** To be called every `renewMs`. */
  async attend(): Promise<void> {
    const { api, namespace, name, now } = this.#parts;
    const at = now();
    const lease = await orAbsent(api.readNamespacedLease({ namespace, name }));
    if (lease !== undefined && !this.#mayTake(lease, at)) {
      this.#heldUntil = 0;
      return;
    }
    if (await this.#take(lease, at)) this.#heldUntil = at + leaseSeconds * 1000;
    else this.#heldUntil = 0;
  }

  /** Lets the next one begin at once. */
  async resign(): Promise<void> {
    if (!this.isLeader) return;
    this.#heldUntil = 0;
    const { api, namespace, name, holder } = this.#parts;
    const lease = await api.readNamespacedLease({ namespace, name });
    if (lease.spec?.holderIdentity !== holder) return;
    await api.replaceNamespacedLease({
      namespace,
      name,
      body: { metadata: lease.metadata ?? {}, spec: { holderIdentity: '' } },
    });
  }

  #mayTake({ metadata, spec }: V1Lease, at: number): boolean {
    const holder = spec?.holderIdentity ?? '';
    const version = metadata?.resourceVersion ?? '';
    if (version !== this.#seen) {
      this.#seen = version;
      this.#seenAt = at;
    }
    if (holder === '' || holder === this.#parts.holder) return true;
    return at - this.#seenAt >= (spec?.leaseDurationSeconds ?? leaseSeconds) * 1000;
  }

  async #take(lease: V1Lease | undefined, at: number): Promise<boolean> {
    const { api, namespace, name, holder } = this.#parts;
    const isMine = lease?.spec?.holderIdentity === holder;
    const spec = {
      holderIdentity: holder,
      leaseDurationSeconds: leaseSeconds,
      renewTime: new V1MicroTime(at),
      acquireTime: (isMine ? lease.spec?.acquireTime : undefined) ?? new V1MicroTime(at),
      leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + (isMine ? 0 : 1),
    };
    try {
      if (lease === undefined)
        await api.createNamespacedLease({ namespace, body: { metadata: { name, namespace }, spec } });
      else
        await api.replaceNamespacedLease({ namespace, name, body: { metadata: lease.metadata ?? {}, spec } });
      return true;
    } catch (error) {
      // Another was first.
      if (statusOf(error) === 409) return false;
      throw error;
    }
  }
}
