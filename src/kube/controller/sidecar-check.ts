import { z } from 'zod';
import type { EventSink } from '../events/event-recorder.ts';
import type { OwnerLookup } from '../events/owner-lookup.ts';
import { inject } from '../injection/inject.ts';
import type { InjectionSettings } from '../injection/injection-settings.ts';
import { injectedLabel, injectLabel, noWords, yesWords } from '../injection/names.ts';
import type { ApiCalls } from '../watch/api-calls.ts';

interface SidecarCheckParts {
  readonly api: ApiCalls;
  readonly owners: OwnerLookup;
  /** Where it is looked; `*`: everywhere. */
  readonly namespaces: readonly string[];
  readonly settings: InjectionSettings;
  readonly events: EventSink;
  /** How many pods lack it, by why. */
  readonly onCounted: (missing: ReadonlyMap<string, number>) => void;
  readonly signal: AbortSignal;
}

const labels = z.record(z.string(), z.string()).default({});
const namespaceSchema = z.object({ metadata: z.object({ name: z.string(), labels }) });
const namespacesSchema = z.object({ items: z.array(namespaceSchema) });
const ownerSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().default(false),
});
const podSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    labels,
    deletionTimestamp: z.string().optional(),
    ownerReferences: z.array(ownerSchema).default([]),
  }),
  status: z.looseObject({ phase: z.string().default('') }).prefault({}),
});
type Pod = z.output<typeof podSchema>;
const podsSchema = z.object({
  items: z.array(podSchema),
  metadata: z.object({ continue: z.string().default('') }).prefault({}),
});

/** No admission policy can say it: the pod came before the label, or while nobody gave sidecars. */
const noReason = 'made_without';
const pageSize = 500;

/**
 * Looks for pods that asked for the sidecar and have none, whoever was to give it: says so once on whoever made them. To be
 * called again and again.
 */
export function sidecarCheck(parts: SidecarCheckParts): () => Promise<void> {
  const { api, signal, namespaces, onCounted } = parts;
  let told: ReadonlySet<string> = new Set();
  const get = (path: string): Promise<unknown> =>
    api.json({ method: 'GET', path, accept: 'application/json', signal });

  return async () => {
    const missing = new Map<string, number>();
    const said = new Set<string>();
    for (const { metadata } of await placesOf(namespaces, get)) {
      for await (const pod of podsOf(metadata.name, isYes(metadata.labels), get)) {
        const why = whyWithout(pod, parts.settings);
        if (why === undefined) continue;
        missing.set(why.reason, (missing.get(why.reason) ?? 0) + 1);
        const key = await tell(parts, { namespace: metadata.name, pod, ...why }, told);
        said.add(key);
      }
    }
    told = said;
    onCounted(missing);
  };
}

type Get = (path: string) => Promise<unknown>;

async function placesOf(
  namespaces: readonly string[],
  get: Get,
): Promise<readonly z.output<typeof namespaceSchema>[]> {
  if (namespaces.includes('*')) return namespacesSchema.parse(await get('/api/v1/namespaces')).items;
  const each = namespaces.map(async (name) => namespaceSchema.parse(await get(`/api/v1/namespaces/${name}`)));
  return Promise.all(each);
}

/** Those without our mark, of which the pods of a namespace that does not ask have to ask themselves. */
async function* podsOf(namespace: string, asks: boolean, get: Get): AsyncGenerator<Pod, void> {
  const own = asks
    ? `${injectLabel} notin (${noWords.join(',')})`
    : `${injectLabel} in (${yesWords.join(',')})`;
  const selector = encodeURIComponent(`${injectedLabel}!=true,${own}`);
  let next = '';
  do {
    const page = `limit=${pageSize}&labelSelector=${selector}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`;
    const { items, metadata } = podsSchema.parse(await get(`/api/v1/namespaces/${namespace}/pods?${page}`));
    yield* items;
    next = metadata.continue;
  } while (next !== '');
}

interface Without {
  readonly reason: string;
  readonly detail: string;
}

function whyWithout(pod: Pod, settings: InjectionSettings): Without | undefined {
  const { deletionTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined || ['Succeeded', 'Failed'].includes(pod.status.phase)) return undefined;
  const result = inject({ pod, settings, by: 'kt' });
  if (result.kind === 'injected')
    return {
      reason: noReason,
      detail: 'it was made before the label, or while nobody gave sidecars; make it again',
    };
  // One that was put in by hand.
  return result.reason === 'already_injected' ? undefined : result;
}

/** Tells it where it is news. Gives what identifies it. */
async function tell(
  { owners, events }: SidecarCheckParts,
  { namespace, pod, reason, detail }: Without & { readonly namespace: string; readonly pod: Pod },
  told: ReadonlySet<string>,
): Promise<string> {
  const owner = pod.metadata.ownerReferences.find(({ controller }) => controller);
  const about =
    owner === undefined
      ? { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name }
      : await owners.topOf(namespace, owner);
  const key = [namespace, about.kind, about.name, reason].join('/');
  const note = `pods of this workload run without the sidecar: ${reason}: ${detail}`;
  if (!told.has(key))
    events.record({
      about: { ...about, namespace },
      type: 'Warning',
      reason: 'SidecarMissing',
      action: 'Check',
      note,
    });
  return key;
}

function isYes(of: Readonly<Record<string, string>>): boolean {
  return yesWords.includes(of[injectLabel] ?? '');
}
