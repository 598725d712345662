import type { CoreV1Api, V1Secret } from '@kubernetes/client-node';
import { orAbsent, statusOf } from '../api-access.ts';
import { KubeError } from '../kube-error.ts';
import { bundleData, type CertificateBundle, readBundle } from './bundle.ts';

interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
}

/** A version of the Secret; the bundle is undefined where it holds none that is whole. */
export interface StoredBundle {
  readonly bundle: CertificateBundle | undefined;
  readonly secret: V1Secret;
}

/** Where replicas agree on one bundle. */
export interface BundleStore {
  read(): Promise<StoredBundle>;
  /** False where another replica was first. */
  write(before: StoredBundle, bundle: CertificateBundle): Promise<boolean>;
}

/** The Secret that the chart creates, empty. It takes the rights to get and update it by its name. */
export function certificateSecret(
  core: CoreV1Api,
  place: SecretPlace,
  names: readonly string[],
): BundleStore {
  return {
    async read() {
      const secret = await orAbsent(core.readNamespacedSecret(place));
      if (secret === undefined)
        throw new KubeError(
          `Secret ${place.namespace}/${place.name} is not there: the chart creates it, empty`,
        );
      return { secret, bundle: readBundle(decoded(secret.data ?? {}), names) };
    },
    async write({ secret }, bundle) {
      // With its resourceVersion, so that the second of two writers is refused.
      const { metadata = {}, type = 'Opaque' } = secret;
      const body: V1Secret = { metadata, type, data: encoded(bundleData(bundle)) };
      try {
        await core.replaceNamespacedSecret({ ...place, body });
        return true;
      } catch (error) {
        if (statusOf(error) === 409) return false;
        throw error;
      }
    },
  };
}

function decoded(data: Readonly<Record<string, string>>): Record<string, string> {
  return mapValues(data, (value) => Buffer.from(value, 'base64').toString());
}

function encoded(data: Readonly<Record<string, string>>): Record<string, string> {
  return mapValues(data, (value) => Buffer.from(value).toString('base64'));
}

function mapValues(
  data: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, change(value)]));
}
