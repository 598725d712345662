import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type Answers, apiStatus, startApiServer } from '../support/api-server.ts';
import { startAnalyzer } from '../support/analyzer.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { configText } from '../support/gateway.ts';
import { type KtExit, runArguments, runKt, startKt } from '../support/kt-process.ts';
import { podList, podObject } from '../support/pods.ts';
import { statusOf, wellParts } from '../support/status-documents.ts';
import { startUpstream } from '../support/upstream.ts';

async function file(t: TestContext, text: string): Promise<string> {
  const path = join(await temporaryDirectory(t), 'policy-config.yaml');
  writeFileSync(path, text);
  return path;
}

/** `kt doctor` in a home without a kubeconfig. */
async function inHome(
  t: TestContext,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<KtExit> {
  return runKt(t, ['doctor', ...args], { env: { HOME: await temporaryDirectory(t), ...more } });
}

const freePorts = ['--data', '127.0.0.1:1', '--admin', '127.0.0.1:1'];

test('with everything in place every line is ok, and the exit is 0', async (t) => {
  const upstream = await startUpstream(t, [[]]);
  const config = await file(t, configText({ targets: [{ url: upstream.url }], chain: ['pii-detector'] }));
  const kt = startKt(t, runArguments(config));
  const [, admin = ''] = await kt.says(/"admin":"http:\/\/(127\.0\.0\.1:\d+)"/);

  const { code, stdout } = await inHome(t, [
    '--policy-config',
    config,
    '--data',
    `127.0.0.1:${await kt.port()}`,
    '--admin',
    admin,
  ]);

  assert.doesNotMatch(stdout, /^ {2}fail/m);
  assert.equal(code, 0, stdout);
  for (const line of [
    /^here$/m,
    /^ {2}ok +node +v\d+/m,
    /^ {2}ok +port +\S+ \(data\): a gateway answers$/m,
    /^ {2}ok +port +\S+ \(admin\): a gateway answers$/m,
    /^ {2}ok +provider +http:\/\/127\.0\.0\.1:\d+ can be reached$/m,
    /^ {2}ok +gateway +generation 1, SYNCED, serving$/m,
    /^ {2}ok +clock /m,
    /0 failed$/m,
  ])
    assert.match(stdout, line);
  assert.equal(upstream.requests.length, 0);
});

test('a recogniser that does not know an entity is told of, and none is asked with --offline', async (t) => {
  const { url } = await startAnalyzer(t, {});
  const policy = { 'pii-detector': { recognizer: { endpoint: url, entities: ['PERSON', 'NAME'] } } };
  const config = await file(t, configText({ targets: [{ url }], chain: ['pii-detector'], policy }));
  const args = ['--policy-config', config, ...freePorts];

  const asked = await inHome(t, args);
  const unasked = await inHome(t, [...args, '--offline']);

  assert.equal(asked.code, 1);
  assert.match(asked.stdout, /fail +recogniser +http:\S+\/analyze: it does not know NAME[^]*fix: /);
  assert.equal(unasked.code, 0, unasked.stdout);
  assert.doesNotMatch(unasked.stdout, /recogniser/);
});

test('a key is looked for and never shown', async (t) => {
  const config = await file(
    t,
    configText({ targets: [{ url: 'https://127.0.0.1:1', provider: 'together' }] }),
  );
  const args = ['--policy-config', config, '--offline', ...freePorts];

  const without = await inHome(t, args);
  const having = await inHome(t, [...args, '--json'], { TOGETHER_API_KEY: 'topsecret' });

  assert.equal(without.code, 1);
  assert.match(without.stdout, /fail +key .*env TOGETHER_API_KEY is missing[^]*fix: /);
  assert.equal(having.code, 0, having.stdout);
  assert.match(having.stdout, /env TOGETHER_API_KEY is there/);
  assert.doesNotMatch(having.stdout, /topsecret/);
});

test('another program on the port, a proxy and a provider out of reach are found', async (t) => {
  const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;
  const config = await file(t, configText({ targets: [{ url: 'http://127.0.0.1:1' }] }));

  const { code, stdout } = await inHome(
    t,
    ['--policy-config', config, '--data', `127.0.0.1:${port}`, '--admin', '127.0.0.1:1'],
    { HTTP_PROXY: 'http://proxy:3128', NO_PROXY: 'localhost' },
  );

  assert.equal(code, 1);
  assert.match(stdout, /^ {2}fail +port +127\.0\.0\.1:\d+ \(data\) is taken by another program$/m);
  assert.match(stdout, /^ {2}warn +proxy +HTTP_PROXY set, and NO_PROXY lacks 127\.0\.0\.1, ::1/m);
  assert.match(stdout, /^ {2}fail +provider +http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/m);
  assert.match(stdout, /^ +fix: NO_PROXY=localhost,127\.0\.0\.1,::1$/m);
});

for (const name of ['HTTP_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) {
  test(`${name} is no way out for the gateway, and what it says is not repeated`, async (t) => {
    const { stdout } = await inHome(t, [...freePorts, '--offline'], {
      [name]: 'http://me:topsecret@proxy.example.net:3128',
      NO_PROXY: '*',
    });

    const said = `${name} set, and the gateway uses no outbound proxy: it connects to providers itself`;
    assert.match(stdout, new RegExp(`^ {2}warn +proxy +${said}$`, 'm'));
    assert.match(stdout, /^ +fix: let it connect to its providers/m);
    assert.doesNotMatch(stdout, /topsecret|proxy\.example/);
  });
}

test('a configuration that is wrong, and one that is not there, fail', async (t) => {
  const broken = await file(t, 'pack: 1');

  const wrong = await inHome(t, ['--policy-config', broken, '--offline', ...freePorts]);
  const missing = await inHome(t, ['--policy-config', '/no/such.yaml', '--offline', ...freePorts]);
  const unasked = await inHome(t, ['--offline', ...freePorts]);

  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /fail +config +E\d+ pack/);
  assert.equal(missing.code, 1);
  assert.match(missing.stdout, /fail +config +\/no\/such\.yaml/);
  assert.equal(unasked.code, 0);
  assert.match(unasked.stdout, /skip +config/);
});

test('--offline and a pod are wrong usage together', async (t) => {
  const { code, stderr } = await inHome(t, ['--offline', 'app-1']);

  assert.equal(code, 2);
  assert.match(stderr, /--offline looks at this machine alone/);
});

const text = `pack: {name: a, version: 1.0.0, enabled: true}
policies: {chain: [pii-detector]}
policy: {pii-detector: {action: redact}}
providers: {targets: [{id: t, provider: together, model: m, stream_timeout_seconds: 20}]}
`;
const hash = createHash('sha256').update(text).digest('hex');
const config = { ...wellParts.config, appliedHash: hash, desiredHash: hash };

const well: Answers = {
  '/version': { body: { major: '1', minor: '36', gitVersion: 'v1.36.3' } },
  '/api/v1/namespaces/shop/pods': podList(podObject(), podObject({ name: 'without', form: 'none' })),
  '/api/v1/namespaces/shop/pods/app-1': { body: podObject() },
  '/api/v1/namespaces/shop/pods/without': { body: podObject({ name: 'without', form: 'none' }) },
  '/api/v1/namespaces/shop/configmaps/policy': { body: { data: { 'policy-config.yaml': text } } },
  '/api/v1/namespaces/shop/pods/app-1:41003/proxy/status': { body: statusOf('SYNCED', { config }) },
  '/api/v1/namespaces/shop/secrets/keys': { body: { metadata: { name: 'keys' } } },
  '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies': {
    body: { items: [{ metadata: { name: 'kt.injection' } }] },
  },
};

async function inCluster(t: TestContext, args: readonly string[], answers: Answers): Promise<KtExit> {
  const { kubeconfig } = await startApiServer(t, answers);
  return inHome(t, ['--kubeconfig', kubeconfig, ...args]);
}

test('a pod that is well has nothing but ok', async (t) => {
  const { code, stdout } = await inCluster(t, ['-n', 'shop'], well);

  assert.equal(code, 0, stdout);
  assert.match(stdout, /^cluster here, namespace shop\n {2}ok +api +Kubernetes v1\.36\.3$/m);
  assert.match(stdout, /^pod shop\/app-1$/m);
  assert.match(stdout, /, 0 to look at, 0 failed$/m);
  assert.match(stdout, /ok +delivery +the pod has the ConfigMap as it is/);
});

test('--json has sections with checks, and no screen', async (t) => {
  const { code, stdout } = await inCluster(t, ['app-1', '--json'], well);

  assert.equal(code, 0);
  const { ok, sections } = JSON.parse(stdout);
  assert.equal(ok, true);
  assert.deepEqual(
    sections.map(({ title }: { readonly title: string }) => title),
    ['cluster here, namespace shop', 'pod shop/app-1'],
  );
});

test('what the cluster does not let the user see is said, and the rest goes on', async (t) => {
  const { code, stdout } = await inCluster(t, ['-n', 'shop'], {
    ...well,
    '/api/v1/namespaces/shop/configmaps/policy': {
      status: 403,
      body: apiStatus(403, 'no configmaps for you'),
    },
    '/api/v1/namespaces/shop/pods/app-1:41003/proxy/status': { status: 503, body: apiStatus(503, 'down') },
  });

  assert.equal(code, 1);
  assert.match(stdout, /warn +config +ConfigMap shop\/policy: not allowed \(no configmaps for you\)/);
  assert.match(stdout, /fail +gateway +\/status of shop\/app-1: HTTP 503 \(down\)/);
  assert.match(stdout, /ok +grace/);
});

test('a pod that is named and has no container of ours fails, a namespace without any is a warning', async (t) => {
  const named = await inCluster(t, ['without'], well);
  const empty = await inCluster(t, ['-n', 'shop'], { ...well, '/api/v1/namespaces/shop/pods': podList() });

  assert.equal(named.code, 1);
  assert.match(named.stdout, /fail +pods +without has no container of ours/);
  assert.equal(empty.code, 0);
  assert.match(empty.stdout, /warn +pods +none of 0 pods/);
});

test('pods that are to have our container and have none fail, each with its reason', async (t) => {
  const metadata = { name: 'bare', namespace: 'shop', labels: { 'kt-sidecar.dev/inject': 'true' } };
  const bare = podObject({ form: 'none', metadata });
  const onHost = podObject({ form: 'none', name: 'on-host', spec: { hostNetwork: true } });
  const { code, stdout } = await inCluster(t, ['-n', 'shop'], {
    ...well,
    '/api/v1/namespaces/shop': { body: { metadata: { labels: { 'kt-sidecar.dev/inject': 'enabled' } } } },
    '/api/v1/namespaces/shop/pods': podList(podObject(), bare, onHost),
    '/api/v1/namespaces/shop/pods/bare': { body: bare },
    '/api/v1/namespaces/shop/pods/on-host': { body: onHost },
  });

  assert.equal(code, 1);
  assert.match(stdout, /fail +inject +bare asks for our container[^]*fix: check the injector/);
  assert.match(stdout, /fail +inject +on-host asks .* host_network, .*\n +fix: take hostNetwork off/);
});

test('a cluster that cannot be reached fails when it was asked about, and is a warning otherwise', async (t) => {
  const { kubeconfig } = await startApiServer(t, {}, 'another');

  const asked = await inHome(t, ['--kubeconfig', kubeconfig]);
  const known = await inHome(t, freePorts, { KUBECONFIG: kubeconfig });

  assert.equal(asked.code, 1);
  assert.match(asked.stdout, /fail +cluster .*does not accept your credentials/);
  assert.equal(known.code, 0, known.stdout);
  assert.match(known.stdout, /^here$[^]*warn +cluster .*credentials[^]*--offline leaves/m);
});
