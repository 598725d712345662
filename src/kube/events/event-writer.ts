import { type EventsV1Api, type EventsV1Event, V1MicroTime } from '@kubernetes/client-node';
import { orAbsent } from '../api-access.ts';
import type { EventWriter, KubeEvent } from './event-recorder.ts';

const controllerName = 'kt-sidecar.dev/controller';
/** What the API server takes. */
const noteLimit = 1024;

/** Writes to events.k8s.io/v1; `instance` names this replica. It takes the rights to create and patch events. */
export function eventWriter(api: EventsV1Api, instance: string): EventWriter {
  return {
    async create(event, name, at) {
      const { namespace } = event.about;
      await api.createNamespacedEvent({ namespace, body: eventBody(event, { name, instance, at }) });
    },
    async repeat({ about: { namespace } }, name, { count, at }) {
      const series = { count, lastObservedTime: microTime(at) };
      const body = [{ op: 'add', path: '/series', value: series }];
      return (await orAbsent(api.patchNamespacedEvent({ namespace, name, body }))) !== undefined;
    },
  };
}

function eventBody(
  { about, type, reason, action, note }: KubeEvent,
  { name, instance, at }: { readonly name: string; readonly instance: string; readonly at: number },
): EventsV1Event {
  const { uid, ...place } = about;
  return {
    metadata: { name, namespace: about.namespace },
    eventTime: new V1MicroTime(at),
    reportingController: controllerName,
    reportingInstance: instance,
    action,
    reason,
    type,
    regarding: uid === undefined ? place : { ...place, uid },
    note: withinBytes(note, noteLimit),
  };
}

/** Six decimals, as the API server insists on: the client's own serialising of a patch knows three. */
function microTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z');
}

function withinBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  const cut = Buffer.from(text).subarray(0, limit - 3);
  return `${new TextDecoder().decode(cut, { stream: true })}…`;
}
