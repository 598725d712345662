import type { CoreV1Api } from '@kubernetes/client-node';
import { orAbsent } from '../api-access.ts';
import type { EventSink } from '../events/event-recorder.ts';

interface SecretCheckParts {
  readonly core: Pick<CoreV1Api, 'readNamespacedSecret'>;
  readonly secrets: readonly { readonly namespace: string; readonly name: string }[];
  /** The ConfigMap with the policy, which the Event is about: it is what names the Secret. */
  readonly configMap: string;
  readonly events: EventSink;
  readonly onMissing: (
    place: { readonly namespace: string; readonly name: string },
    isMissing: boolean,
  ) => void;
}

/** Says which Secrets are not there that pods need, once when they go and once when they come. To be called again and again. */
export function secretCheck({
  core,
  secrets,
  configMap,
  events,
  onMissing,
}: SecretCheckParts): () => Promise<void> {
  const missing = new Set<string>();

  return async () => {
    for (const place of secrets) {
      const isMissing = (await orAbsent(core.readNamespacedSecret(place))) === undefined;
      onMissing(place, isMissing);
      const about = { apiVersion: 'v1', kind: 'ConfigMap', namespace: place.namespace, name: configMap };
      const key = `${place.namespace}/${place.name}`;
      if (isMissing) {
        missing.add(key);
        const note = `Secret ${place.name} is not there: kubectl -n ${place.namespace} create secret generic ${place.name} --from-literal=KEY=VALUE`;
        events.record({ about, type: 'Warning', reason: 'SecretMissing', action: 'Check', note });
      } else if (missing.delete(key)) {
        const note = `Secret ${place.name} is there`;
        events.record({ about, type: 'Normal', reason: 'SecretFound', action: 'Check', note });
      }
    }
  };
}
