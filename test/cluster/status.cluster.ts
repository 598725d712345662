import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { systemClock } from '../../src/kube/clock.ts';
import { openApi } from '../../src/kube/api-access.ts';
import { startNudge } from '../../src/kube/nudge/start-nudge.ts';
import { ApiCalls } from '../../src/kube/watch/api-calls.ts';
import { type KtExit, runKt } from '../support/kt-process.ts';
import { Cluster } from './support/cluster.ts';
import { deployment, policyMap } from './support/manifests.ts';

/** A kubelet at its own settings takes longer than this by itself. */
const soonSeconds = 10;

function policy(version: number, more: object = {}): string {
  return policyMap(
    JSON.stringify({
      pack: { name: 'status', version: `1.0.${version}`, enabled: true },
      policies: { chain: ['audit-logger'] },
      providers: { strategy: 'single', targets: [{ id: 'sim', provider: 'simulator', model: 'm' }] },
      ...more,
    }),
  );
}

/** As a user calls it, with the rights of the kubeconfig. */
function kt(t: TestContext, cluster: Cluster, ...args: readonly string[]): Promise<KtExit> {
  const { KUBECONFIG = '', HOME = '' } = process.env;
  return runKt(t, [...args, '-n', cluster.namespace], { env: { KUBECONFIG, HOME } });
}

function startNudging(namespace: string) {
  const stop = new AbortController();
  const results: string[] = [];
  const { done } = startNudge({
    api: new ApiCalls(() => openApi({}).config),
    settings: { namespaces: [namespace], perSecond: 50, jitterSeconds: 0.3 },
    secrets: [],
    clock: systemClock,
    random: Math.random,
    signal: stop.signal,
    onResult: (result) => results.push(result),
    onTrouble: (resource, error) => results.push(`${resource}: ${String(error)}`),
  });
  return {
    results,
    async stop() {
      stop.abort();
      await done;
    },
  };
}

test('an edit, seen by kt on its way into real pods', async (t) => {
  const cluster = await Cluster.open(t);
  await cluster.apply(policy(0), deployment(cluster.settings));
  const pods = await cluster.readyPods();
  await cluster.kubectl(['label', 'pods', '--all', 'kt-sidecar.dev/injected=true']);
  const nudging = startNudging(cluster.namespace);
  t.after(() => nudging.stop());

  await cluster.step(t, 'pods that run what the ConfigMap says are SYNCED', async (step) => {
    const { code, stdout, stderr } = await kt(step, cluster, 'status');

    assert.equal(code, 0, stdout + stderr);
    assert.equal(stdout.match(/ SYNCED /g)?.length, pods.length);
  });

  await cluster.step(t, 'with the nudge an edit is everywhere at once', async (step) => {
    await cluster.apply(policy(1));
    const editedAt = performance.now();
    const { code, stdout, stderr } = await kt(
      step,
      cluster,
      'rollout',
      'status',
      '--timeout',
      String(soonSeconds),
    );
    const tookMs = performance.now() - editedAt;

    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /policy rolled out: (\d+) of \1 pods run it\n$/);
    assert.deepEqual(
      nudging.results,
      pods.map(() => 'touched'),
    );
    step.diagnostic(`edit to kt rollout status done: ${Math.round(tookMs)} ms, ${pods.length} pods`);
  });

  await cluster.step(t, 'an edit that is refused ends the rollout with its issues', async (step) => {
    await cluster.apply(policy(2, { prviders: {} }));
    const rollout = await kt(step, cluster, 'rollout', 'status', '--timeout', String(soonSeconds));
    const status = await kt(step, cluster, 'status');

    assert.equal(rollout.code, 1);
    assert.match(rollout.stderr, /refuses it and keeps what it had:\nerror E\d+ prviders/);
    assert.equal(status.code, 1);
    assert.match(status.stdout, / REJECTED /);
  });

  await cluster.step(t, 'without a controller it is STALE until somebody nudges', async (step) => {
    await nudging.stop();
    await cluster.apply(policy(3));

    const before = await kt(step, cluster, 'status');
    const nudge = await kt(step, cluster, 'rollout', 'nudge');
    const after = await kt(step, cluster, 'rollout', 'status', '--timeout', String(soonSeconds));

    // A kubelet that looks every second may have been faster.
    assert.match(before.stdout, / (STALE|SYNCED) /);
    assert.equal(nudge.code, 0, nudge.stderr);
    assert.equal(after.code, 0, after.stdout + after.stderr);
  });

  await cluster.step(t, 'kt doctor finds nothing that fails', async (step) => {
    const { code, stdout } = await kt(step, cluster, 'doctor');

    assert.equal(code, 0, stdout);
    assert.match(stdout, /ok +delivery +the pod has the ConfigMap as it is/);
  });
});
