import { randomUUID } from 'node:crypto';
import { AdmissionregistrationV1Api, CoreV1Api, EventsV1Api } from '@kubernetes/client-node';
import { openApi } from '../../../src/kube/api-access.ts';
import { type Clock, systemClock } from '../../../src/kube/clock.ts';
import { type RunningController, startController } from '../../../src/kube/controller/controller.ts';
import { readControllerSettings } from '../../../src/kube/controller/controller-settings.ts';
import { Logger } from '../../../src/telemetry/log.ts';
import type { Cleanup } from '../../support/cleanup.ts';
import { freePort } from '../../support/free-port.ts';

export interface Place {
  readonly namespace: string;
  /** Of the webhooks. */
  readonly port: number;
  /** The name of all that is not in a namespace, and of the Secret. */
  readonly name: string;
  readonly core: CoreV1Api;
  readonly events: EventsV1Api;
  readonly registration: AdmissionregistrationV1Api;
}

export interface ControllerRig extends Place {
  readonly controller: RunningController;
  readonly log: readonly string[];
}

interface RigOptions {
  readonly mode?: 'reject' | 'warn';
  readonly kubeconfig?: string;
  readonly clock?: Clock;
}

/** Waits are short, so that what is looked at every half minute is looked at now. */
export const quickClock: Clock = {
  now: Date.now,
  wait: (ms, signal) => systemClock.wait(Math.min(ms, 100), signal),
};

/** The controller in this process, as the API server of KUBECONFIG calls it: for one namespace of its own. */
export async function startControllerRig(t: Cleanup, options: RigOptions = {}): Promise<ControllerRig> {
  const place = await preparePlace(t);
  const { name, port } = place;
  const log: string[] = [];
  const read = readControllerSettings(settingsText(name, port, options.mode ?? 'reject'));
  if (!read.ok) throw new Error(read.reasons);
  const controller = await startController({
    settings: read.settings,
    access: openApi({ kubeconfig: options.kubeconfig }),
    clock: options.clock ?? systemClock,
    log: new Logger({ level: 'info', format: 'json', now: Date.now, write: (line) => log.push(line) }),
    replica: 'replica-of-the-test',
    lameDuckMs: 0,
  });
  t.after(() => controller.stop());
  await readiness(controller.adminPort);
  return { ...place, controller, log };
}

/** What the chart makes: a namespace with an empty Secret and an empty Lease, and the configurations of the webhooks. */
export async function preparePlace(t: Cleanup): Promise<Place> {
  const { calls } = openApi({});
  const core = new CoreV1Api(calls);
  const registration = new AdmissionregistrationV1Api(calls);
  const name = `kt-ctl-${randomUUID().slice(0, 8)}`;
  const labels = { 'kt-sidecar.dev/test-run': name };
  await core.createNamespace({ body: { metadata: { name, labels } } });
  t.after(() => core.deleteNamespace({ name }));
  await core.createNamespacedSecret({ namespace: name, body: { metadata: { name } } });
  const port = await freePort();
  await createWebhooks(t, { registration, name, labels, port });
  return { namespace: name, name, port, core, registration, events: new EventsV1Api(calls) };
}

/** Resolves when `/readyz` says yes, or gives up. */
export async function readiness(adminPort: number): Promise<void> {
  let said = '';
  await eventually('readiness', async () => {
    try {
      const reply = await fetch(`http://127.0.0.1:${adminPort}/readyz`);
      said = await reply.text();
      return reply.ok ? true : undefined;
    } catch (error) {
      said = String(error);
      return undefined;
    }
  }).catch(() => {
    throw new Error(`not ready: ${said}`);
  });
}

/** What is found, as soon as it is there. */
export async function eventually<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`no ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function settingsText(name: string, port: number, mode: 'reject' | 'warn'): string {
  return JSON.stringify({
    namespace: name,
    service: name,
    listen: { webhook: port, admin: 0 },
    certificates: { secret: name, names: ['127.0.0.1'], webhooks: { mutating: name, validating: name } },
    injection: { enabled: true },
    validation: { enabled: true, mode },
    secrets: [{ namespace: name, name: 'provider-keys' }],
  });
}

interface WebhookTarget {
  readonly registration: AdmissionregistrationV1Api;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly port: number;
}

/** As the chart makes them, but for where they are served. */
async function createWebhooks(
  t: Cleanup,
  { registration, name, labels, port }: WebhookTarget,
): Promise<void> {
  const common = {
    admissionReviewVersions: ['v1'],
    sideEffects: 'NoneOnDryRun',
    namespaceSelector: { matchLabels: labels },
    timeoutSeconds: 5,
  };
  const rule = { apiGroups: [''], apiVersions: ['v1'], scope: 'Namespaced' };
  await registration.createMutatingWebhookConfiguration({
    body: {
      metadata: { name },
      webhooks: [
        {
          ...common,
          name: 'pods.injection.kt-sidecar.dev',
          failurePolicy: 'Fail',
          reinvocationPolicy: 'IfNeeded',
          clientConfig: { url: `https://127.0.0.1:${port}/mutate-pods` },
          rules: [{ ...rule, operations: ['CREATE'], resources: ['pods'] }],
          objectSelector: {
            matchExpressions: [{ key: 'kt-sidecar.dev/inject', operator: 'In', values: ['enabled', 'true'] }],
          },
        },
      ],
    },
  });
  t.after(() => registration.deleteMutatingWebhookConfiguration({ name }));
  await registration.createValidatingWebhookConfiguration({
    body: {
      metadata: { name },
      webhooks: [
        {
          ...common,
          name: 'policies.validation.kt-sidecar.dev',
          failurePolicy: 'Fail',
          clientConfig: { url: `https://127.0.0.1:${port}/validate-policies` },
          rules: [{ ...rule, operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] }],
          objectSelector: { matchLabels: { 'kt-sidecar.dev/policy': 'true' } },
        },
      ],
    },
  });
  t.after(() => registration.deleteValidatingWebhookConfiguration({ name }));
}
