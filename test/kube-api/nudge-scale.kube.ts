import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/kube/clock.ts';
import { contentHash } from '../../src/kube/nudge/content-hash.ts';
import { nudgeAnnotation } from '../../src/kube/nudge/mounted-pod.ts';
import { startNudge } from '../../src/kube/nudge/start-nudge.ts';
import { ApiCalls } from '../../src/kube/watch/api-calls.ts';
import { type FakeFleet, inParallel, kubeConfig, startFleet } from './support/fake-fleet.ts';

// KUBECONFIG names a cluster to try it on. NUDGE_PODS=1000 NUDGE_NAMESPACES=50 is the long form, NUDGE_RATE another rate.

const namespaceCount = Number(process.env['NUDGE_NAMESPACES'] ?? 5);
const podCount = Number(process.env['NUDGE_PODS'] ?? 100);
const perSecond = Number(process.env['NUDGE_RATE'] ?? 50);

test('an edit in every namespace touches every pod once, at the rate and no faster', async (t) => {
  const fleet = await startFleet(t, namespaceCount, podCount / namespaceCount);
  const stop = new AbortController();
  const touchedAt: number[] = [];
  const troubles: unknown[] = [];
  const nudging = startNudge({
    api: new ApiCalls(kubeConfig),
    settings: { namespaces: fleet.namespaces, perSecond, jitterSeconds: 0.3 },
    secrets: [],
    clock: systemClock,
    random: Math.random,
    signal: stop.signal,
    onResult: (result) => {
      if (result === 'touched') touchedAt.push(Date.now());
    },
    onTrouble: (_resource, error) => troubles.push(error),
  });
  t.after(async () => {
    stop.abort();
    await nudging.done;
  });
  await sleep(3000);
  assert.deepEqual(touchedAt, [], 'a start touches nobody');
  const before = await patchesOfPods();
  const memoryBefore = residentMiB();

  const editedAt = Date.now();
  const content = 'pack: {name: second}';
  await inParallel(fleet.namespaces, (namespace) => fleet.write(namespace, content));
  await everyPodHas(fleet, contentHash({ data: { 'policy-config.yaml': content } }));
  await sleep(2000);

  const served = (await patchesOfPods()) - before;
  const seconds = ((touchedAt.at(-1) ?? Infinity) - editedAt) / 1000;
  t.diagnostic(
    `${podCount} pods in ${namespaceCount} namespaces: first ${(touchedAt[0] ?? 0) - editedAt} ms, last ${seconds.toFixed(1)} s, ` +
      `${served} patches served, at most ${busiestSecond(touchedAt)} in a second, RSS ${memoryBefore} -> ${residentMiB()} MiB`,
  );
  assert.deepEqual(troubles, []);
  assert.equal(served, podCount);
  const burst = 2 * perSecond;
  assert.ok(busiestSecond(touchedAt) <= burst + perSecond, 'the burst, and what a second gives back');
  assert.ok(seconds < Math.max(podCount - burst, 0) / perSecond + 5, `${seconds} s`);
});

/** What the API server itself has counted. Those of a kwok are of the status, which is a resource of its own. */
async function patchesOfPods(): Promise<number> {
  const signal = AbortSignal.timeout(10_000);
  const text = await new ApiCalls(kubeConfig).text({
    method: 'GET',
    path: '/metrics',
    accept: 'text/plain',
    signal,
  });
  return text
    .split('\n')
    .filter((line) => /^apiserver_request_total\{.*resource="pods".*subresource="".*verb="PATCH"/.test(line))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

async function everyPodHas(fleet: FakeFleet, hash: string): Promise<void> {
  const deadline = Date.now() + 30_000 + (podCount / perSecond) * 1000;
  for (;;) {
    const pods = await fleet.pods();
    const lacking = pods.filter(({ metadata }) => metadata?.annotations?.[nudgeAnnotation] !== hash);
    if (pods.length === podCount && lacking.length === 0) return;
    if (Date.now() > deadline) throw new Error(`${lacking.length} of ${pods.length} pods were not touched`);
    await sleep(500);
  }
}

function busiestSecond(times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
}

function residentMiB(): number {
  return Math.round(process.memoryUsage.rss() / 2 ** 20);
}
