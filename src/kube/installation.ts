import { z } from 'zod';
import { parsePod } from './injection/pod-shape.ts';
import { inject } from './injection/inject.ts';
import { defaultInjectionSettings } from './injection/injection-settings.ts';
import { injectLabel, type SkipReason } from './injection/names.ts';
import type { ApiCalls } from './watch/api-calls.ts';
import { ApiRefusal } from './watch/api-refusal.ts';

/** What was asked for, or why it is not known: doctors work with the rights they have. */
export type Known<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What of ours is installed in a cluster: plain data, and no secret. */
export interface InstallationFacts {
  readonly webhooks: Known<readonly WebhookFacts[]>;
  /** Names of the admission policies that inject. */
  readonly policies: Known<readonly string[]>;
  readonly controllers: Known<readonly ControllerFacts[]>;
  /** The label of the namespace that is looked at. */
  readonly namespaceLabel: Known<string | undefined>;
  readonly scalers: Known<readonly ScalerFacts[]>;
  /** How far the API server's clock is before this one. */
  readonly aheadSeconds: Known<number | undefined>;
}

export interface WebhookFacts {
  readonly configuration: string;
  readonly name: string;
  readonly failurePolicy: string;
  /** PEM; empty where nobody wrote it yet. */
  readonly caBundle: string;
}

export interface ControllerFacts {
  readonly namespace: string;
  readonly name: string;
  readonly ready: number;
  readonly version: string;
}

export interface ScalerFacts {
  readonly name: string;
  readonly targetName: string;
  /** `cpu`, `memory`. */
  readonly resources: readonly string[];
}

const accept = 'application/json';
const callMs = 10_000;
const ours = 'app.kubernetes.io/part-of=kt-sidecar';
const controllerLabels = `${ours},app.kubernetes.io/component=controller`;

export async function readInstallation(api: ApiCalls, namespace: string): Promise<InstallationFacts> {
  const get = (path: string): Promise<unknown> =>
    api.json({ method: 'GET', path, accept, signal: AbortSignal.timeout(callMs) });
  const admission = '/apis/admissionregistration.k8s.io/v1';
  const configurations = async (resource: string): Promise<readonly WebhookFacts[]> =>
    webhooksIn(await get(`${admission}/${resource}?labelSelector=${ours}`));
  const [webhooks, policies, controllers, namespaceLabel, scalers, aheadSeconds] = await Promise.all([
    known(async () => [
      ...(await configurations('mutatingwebhookconfigurations')),
      ...(await configurations('validatingwebhookconfigurations')),
    ]),
    known(async () =>
      namesIn(await orNone(get(`${admission}/mutatingadmissionpolicies?labelSelector=${ours}`))),
    ),
    known(async () =>
      controllersIn(await get(`/apis/apps/v1/deployments?labelSelector=${controllerLabels}`)),
    ),
    known(async () => labelIn(await get(`/api/v1/namespaces/${namespace}`))),
    known(async () =>
      scalersIn(await get(`/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`)),
    ),
    known(async () => aheadOf(await api.serverTime(AbortSignal.timeout(callMs)))),
  ]);
  return { webhooks, policies, controllers, namespaceLabel, scalers, aheadSeconds };
}

/** Why the rules leave a pod as it is; undefined where they would give it the sidecar. */
export async function skipOf(
  api: ApiCalls,
  namespace: string,
  name: string,
): Promise<{ readonly reason: SkipReason; readonly detail: string } | undefined> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const document = await api.json({ method: 'GET', path, accept, signal: AbortSignal.timeout(callMs) });
  if (typeof document !== 'object' || document === null) return undefined;
  const outcome = inject({ pod: parsePod(document), settings: defaultInjectionSettings, by: 'kt' });
  return outcome.kind === 'skipped' ? outcome : undefined;
}

/** Whether there is such a Secret. Undefined: it may not be asked. */
export async function hasSecret(
  api: ApiCalls,
  namespace: string,
  name: string,
): Promise<boolean | undefined> {
  try {
    // Of its metadata alone: no key is fetched, and none can be shown.
    await api.json({
      method: 'GET',
      path: `/api/v1/namespaces/${namespace}/secrets/${name}`,
      accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      signal: AbortSignal.timeout(callMs),
    });
    return true;
  } catch (error) {
    return error instanceof ApiRefusal && error.status === 404 ? false : undefined;
  }
}

async function known<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { kind: 'known', value: await read() };
  } catch (error) {
    return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** A cluster that does not know the kind has none of it. */
async function orNone(list: Promise<unknown>): Promise<unknown> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return { items: [] };
    throw error;
  }
}

const named = z.object({ name: z.string() });
const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item).nullish() });
const configurationSchema = z.object({
  metadata: named,
  webhooks: z
    .array(
      z.object({
        name: z.string(),
        failurePolicy: z.string().default('Fail'),
        clientConfig: z.object({ caBundle: z.string().default('') }),
      }),
    )
    .default([]),
});
const deploymentSchema = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  status: z.object({ readyReplicas: z.number().default(0) }).default({ readyReplicas: 0 }),
});
const scalerSchema = z.object({
  metadata: named,
  spec: z.object({
    scaleTargetRef: named,
    metrics: z.array(z.object({ resource: named.optional() })).default([]),
  }),
});
const namespaceSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
});

function webhooksIn(list: unknown): readonly WebhookFacts[] {
  return (listOf(configurationSchema).parse(list).items ?? []).flatMap(({ metadata, webhooks }) =>
    webhooks.map(({ name, failurePolicy, clientConfig }) => ({
      configuration: metadata.name,
      name,
      failurePolicy,
      caBundle: Buffer.from(clientConfig.caBundle, 'base64').toString(),
    })),
  );
}

function namesIn(list: unknown): readonly string[] {
  return (listOf(z.object({ metadata: named })).parse(list).items ?? []).map(({ metadata }) => metadata.name);
}

function controllersIn(list: unknown): readonly ControllerFacts[] {
  return (listOf(deploymentSchema).parse(list).items ?? []).map(({ metadata, status }) => ({
    namespace: metadata.namespace,
    name: metadata.name,
    ready: status.readyReplicas,
    version: metadata.labels['app.kubernetes.io/version'] ?? '',
  }));
}

function labelIn(namespace: unknown): string | undefined {
  return namespaceSchema.parse(namespace).metadata.labels[injectLabel];
}

function scalersIn(list: unknown): readonly ScalerFacts[] {
  return (listOf(scalerSchema).parse(list).items ?? []).map(({ metadata, spec }) => ({
    name: metadata.name,
    targetName: spec.scaleTargetRef.name,
    resources: spec.metrics.flatMap(({ resource }) => (resource === undefined ? [] : [resource.name])),
  }));
}

function aheadOf(at: number | undefined): number | undefined {
  return at === undefined ? undefined : Math.round((at - Date.now()) / 1000);
}
