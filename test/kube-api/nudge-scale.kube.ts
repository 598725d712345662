import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { contentHash } from '../../src/kube/nudge/content-hash.ts';
import { nudgeAnnotation } from '../../src/kube/nudge/mounted-pod.ts';
import { ApiCalls } from '../../src/kube/watch/api-calls.ts';
import { type FakeFleet, inParallel, startFleet } from './support/fake-fleet.ts';
import { kubeConfig } from './support/kube-config.ts';
import type { NudgeReport } from './support/nudge-process.ts';

// KUBECONFIG names a cluster to try it on. NUDGE_PODS=1000 NUDGE_NAMESPACES=50 is the long form, NUDGE_RATE another rate.

const namespaceCount = Number(process.env['NUDGE_NAMESPACES'] ?? 5);
const podCount = Number(process.env['NUDGE_PODS'] ?? 200);
const perSecond = Number(process.env['NUDGE_RATE'] ?? 50);
const burst = 2 * perSecond;
const rounds = 3;

test('an edit in every namespace touches every pod once, at the rate, and memory stays flat', async (t) => {
  const fleet = await startFleet(t, namespaceCount, podCount / namespaceCount);
  const nudging = startNudging(t, fleet.namespaces);
  await sleep(3000);
  assert.deepEqual(nudging.touchedAt, [], 'a start touches nobody');

  const memory: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const figures = await edit(fleet, nudging, `pack: {name: round-${round}}`);
    memory.push(await nudging.residentMiB());
    t.diagnostic(
      `${podCount} pods in ${namespaceCount} namespaces at ${perSecond}/s: first ${figures.firstMs} ms, ` +
        `last ${figures.seconds.toFixed(1)} s, ${figures.served} patches served, ` +
        `at most ${figures.busiest} in a second, RSS ${memory.at(-1)} MiB`,
    );
    assert.equal(figures.served, podCount);
    assert.ok(figures.busiest <= (burst + perSecond) * 1.1, 'the burst, and what a second gives back');
    assert.ok(figures.seconds < Math.max(podCount - burst, 0) / perSecond + 5, `${figures.seconds} s`);
    await sleep((burst / perSecond) * 1000); // until the next burst is there
  }

  assert.deepEqual(nudging.troubles, []);
  const [first = 0, ...others] = memory;
  assert.ok(Math.max(...others) - first < 24, `${memory.join(', ')} MiB`);
});

async function edit(fleet: FakeFleet, { touchedAt }: Nudging, content: string) {
  const before = await patchesOfPods();
  const seen = touchedAt.length;
  const editedAt = Date.now();
  await inParallel(fleet.namespaces, (namespace) => fleet.write(namespace, content));
  await everyPodHas(fleet, contentHash({ data: { 'policy-config.yaml': content } }));
  await sleep(1000); // a second touch would come now
  const times = touchedAt.slice(seen);
  return {
    served: (await patchesOfPods()) - before,
    firstMs: (times[0] ?? Infinity) - editedAt,
    seconds: ((times.at(-1) ?? Infinity) - editedAt) / 1000,
    busiest: Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length)),
  };
}

interface Nudging {
  readonly touchedAt: readonly number[];
  readonly troubles: readonly string[];
  residentMiB(): Promise<number>;
}

function startNudging(t: TestContext, namespaces: readonly string[]): Nudging {
  const touchedAt: number[] = [];
  const troubles: string[] = [];
  let resident = Promise.withResolvers<number>();
  const child = fork(
    join(import.meta.dirname, 'support/nudge-process.ts'),
    [String(perSecond), ...namespaces],
    { execArgv: ['--import', 'tsx', '--expose-gc'] },
  );
  t.after(async () => {
    child.disconnect();
    await once(child, 'exit');
  });
  child.on('message', ({ touched, trouble, residentBytes }: NudgeReport) => {
    if (touched !== undefined) touchedAt.push(touched);
    if (trouble !== undefined) troubles.push(trouble);
    if (residentBytes !== undefined) resident.resolve(Math.round(residentBytes / 2 ** 20));
  });
  return {
    touchedAt,
    troubles,
    async residentMiB() {
      resident = Promise.withResolvers();
      child.send('resident');
      return resident.promise;
    },
  };
}

/** What the API server itself has counted. Those of a kwok are of the status, which is a resource of its own. */
async function patchesOfPods(): Promise<number> {
  const signal = AbortSignal.timeout(10_000);
  const call = { method: 'GET', path: '/metrics', accept: 'text/plain', signal } as const;
  const text = await new ApiCalls(kubeConfig).text(call);
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
    await sleep(1000);
  }
}
