import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { configText } from '../support/gateway.ts';
import { type KtExit, type KtProcess, runArguments, runKt, startKt } from '../support/kt-process.ts';
import { type Answers, apiStatus, startApiServer } from '../support/api-server.ts';
import { podList, podObject } from '../support/pods.ts';
import { runs, statusOf } from '../support/status-documents.ts';

const valid = configText({ targets: [{ url: 'http://127.0.0.1:1' }], chain: ['pii-detector'] });

interface Started {
  readonly kt: KtProcess;
  readonly admin: string;
  readonly config: string;
}

async function startGateway(t: TestContext): Promise<Started> {
  const config = join(await temporaryDirectory(t), 'policy-config.yaml');
  writeFileSync(config, valid);
  const kt = startKt(t, runArguments(config));
  const [, admin = ''] = await kt.says(/"admin":"http:\/\/(127\.0\.0\.1:\d+)"/);
  return { kt, admin, config };
}

test('a gateway that serves is shown whole, and the exit is 0', async (t) => {
  const { admin } = await startGateway(t);

  const { code, stdout, stderr } = await runKt(t, ['status', '--admin', admin]);

  assert.equal(code, 0, stderr);
  for (const line of [
    /^version +\d+\.\d+\.\d+$/m,
    /^phase +serving, up \d+ s$/m,
    /^config +SYNCED$/m,
    /^generation +1, applied \d+ s ago$/m,
    /^applied +[0-9a-f]{64}$/m,
    /^desired +[0-9a-f]{64}, since/m,
    /^in flight +0 on this generation$/m,
    /^data +127\.0\.0\.1:\d+$/m,
    /^admin +127\.0\.0\.1:\d+$/m,
    /^degraded +no$/m,
    /^\S+ +available +\S+ \S+ +http:\/\/127\.0\.0\.1:1 +0 +0 +0 +never$/m,
  ])
    assert.match(stdout, line);
});

test('a configuration that was refused is REJECTED with its issues, and the exit is 1', async (t) => {
  const { kt, admin, config } = await startGateway(t);
  writeFileSync(config, valid.replace('pii-detector', 'pii-detektor'));

  await kt.says(/"code":"E001"|E001/);
  const rejected = await runKt(t, ['status', '--url', `http://${admin}`]);
  const { code, stdout } = await runKt(t, ['status', '--admin', admin, '--json']);

  assert.equal(rejected.code, 1);
  assert.match(rejected.stdout, /^error E001 policies\.chain\[0\]: .+ \(line \d+, column \d+\)$/m);
  assert.match(rejected.stdout, /^degraded +config_not_applied$/m);
  assert.equal(code, 1);
  const { state, ok, status } = JSON.parse(stdout);
  assert.deepEqual([state, ok, status.config.generation], ['REJECTED', false, 1]);
});

test('where nothing listens it says so and what to do, and the exit is 1', async (t) => {
  const { code, stdout, stderr } = await runKt(t, ['status', '--admin', '127.0.0.1:1']);

  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /no gateway at http:\/\/127\.0\.0\.1:1: nothing listens there; .*--admin/);
});

for (const [what, body] of [
  ['a page of another program', '<html>'],
  ['a document of another shape', '{"version":"9"}'],
  ['an answer that never ends', undefined],
] as const) {
  test(`${what} is no status`, async (t) => {
    const server = createServer((_request, response) => {
      if (body !== undefined) return void response.end(body);
      response.on('drain', () => response.write('x'.repeat(1 << 20)));
      response.write('x'.repeat(1 << 20));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;

    const { code, stderr } = await runKt(t, ['status', '--admin', `127.0.0.1:${port}`]);

    assert.equal(code, 1);
    assert.match(stderr, /is not the status of a gateway|answer is too large/);
  });
}

for (const [args, said] of [
  [['--url', 'https://127.0.0.1:1'], /expected http:\/\/HOST:PORT/],
  [['--url', 'nonsense'], /expected http:\/\/HOST:PORT/],
  [['--admin', 'nonsense'], /expected HOST:PORT/],
  [['--admin', '127.0.0.1:1', '--url', 'http://127.0.0.1:1'], /cannot be used with/],
  [['--admin', '127.0.0.1:1', '-n', 'shop'], /one or the other/],
  [['-A', 'app-1'], /--all-namespaces goes with neither/],
] as const) {
  test(`kt status ${args.join(' ')} is wrong usage`, async (t) => {
    const { code, stderr } = await runKt(t, ['status', ...args]);

    assert.equal(code, 2);
    assert.match(stderr, said);
  });
}

/** `kt status` against an API server that answers so. */
async function inCluster(
  t: TestContext,
  args: readonly string[],
  answers: Answers,
): Promise<KtExit & { readonly calls: readonly string[] }> {
  const { kubeconfig, calls } = await startApiServer(t, answers);
  const exit = await runKt(t, ['status', '--kubeconfig', kubeconfig, ...args]);
  return { ...exit, calls };
}

function proxied(pod: string, port = 41_003, namespace = 'shop'): string {
  return `/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy/status`;
}

test('pods with our container are asked through the API server, a line each', async (t) => {
  const own = { name: 'gateway', ports: [{ name: 'kt-admin', containerPort: 9000 }] };
  const spec = { volumes: [] };
  const { code, stdout, calls } = await inCluster(t, ['-n', 'shop', '-l', 'app=x'], {
    '/api/v1/namespaces/shop/pods': podList(
      podObject({ name: 'native', spec }),
      podObject({ name: 'classic', form: 'classic', spec }),
      podObject({ name: 'by-port', sidecar: own, spec }),
      podObject({ name: 'without', form: 'none' }),
      podObject({ name: 'ended', phase: 'Succeeded' }),
    ),
    [proxied('native')]: { body: statusOf('SYNCED') },
    [proxied('classic')]: { body: statusOf('SYNCED'), type: 'text/plain' },
    [proxied('by-port', 9000)]: { body: statusOf('SYNCED') },
  });

  assert.equal(code, 0);
  assert.match(calls[0] ?? '', /labelSelector=app=x/);
  assert.deepEqual(
    stdout.split('\n').map((line) => line.split(/ {3,}/).slice(0, 10).join('|')),
    [
      'NAMESPACE|POD|CONFIG|GENERATION|HASH|WANTED|AGE|PHASE|TARGETS|IN FLIGHT',
      ...['native', 'classic', 'by-port'].map(
        (pod) => `shop|${pod}|SYNCED|3|aaaaaaaaaaaa|aaaaaaaaaaaa|10 min ago|serving|1/1|4`,
      ),
      '',
    ],
  );
});

test('a pod that has not got the last edit of its ConfigMap is STALE, and told how to get it', async (t) => {
  const { code, stdout } = await inCluster(t, ['-n', 'shop'], {
    '/api/v1/namespaces/shop/pods': podList(podObject({ name: 'late' }), podObject({ name: 'has-it' })),
    '/api/v1/namespaces/shop/configmaps/policy': { body: { data: { 'policy-config.yaml': 'new' } } },
    [proxied('late')]: { body: statusOf('SYNCED') },
    [proxied('has-it')]: { body: runs('new') },
  });

  assert.equal(code, 1);
  assert.match(stdout, /^shop +late +STALE +3 +aaaaaaaaaaaa +11507a0e2f5e/m);
  assert.match(stdout, /^shop +has-it +SYNCED +3 +11507a0e2f5e +11507a0e2f5e/m);
  assert.match(
    stdout,
    /^shop\/late: the last edit of ConfigMap policy has not reached it yet: kt rollout nudge$/m,
  );
});

test('one pod that is not as it should be makes the exit 1, and is explained below the table', async (t) => {
  const { code, stdout } = await inCluster(t, ['-n', 'shop'], {
    '/api/v1/namespaces/shop/pods': podList(
      ...['well', 'stale', 'refused', 'gone', 'forbidden', 'other'].map((name) => podObject({ name })),
    ),
    [proxied('well')]: { body: statusOf('SYNCED') },
    [proxied('stale')]: { body: statusOf('STALE') },
    [proxied('refused')]: { body: statusOf('REJECTED') },
    [proxied('gone')]: { status: 503, body: apiStatus(503, 'error trying to reach service: dial tcp') },
    [proxied('forbidden')]: { status: 403, body: apiStatus(403, 'cannot get resource "pods/proxy"') },
    [proxied('other')]: { body: '<html>', type: 'text/html' },
  });

  assert.equal(code, 1);
  for (const line of [
    /^shop +well +SYNCED/m,
    /^shop +stale +STALE +3 .*config_not_applied$/m,
    /^shop +refused +REJECTED +3 .*config_not_applied$/m,
    /^shop +gone +UNKNOWN$/m,
    /^shop\/refused:\nerror E004 providers: expected a mapping \(line 3, column 1\)$/m,
    /^shop\/gone: .*HTTP 503 \(error trying to reach service: dial tcp\)$/m,
    /^shop\/forbidden: .*not allowed \(cannot get resource "pods\/proxy"\): ask for the right/m,
    /^shop\/other: .*another program/m,
  ])
    assert.match(stdout, line);
});

test('--json has every pod with its state and document', async (t) => {
  const { code, stdout } = await inCluster(t, ['-A', '--json'], {
    '/api/v1/pods': podList(podObject({ name: 'a' }), podObject({ name: 'b', namespace: 'other' })),
    [proxied('a')]: { body: statusOf('SYNCED') },
    [proxied('b', 41_003, 'other')]: { body: statusOf('STALE') },
  });

  assert.equal(code, 1);
  const { pods } = JSON.parse(stdout);
  const found = pods.map(({ namespace, pod, state, ok, status }: Record<string, unknown>) => [
    namespace,
    pod,
    state,
    ok,
    typeof status,
  ]);
  assert.deepEqual(found, [
    ['shop', 'a', 'SYNCED', true, 'object'],
    ['other', 'b', 'STALE', false, 'object'],
  ]);
});

test('long lists are read page by page', async (t) => {
  const { code, stdout } = await inCluster(t, ['-n', 'shop'], {
    '/api/v1/namespaces/shop/pods': ({ searchParams }) => {
      const next = searchParams.get('continue');
      const page = podList(podObject({ name: next === null ? 'first' : 'second' }));
      return next === null ? { body: { ...page.body, metadata: { continue: 'more' } } } : page;
    },
    [proxied('first')]: { body: statusOf('SYNCED') },
    [proxied('second')]: { body: statusOf('SYNCED') },
  });

  assert.equal(code, 0);
  assert.match(stdout, /first[^]*second/);
});

test('a pod that is named is shown even without our container', async (t) => {
  const { code, stdout } = await inCluster(t, ['without', '--context', 'other'], {
    '/api/v1/namespaces/other/pods/without': { body: podObject({ name: 'without', form: 'none' }) },
  });

  assert.equal(code, 1);
  assert.match(stdout, /without: has no container kt-sidecar/);
});

const failures: readonly (readonly [string, readonly string[], Answers, RegExp])[] = [
  ['no pod', ['-n', 'shop'], { '/api/v1/namespaces/shop/pods': podList() }, /no pod there has our container/],
  ['no such pod', ['app-9'], {}, /pod shop\/app-9: not found .*--namespace/],
  ['no such context', ['--context', 'nowhere'], {}, /no context "nowhere"; it has here, other/],
];

for (const [what, args, answers, said] of failures) {
  test(`${what} is said, and the exit is 1`, async (t) => {
    const { code, stderr } = await inCluster(t, args, answers);

    assert.equal(code, 1);
    assert.match(stderr, said);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });
}

test('credentials that are not accepted are said to be so', async (t) => {
  const { kubeconfig } = await startApiServer(t, {}, 'another');

  const { code, stderr } = await runKt(t, ['status', '-n', 'shop', '--kubeconfig', kubeconfig]);

  assert.equal(code, 1);
  assert.match(stderr, /does not accept your credentials: log in again/);
});

test('what a pod sends cannot control the terminal', async (t) => {
  const issues = [
    { code: 'E004', severity: 'error', path: 'x', message: '\u001B[2Jgone', line: 1, column: 1 },
  ];
  const { stdout } = await inCluster(t, ['-n', 'shop'], {
    '/api/v1/namespaces/shop/pods': podList(podObject({ name: 'evil' })),
    [proxied('evil')]: { body: statusOf('REJECTED', { issues }) },
  });

  assert.match(stdout, /\[2Jgone/);
  assert.ok(!stdout.includes('\u001B'));
});
