import type { Certified } from './authority.ts';
import { validityOf } from './bundle.ts';

/** The certificate that is served now, and those who want to know of another. */
export class ServedCertificate {
  readonly #onChange: (pair: Certified) => void;
  #pair: Certified | undefined;
  #expiresAt = 0;

  constructor(onChange: (pair: Certified) => void) {
    this.#onChange = onChange;
  }

  /** Epoch milliseconds; 0 while there is none. */
  get expiresAt(): number {
    return this.#expiresAt;
  }

  get pair(): Certified | undefined {
    return this.#pair;
  }

  isValid(now: number): boolean {
    return now < this.#expiresAt;
  }

  replace(pair: Certified): void {
    if (this.#pair?.cert === pair.cert) return;
    this.#pair = pair;
    this.#expiresAt = validityOf(pair.cert).to;
    this.#onChange(pair);
  }
}
