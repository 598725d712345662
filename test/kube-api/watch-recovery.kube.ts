import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { systemClock } from '../../src/kube/clock.ts';
import { reduceSource } from '../../src/kube/nudge/source-version.ts';
import { ApiCalls } from '../../src/kube/watch/api-calls.ts';
import { WatchedObjects } from '../../src/kube/watch/watched-objects.ts';
import { until } from '../support/gateway.ts';
import { startCutProxy } from './support/cut-proxy.ts';
import { kubeConfig } from './support/kube-config.ts';

/** A watch through a proxy, in a namespace of its own, that has told of a first ConfigMap. */
async function start(t: TestContext, open: (through: KubeConfig) => KubeConfig = (through) => through) {
  const core = kubeConfig().makeApiClient(CoreV1Api);
  const namespace = `kt-watch-${randomUUID().slice(0, 8)}`;
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  t.after(() => core.deleteNamespace({ name: namespace }));
  const proxy = await startCutProxy(t, new URL(kubeConfig().getCurrentCluster()?.server ?? ''));
  const seen = new Set<string>();
  const troubles: string[] = [];
  const stop = new AbortController();
  const watched = new WatchedObjects({
    api: new ApiCalls(() => open(throughPort(proxy.port))),
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    isMetadataOnly: true,
    reduce: reduceSource,
    onChange: ({ key, value }) => {
      if (value === undefined) seen.delete(key);
      else seen.add(key);
    },
    onTrouble: (error) => troubles.push(String(error)),
    clock: systemClock,
    random: Math.random,
    signal: stop.signal,
    timing: { idleMs: 3000 },
  });
  const done = watched.run();
  t.after(async () => {
    stop.abort();
    await done;
  });
  const create = async (name: string): Promise<void> => {
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
  };
  const told = (name: string): Promise<true> =>
    until(name, () => (seen.has(`${namespace}/${name}`) ? true : undefined), 20_000);
  await create('first');
  await told('first');
  return { proxy, create, told, troubles, watched };
}

/** The same server by another port: its certificate is for its own name. */
function throughPort(port: number): KubeConfig {
  const config = kubeConfig();
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  assert.ok(cluster !== null && user !== null);
  const { hostname } = new URL(cluster.server);
  const name = isIP(hostname) === 0 ? { tlsServerName: hostname } : {};
  const moved = { ...cluster, server: `https://127.0.0.1:${port}`, ...name };
  config.loadFromClusterAndUser(moved, user);
  return config;
}

test('a watch whose connection is cut tells what came meanwhile', async (t) => {
  const { proxy, create, told, troubles } = await start(t);

  proxy.cut();
  await create('second');
  await told('second');

  assert.equal(troubles.length, 1);
});

test('a watch that hangs without a byte is given up', async (t) => {
  const { proxy, create, told, troubles } = await start(t);

  proxy.hang();
  await create('second');
  await told('second');

  assert.match(troubles.join('\n'), /nothing came for 3 s|no answer within/);
});

test('an API server that is away for a while is found again', async (t) => {
  const { proxy, create, told, troubles, watched } = await start(t);

  await proxy.close();
  const before = watched.lastHeardAt;
  await create('second');
  await sleep(5000);
  const during = watched.lastHeardAt;
  await proxy.open();
  await told('second');

  assert.equal(during, before, 'the age of the watch says that it is away');
  assert.ok(troubles.length >= 2, troubles.join('\n'));
});

test('who is no longer accepted reads its token again', async (t) => {
  let reads = 0;
  const { troubles } = await start(t, (through) => {
    reads += 1;
    if (reads > 1) return through;
    const cluster = through.getCurrentCluster();
    assert.ok(cluster !== null);
    through.loadFromClusterAndUser(cluster, { name: 'u', token: 'one-that-has-run-out' });
    return through;
  });

  assert.deepEqual([reads, troubles], [2, []]);
});
