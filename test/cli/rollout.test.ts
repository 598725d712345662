import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type Answers, apiStatus, startApiServer } from '../support/api-server.ts';
import { runKt } from '../support/kt-process.ts';
import { podList, podObject } from '../support/pods.ts';
import { refuses, runs } from '../support/status-documents.ts';

async function rollout(t: TestContext, args: readonly string[], answers: Answers) {
  const { kubeconfig, calls } = await startApiServer(t, answers);
  const exit = await runKt(t, ['rollout', ...args, '--kubeconfig', kubeconfig]);
  return { ...exit, calls };
}

const proxied = (pod: string): string => `/api/v1/namespaces/shop/pods/${pod}:41003/proxy/status`;
const pods = { '/api/v1/namespaces/shop/pods': podList(podObject({ name: 'a' }), podObject({ name: 'b' })) };
const map = {
  '/api/v1/namespaces/shop/configmaps/policy': { body: { data: { 'policy-config.yaml': 'new' } } },
};

test('kt rollout status waits until every pod runs what the ConfigMap says', async (t) => {
  let asked = 0;
  const { code, stdout } = await rollout(t, ['status', '-n', 'shop'], {
    ...pods,
    ...map,
    [proxied('a')]: { body: runs('new') },
    [proxied('b')]: () => {
      asked += 1;
      return { body: runs(asked < 3 ? 'old' : 'new') };
    },
  });

  assert.equal(code, 0);
  assert.equal(
    stdout,
    'Waiting for the policy: 1 of 2 pods run it...\npolicy rolled out: 2 of 2 pods run it\n',
  );
});

test('kt rollout status ends at once where a pod refuses it, with the issues', async (t) => {
  const { code, stderr } = await rollout(t, ['status', '-n', 'shop'], {
    ...pods,
    ...map,
    [proxied('a')]: { body: runs('old') },
    [proxied('b')]: { body: refuses('new') },
  });

  assert.equal(code, 1);
  assert.match(stderr, /shop\/b refuses it and keeps what it had:\nerror E004 providers: expected a mapping/);
});

test('kt rollout status waits on where a pod refused what was there before', async (t) => {
  const { code, stderr } = await rollout(t, ['status', '-n', 'shop', '--timeout', '1'], {
    ...pods,
    ...map,
    [proxied('a')]: { body: runs('new') },
    [proxied('b')]: { body: refuses('bad') },
  });

  assert.equal(code, 1);
  assert.match(stderr, /^error: not done after 1 s; .*kt rollout nudge/);
});

const failures: readonly (readonly [string, readonly string[], Answers, number, RegExp])[] = [
  ['no pod', ['status', '-n', 'shop'], { '/api/v1/namespaces/shop/pods': podList() }, 1, /no pod there/],
  [
    'a ConfigMap that may not be read',
    ['status', '-n', 'shop'],
    {
      ...pods,
      '/api/v1/namespaces/shop/configmaps/policy': { status: 403, body: apiStatus(403, 'no') },
      [proxied('a')]: { body: runs('new') },
      [proxied('b')]: { body: runs('new') },
    },
    1,
    /not allowed \(no\)/,
  ],
  ['no time', ['status', '--timeout', '0'], {}, 2, /expected a whole number/],
  ['all and one', ['status', '-A', 'a'], {}, 2, /--all-namespaces goes with neither/],
  ['all and one', ['nudge', '-A', 'a'], {}, 2, /--all-namespaces goes with neither/],
  [
    'nobody to nudge',
    ['nudge', '-n', 'shop'],
    { '/api/v1/namespaces/shop/pods': podList() },
    1,
    /no pod there/,
  ],
];
for (const [what, args, answers, expected, said] of failures) {
  test(`kt rollout ${args.join(' ')}: ${what} is said, and the exit is ${expected}`, async (t) => {
    const { code, stderr } = await rollout(t, args, answers);

    assert.equal(code, expected);
    assert.match(stderr, said);
  });
}

test('kt rollout nudge writes the hash of the content on every pod', async (t) => {
  const { code, stdout, calls } = await rollout(t, ['nudge', '-n', 'shop'], {
    ...pods,
    ...map,
    '/api/v1/namespaces/shop/pods/a': { body: podObject({ name: 'a' }) },
    '/api/v1/namespaces/shop/pods/b': { body: podObject({ name: 'b' }) },
  });

  assert.equal(code, 0);
  assert.equal(stdout, 'shop/a nudged\nshop/b nudged\n');
  assert.deepEqual(
    calls.filter((call) => call.startsWith('PATCH')),
    ['a', 'b'].map(
      (pod) =>
        `PATCH /api/v1/namespaces/shop/pods/${pod} {"metadata":{"annotations":{"kt-sidecar.dev/nudge":"11507a0e2f5e69d5"}}}`,
    ),
  );
});

test('kt rollout nudge is a change also where the hash is there already', async (t) => {
  const metadata = { annotations: { 'kt-sidecar.dev/nudge': '11507a0e2f5e69d5' } };
  const { calls } = await rollout(t, ['nudge', '-n', 'shop'], {
    '/api/v1/namespaces/shop/pods': podList(
      podObject({ name: 'a', metadata: { name: 'a', namespace: 'shop', ...metadata } }),
    ),
    ...map,
    '/api/v1/namespaces/shop/pods/a': { body: podObject({ name: 'a' }) },
  });

  assert.match(calls.at(-1) ?? '', /"kt-sidecar\.dev\/nudge":"11507a0e2f5e69d5@\d+"/);
});

test('kt rollout nudge says which pod it may not touch, and goes on', async (t) => {
  const { code, stdout, stderr } = await rollout(t, ['nudge', '-n', 'shop'], {
    ...pods,
    ...map,
    '/api/v1/namespaces/shop/pods/a': { status: 403, body: apiStatus(403, 'cannot patch') },
    '/api/v1/namespaces/shop/pods/b': { body: podObject({ name: 'b' }) },
  });

  assert.deepEqual([code, stdout], [1, 'shop/b nudged\n']);
  assert.match(stderr, /pod shop\/a: not allowed \(cannot patch\)/);
});

test('kt status: a ConfigMap that may not be read is said once, and the pods count as they say', async (t) => {
  const { kubeconfig } = await startApiServer(t, {
    '/api/v1/namespaces/shop/pods': podList(podObject({ name: 'a' }), podObject({ name: 'b' })),
    '/api/v1/namespaces/shop/configmaps/policy': { status: 403, body: apiStatus(403, 'forbidden') },
    [proxied('a')]: { body: runs('new') },
    [proxied('b')]: { body: runs('new') },
  });

  const { code, stdout } = await runKt(t, ['status', '-n', 'shop', '--kubeconfig', kubeconfig]);

  assert.equal(code, 0);
  assert.equal(stdout.match(/what pods should run is not known: .*not allowed \(forbidden\)/g)?.length, 1);
});
