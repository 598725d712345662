import { z } from 'zod';
import type { EventReason, EventSink, KubeEvent } from '../events/event-recorder.ts';
import type { OwnerLookup, OwnerReference } from '../events/owner-lookup.ts';
import { inject } from '../injection/inject.ts';
import type { InjectionSettings } from '../injection/injection-settings.ts';
import type { AdmissionAnswer, AdmissionRequest } from './admission-review.ts';

interface MutationParts {
  readonly settings: InjectionSettings;
  readonly events: EventSink;
  readonly owners: OwnerLookup;
  readonly count: (result: 'injected' | 'skipped', reason: string) => void;
}

/** What is said of a pod, besides the answer. */
type Said = Pick<KubeEvent, 'type' | 'reason' | 'note'>;

const objectSchema = z.looseObject({});

/** What of a pod says who made it. */
const madeSchema = z.object({
  metadata: z
    .object({
      name: z.string().default(''),
      ownerReferences: z
        .array(
          z.object({
            apiVersion: z.string(),
            kind: z.string(),
            name: z.string(),
            uid: z.string(),
            controller: z.boolean().default(false),
          }),
        )
        .default([]),
    })
    .prefault({}),
});

/** Gives pods the sidecar. What happened is told by an Event on whoever made the pod, after the answer. */
export function podMutation({ settings, events, owners, count }: MutationParts) {
  return (request: AdmissionRequest): AdmissionAnswer => {
    const result = inject({ pod: objectSchema.parse(request.object), settings, by: 'webhook' });
    const isInjected = result.kind === 'injected';
    count(result.kind, isInjected ? '' : result.reason);
    const reports = isInjected ? result.reports.map(({ message }) => message) : [];
    const said = isInjected ? injected(reports) : skipped(result);
    // With sideEffects NoneOnDryRun the API server relies on it.
    if (!request.dryRun && said.length > 0) setImmediate(() => void tell(request, said));
    if (isInjected) return { allowed: true, warnings: reports, patch: result.patch };
    return { allowed: true, warnings: isSilent(result.reason) ? [] : said.map(({ note }) => note) };
  };

  async function tell({ namespace, name, object }: AdmissionRequest, said: readonly Said[]): Promise<void> {
    const made = madeSchema.safeParse(object);
    if (!made.success) return; // no pod that the API server will store
    const { metadata } = made.data;
    const owner = metadata.ownerReferences.find(({ controller }) => controller);
    const itself: OwnerReference = { apiVersion: 'v1', kind: 'Pod', name: metadata.name || name };
    if (owner === undefined && itself.name === '') return; // named after this: there is nothing to hang it on
    const about = owner === undefined ? itself : await owners.topOf(namespace, owner);
    for (const one of said) events.record({ ...one, action: 'Inject', about: { ...about, namespace } });
  }
}

/** Asked again about its own work, or told not to: no news for anyone. */
function isSilent(reason: string): boolean {
  return reason === 'already_injected' || reason === 'opted_out';
}

function injected(reports: readonly string[]): readonly Said[] {
  const done = news('Normal', 'Injected', 'pods of this workload are given the sidecar kt-sidecar');
  return [done, ...reports.map((report) => news('Warning', 'InjectionReport', report))];
}

function skipped({ reason, detail }: Readonly<{ reason: string; detail: string }>): readonly Said[] {
  if (reason === 'already_injected') return [];
  const note = `pods of this workload are not given the sidecar: ${reason}: ${detail}`;
  return [news(reason === 'opted_out' ? 'Normal' : 'Warning', 'InjectionSkipped', note)];
}

function news(type: Said['type'], reason: EventReason, note: string): Said {
  return { type, reason, note };
}
