import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import { kubeConfig } from './kube-config.ts';

/** A fleet of pods that no kubelet runs, in namespaces of its own: a node that is only an object is said to hold them. */
export interface FakeFleet {
  readonly core: CoreV1Api;
  readonly namespaces: readonly string[];
  readonly pods: () => Promise<readonly V1Pod[]>;
  readonly write: (namespace: string, content: string) => Promise<void>;
}

const policyName = 'policy-config';
export const secretName = 'provider-keys';
const runLabel = 'kt-sidecar.dev/test-run';

export async function startFleet(
  t: TestContext,
  namespaceCount: number,
  podsEach: number,
): Promise<FakeFleet> {
  const core = kubeConfig().makeApiClient(CoreV1Api);
  const run = randomUUID().slice(0, 8);
  const node = `kt-fake-${run}`;
  const labels = { [runLabel]: run };
  const namespaces = Array.from({ length: namespaceCount }, (_, index) => `kt-fleet-${run}-${index}`);
  t.after(async () => {
    const grace = { gracePeriodSeconds: 0 };
    await inParallel(namespaces, async (namespace) => {
      await core.deleteCollectionNamespacedPod({ namespace, ...grace });
      await core.deleteNamespace({ name: namespace });
    });
    await core.deleteNode({ name: node });
  });
  await core.createNode({
    // kwok, where there is one, then says that its pods run.
    body: { metadata: { name: node, annotations: { 'kwok.x-k8s.io/node': 'fake' }, labels } },
  });
  await inParallel(namespaces, async (namespace) => {
    await core.createNamespace({ body: { metadata: { name: namespace, labels } } });
    await core.createNamespacedConfigMap({ namespace, body: configMap('pack: {name: first}') });
    await serviceAccountIn(core, namespace);
  });
  await sleep(1100); // a pod that began in the second of an edit may have either content
  await inParallel(namespaces, async (namespace) => {
    for (let index = 0; index < podsEach; index += 1)
      await core.createNamespacedPod({ namespace, body: pod(`app-${index}`, node, labels) });
  });
  return {
    core,
    namespaces,
    pods: async () => (await core.listPodForAllNamespaces({ labelSelector: `${runLabel}=${run}` })).items,
    write: async (namespace, content) => {
      await core.replaceNamespacedConfigMap({ namespace, name: policyName, body: configMap(content) });
    },
  };
}

/** The admission of pods waits for nothing: it refuses them until the controller has made the account. */
async function serviceAccountIn(core: CoreV1Api, namespace: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { items } = await core.listNamespacedServiceAccount({ namespace });
    if (items.length > 0) return;
    if (Date.now() > deadline) throw new Error(`no service account in ${namespace}`);
    await sleep(100);
  }
}

export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

function configMap(content: string) {
  return { metadata: { name: policyName }, data: { 'policy-config.yaml': content } };
}

function pod(name: string, nodeName: string, labels: Readonly<Record<string, string>>): V1Pod {
  return {
    metadata: { name, labels: { ...labels, 'kt-sidecar.dev/injected': 'true' } },
    spec: {
      nodeName,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'app', image: 'app:1' }],
      initContainers: [
        {
          name: 'kt-sidecar',
          image: 'kt-sidecar:1',
          restartPolicy: 'Always',
          volumeMounts: [
            { name: 'kt-policy', mountPath: '/etc/kt/policy' },
            { name: 'kt-secrets', mountPath: '/etc/kt/secrets' },
          ],
        },
      ],
      volumes: [
        { name: 'kt-policy', configMap: { name: policyName } },
        { name: 'kt-secrets', secret: { secretName, optional: true } },
      ],
    },
  };
}
