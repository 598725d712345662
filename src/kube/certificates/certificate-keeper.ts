import type { CertificateBundle } from './bundle.ts';
import type { BundleStore } from './certificate-secret.ts';
import { rotated } from './rotation.ts';
import type { ServedCertificate } from './served-certificate.ts';
import type { WebhookTrust } from './webhook-trust.ts';

interface KeeperParts {
  readonly store: BundleStore;
  readonly trust: WebhookTrust;
  readonly served: ServedCertificate;
  /** Whom the server answers for. */
  readonly names: readonly string[];
  readonly now: () => number;
}

/** Replicas that write at once settle in so many rounds. */
const triesLimit = 5;

/** Our own certificate: made, renewed before its time, the same in every replica, and trusted before it is served. */
export class CertificateKeeper {
  readonly #parts: KeeperParts;
  #known: CertificateBundle | undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Looks at everything once, and mends what is not as it should be. To be called every half minute. */
  async keep(): Promise<void> {
    const { trust, served } = this.#parts;
    const bundle = await this.#agree(triesLimit);
    this.#known = bundle;
    // First who is trusted: what is served next is signed by one of them.
    await trust.set(bundle.trusted);
    served.replace(bundle.leaf);
  }

  async #agree(triesLeft: number): Promise<CertificateBundle> {
    const { store, names, now } = this.#parts;
    const stored = await store.read();
    // Someone emptied the Secret or broke it: other replicas still serve what this one remembers.
    const bundle = await rotated(stored.bundle ?? this.#known, names, now());
    if (bundle === stored.bundle || (await store.write(stored, bundle))) return bundle;
    if (triesLeft > 1) return this.#agree(triesLeft - 1);
    throw new Error(`other replicas changed the certificates each of the ${triesLimit} times`);
  }
}
