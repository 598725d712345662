import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CoreV1Api,
  type KubeConfig,
  RbacAuthorizationV1Api,
  type V1PolicyRule,
} from '@kubernetes/client-node';
import { systemClock } from '../../src/kube/clock.ts';
import { nudgeAnnotation } from '../../src/kube/nudge/mounted-pod.ts';
import { startNudge } from '../../src/kube/nudge/start-nudge.ts';
import { ApiCalls } from '../../src/kube/watch/api-calls.ts';
import { type FakeFleet, secretName, startFleet } from './support/fake-fleet.ts';
import { kubeConfig } from './support/kube-config.ts';

/** What docs/reload-in-a-cluster.md says that it takes. */
const rules: V1PolicyRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'patch'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: [''],
    resources: ['secrets'],
    resourceNames: [secretName],
    verbs: ['get', 'list', 'watch'],
  },
];
const account = 'nudger';

test('with the rights that are written down, edits of the ConfigMap and of the Secret are seen', async (t) => {
  const fleet = await startFleet(t, 1, 2);
  const [namespace = ''] = fleet.namespaces;
  const config = await limited(namespace);
  const stop = new AbortController();
  const results: string[] = [];
  const { done } = startNudge({
    api: new ApiCalls(() => config),
    settings: { namespaces: [namespace], perSecond: 50, jitterSeconds: 0.1 },
    secrets: [{ namespace, name: secretName }],
    clock: systemClock,
    random: Math.random,
    signal: stop.signal,
    onResult: (result) => results.push(result),
    onTrouble: (resource, error) => results.push(`${resource}: ${String(error)}`),
  });
  t.after(async () => {
    stop.abort();
    await done;
  });
  await sleep(2000);

  await fleet.write(namespace, 'pack: {name: second}');
  const afterPolicy = await annotationsAfter(fleet, []);
  await fleet.core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: secretName }, stringData: { together: 'a' } },
  });
  const afterSecret = await annotationsAfter(fleet, afterPolicy);
  await fleet.core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: 'of-no-interest' }, stringData: { together: 'a' } },
  });
  await sleep(1000);

  assert.deepEqual(results, ['touched', 'touched', 'touched', 'touched']);
  assert.equal(new Set(afterSecret).size, 1);
});

/** An account of that namespace with these rights and no others. */
async function limited(namespace: string): Promise<KubeConfig> {
  const core = kubeConfig().makeApiClient(CoreV1Api);
  const roles = kubeConfig().makeApiClient(RbacAuthorizationV1Api);
  const metadata = { name: account };
  await core.createNamespacedServiceAccount({ namespace, body: { metadata } });
  await roles.createNamespacedRole({ namespace, body: { metadata, rules } });
  await roles.createNamespacedRoleBinding({
    namespace,
    body: {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  });
  const { status } = await core.createNamespacedServiceAccountToken({
    namespace,
    name: account,
    body: { spec: { audiences: [], expirationSeconds: 600 } },
  });
  const config = kubeConfig();
  const cluster = config.getCurrentCluster();
  assert.ok(cluster !== null && status?.token !== undefined);
  config.loadFromClusterAndUser(cluster, { name: account, token: status.token });
  return config;
}

/** What stands on the pods, once all have something that none of these is. */
async function annotationsAfter(fleet: FakeFleet, before: readonly string[]): Promise<readonly string[]> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = (await fleet.pods()).flatMap(
      ({ metadata }) => metadata?.annotations?.[nudgeAnnotation] ?? [],
    );
    if (found.length === 2 && found.every((hash) => !before.includes(hash))) return found;
    if (Date.now() > deadline) throw new Error(`not touched: ${found.join(', ')}`);
    await sleep(200);
  }
}
