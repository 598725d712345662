import { bundleData, readBundle } from '../../../src/kube/certificates/bundle.ts';
import type { BundleStore } from '../../../src/kube/certificates/certificate-secret.ts';

type Data = Readonly<Record<string, string>>;

/** A Secret that several replicas write, each with the version it read. */
export interface SharedSecret {
  data(): Data;
  put(data: Data): void;
  store(names: readonly string[]): BundleStore;
}

export function sharedSecret(): SharedSecret {
  let held: Data = {};
  let version = 1;
  const put = (data: Data): void => {
    held = data;
    version += 1;
  };
  return {
    data: () => held,
    put,
    store: (names) => ({
      read: async () => ({
        bundle: readBundle(held, names),
        secret: { metadata: { resourceVersion: String(version) } },
      }),
      write: async ({ secret }, bundle) => {
        if (secret.metadata?.resourceVersion !== String(version)) return false;
        put(bundleData(bundle));
        return true;
      },
    }),
  };
}
