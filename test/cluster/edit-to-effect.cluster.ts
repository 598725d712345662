import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { askUntil } from './support/cluster.ts';
import { runKubectl, startApiProxy } from './support/kubectl.ts';
import { helms, Newcomer } from './support/newcomer.ts';
import { Status } from './support/replies.ts';
import { readSettings } from './support/settings.ts';

// How long an edit of the ConfigMap takes to act, at whatever pace this cluster's kubelets have.

const settings = readSettings();
const edits = 5;
/** Edits of a person; and a kubelet looks often at a pod that has just begun. */
const pauseMs = 5000;
/** The product's promise, with the nudge. */
const promisedMs = 2000;

/** Waits for each edit until the pod runs it; milliseconds. */
async function effects({ apps }: Newcomer, api: string, count: number): Promise<readonly number[]> {
  const name = (
    await runKubectl(['-n', apps, 'get', 'pods', '-o', 'jsonpath={.items[0].metadata.name}'])
  ).trim();
  const generation = async (): Promise<number> => {
    const response = await fetch(`${api}/api/v1/namespaces/${apps}/pods/${name}:41003/proxy/status`);
    return Status.parse(await response.json()).config.generation;
  };
  const key = [
    '-n',
    apps,
    'get',
    'configmap',
    'policy-config',
    '-o',
    'jsonpath={.data.policy-config\\.yaml}',
  ];
  const text = await runKubectl(key);
  const took: number[] = [];
  for (let edit = 1; edit <= count; edit += 1) {
    await wait(pauseMs);
    const before = await generation();
    const from = performance.now();
    const data = { 'policy-config.yaml': text.replace('version: 1.0.0', `version: 1.0.${edit}`) };
    const patch = ['-n', apps, 'patch', 'configmap', 'policy-config', '--type=merge', '-p'];
    await runKubectl([...patch, JSON.stringify({ data })]);
    await askUntil(
      'a new generation',
      async () => ((await generation()) > before ? true : undefined),
      120_000,
      20,
    );
    took.push(Math.round(performance.now() - from));
  }
  return took;
}

test('with the nudge an edit acts within two seconds', async (t) => {
  const api = await startApiProxy(t);
  const newcomer = new Newcomer({ helm: helms[0] ?? 'helm', values: 'injection.mode=auto', settings }, t);
  await newcomer.installs();

  const took = await effects(newcomer, api, edits);

  const sorted = took.toSorted((one, other) => one - other);
  assert.ok((sorted[sorted.length >> 1] ?? Infinity) < promisedMs, `${took.join(', ')} ms`);
  t.diagnostic(`edit to effect: ${took.join(', ')} ms`);
});

test(
  "without it an edit takes the kubelet's time",
  { skip: process.env['SOAK'] === undefined },
  async (t) => {
    const api = await startApiProxy(t);
    const values = 'injection.mode=auto,reload.nudge.enabled=false';
    const newcomer = new Newcomer({ helm: helms[0] ?? 'helm', values, settings }, t);
    await newcomer.installs();

    const took = await effects(newcomer, api, 2);

    t.diagnostic(`edit to effect: ${took.join(', ')} ms`);
  },
);
