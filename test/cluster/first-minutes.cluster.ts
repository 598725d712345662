import assert from 'node:assert/strict';
import test from 'node:test';
import { askUntil } from './support/cluster.ts';
import { runKubectl } from './support/kubectl.ts';
import { helms, Newcomer } from './support/newcomer.ts';
import { readSettings } from './support/settings.ts';

const settings = readSettings();

type Seen = (newcomer: Newcomer) => Promise<true | undefined>;

const answers =
  (expected: RegExp): Seen =>
  async (newcomer) =>
    expected.test(await newcomer.lastAnswer()) ? true : undefined;

const stands =
  (expected: string): Seen =>
  async (newcomer) =>
    (await newcomer.standings()).join() === expected ? true : undefined;

/** Good, bad and good again; how each shows. What cannot be right is refused by the API server, and what ran before goes on. */
const edits: readonly { readonly script: string; readonly isRefused?: true; readonly seen: Seen }[] = [
  { script: 's/action: redact/action: block/', seen: answers(/^409 .*"policy":"pii-detector"/) },
  { script: 's/pii-detector:/pii-detektor:/', isRefused: true, seen: stands('SYNCED') },
  { script: '/pii-detector:/,/action/s/action: block/action: redact/', seen: answers(/^200 .*\[EMAIL\]/) },
];

/** As it is chosen here, and as it is on clusters before 1.36. */
const ways = [...helms.map((helm) => [helm, 'auto'] as const), [helms.at(-1) ?? 'helm', 'webhook'] as const];

for (const [helm, mode] of ways) {
  test(`the first minutes of the README, with ${helm.split('/').at(-1)}, injection ${mode}`, async (t) => {
    const newcomer = new Newcomer({ helm, values: `injection.mode=${mode}`, settings }, t);
    const { apps, own } = newcomer;

    const notes = await newcomer.installs();

    assert.match(notes, /NO MODEL ANSWERS/);
    const first = await askUntil('the first answer', async () => (await newcomer.lastAnswer()) || undefined);

    assert.match(first, /^200 /);
    assert.match(first, /\[EMAIL\]/);

    const effects: number[] = [];
    for (const { script, isRefused, seen } of edits) {
      const from = performance.now();
      const refusal = await newcomer.edits(script);
      assert.match(refusal, isRefused === true ? /policy-config" is invalid/ : /^$/);
      await askUntil(`the effect of ${script}`, async () => seen(newcomer), 120_000, 300);
      effects.push(Math.round(performance.now() - from));
    }
    const events = await runKubectl(['-n', apps, 'get', 'events', '-o', 'jsonpath={.items[*].reason}']);
    for (const reason of ['PolicyConfigInvalid', 'PolicyConfigValid'])
      assert.ok(events.split(' ').includes(reason), events);
    const log = await runKubectl(['-n', apps, 'logs', 'deployment/app', '-c', 'app']);
    assert.deepEqual(
      log.split('\n').filter((line) => line !== '' && !/^(?:200|409) /.test(line)),
      [],
      'calls that failed',
    );
    await newcomer.types('helm uninstall kt-sidecar --namespace kt-sidecar ');
    await askUntil('nothing that is left', async () => {
      const left = await leftBehind(own, apps);
      return left.length === 0 ? true : undefined;
    });
    t.diagnostic(`edit to effect, polled once a second: ${effects.join(', ')} ms`);
  });
}

/** What of a release is still there after it was uninstalled. */
async function leftBehind(own: string, apps: string): Promise<readonly string[]> {
  const kinds =
    'mutatingadmissionpolicies,mutatingadmissionpolicybindings,validatingadmissionpolicies,validatingadmissionpolicybindings';
  const wide = await runKubectl(['get', kinds, '-o', 'name']);
  const maps = await runKubectl(['-n', apps, 'get', 'configmaps', '-o', 'name']);
  const rest = await runKubectl([
    '-n',
    own,
    'get',
    'all,configmaps,secrets,roles,serviceaccounts',
    '-o',
    'name',
  ]);
  return [
    ...wide.split('\n').filter((name) => name.includes(own)),
    ...maps.split('\n').filter((name) => name.endsWith('/policy-config')),
    ...rest.split('\n').filter((name) => name !== '' && !/kube-root-ca|serviceaccount\/default/.test(name)),
  ];
}
