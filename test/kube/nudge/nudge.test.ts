import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { contentHash } from '../../../src/kube/nudge/content-hash.ts';
import { startNudge } from '../../../src/kube/nudge/start-nudge.ts';
import { ApiCalls } from '../../../src/kube/watch/api-calls.ts';
import { systemClock } from '../../../src/kube/clock.ts';
import { type ApiRequest, startDrivenApi } from '../../support/driven-api.ts';
import { until } from '../../support/gateway.ts';

const longAgo = '2026-01-01T00:00:00Z';
const policy = (text: string) => ({ data: { 'policy-config.yaml': text } });

interface PodShape {
  readonly createdAt?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly phase?: string;
  readonly volumes?: readonly unknown[];
  readonly version?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

function pod(name: string, shape: PodShape = {}) {
  const volumes = shape.volumes ?? [{ name: 'policy', configMap: { name: 'policy-config' } }];
  return {
    metadata: {
      namespace: 'shop',
      name,
      uid: `uid-of-${name}`,
      resourceVersion: shape.version ?? '1',
      creationTimestamp: shape.createdAt ?? longAgo,
      annotations: shape.annotations ?? {},
    },
    spec: {
      nodeName: 'node',
      containers: [{ name: 'app' }],
      initContainers: [
        { name: 'kt-sidecar', volumeMounts: [{ name: 'policy', mountPath: '/etc/kt/policy' }] },
      ],
      volumes,
    },
    status: { phase: shape.phase ?? 'Running' },
  };
}

/** The metadata of a ConfigMap or Secret whose content, or label, was changed then. */
function edited(name: string, version: string, contentAt: string, labelAt = contentAt) {
  return {
    metadata: {
      namespace: 'shop',
      name,
      resourceVersion: version,
      creationTimestamp: longAgo,
      managedFields: [
        { time: contentAt, fieldsV1: { 'f:data': {} } },
        { time: labelAt, fieldsV1: { 'f:metadata': {} } },
      ],
    },
  };
}

const list = (...items: readonly unknown[]) => ({ metadata: { resourceVersion: '10' }, items });

/** Both watches stand, with what was there at the start. */
async function start(
  t: TestContext,
  first: {
    readonly pods?: readonly unknown[];
    readonly maps?: readonly unknown[];
    readonly secrets?: readonly unknown[];
  },
) {
  const api = await startDrivenApi(t);
  const stop = new AbortController();
  const results: string[] = [];
  const watches = new Map<string, ApiRequest>();
  const calls: ApiRequest[] = [];
  const nudging = startNudge({
    api: new ApiCalls(() => api.config()),
    settings: { namespaces: ['shop'], perSecond: 1000, jitterSeconds: 0.01 },
    secrets: first.secrets === undefined ? [] : [{ namespace: 'shop', name: 'keys' }],
    clock: systemClock,
    random: () => 0.5,
    signal: stop.signal,
    onResult: (result) => results.push(result),
    onTrouble: (resource, error) => results.push(`trouble with ${resource}: ${String(error)}`),
  });
  t.after(async () => {
    stop.abort();
    await nudging.done;
  });
  const items = { pods: first.pods ?? [], configmaps: first.maps ?? [], secrets: first.secrets ?? [] };
  const wanted = first.secrets === undefined ? 2 : 3;
  while (watches.size < wanted) {
    const request = await api.next();
    const [, kind = ''] = /(pods|configmaps|secrets)$/.exec(request.path) ?? [];
    if (request.query.has('watch')) {
      request.open();
      watches.set(kind, request);
    } else if (kind === 'pods' || kind === 'configmaps' || kind === 'secrets')
      request.reply(200, list(...items[kind]));
    else calls.push(request);
  }
  const tell = (kind: string, type: string, object: unknown): void =>
    watches.get(kind)?.send({ type, object });
  return { api, results, tell, nudging, next: async () => calls.shift() ?? api.next() };
}

function patched(request: ApiRequest) {
  assert.equal(request.method, 'PATCH');
  return { path: request.path, body: JSON.parse(request.body) };
}

const soon = () => new Date(Date.now()).toISOString().replace(/\.\d+/, '');

test('an edit touches the pods that mount it, with the hash of its content', async (t) => {
  const other = pod('other', { volumes: [{ name: 'policy', configMap: { name: 'another' } }] });
  const { tell, next, results } = await start(t, {
    pods: [pod('app'), other],
    maps: [edited('policy-config', '1', longAgo), edited('another', '1', longAgo)],
  });

  tell('configmaps', 'MODIFIED', edited('policy-config', '2', soon()));
  const read = await next();
  read.reply(200, policy('new'));
  const patch = await next();
  patch.reply(200, {});
  await until('the result', () => results.find((result) => result === 'touched'));

  assert.equal(read.path, '/api/v1/namespaces/shop/configmaps/policy-config');
  assert.deepEqual(patched(patch), {
    path: '/api/v1/namespaces/shop/pods/app',
    body: {
      metadata: { uid: 'uid-of-app', annotations: { 'kt-sidecar.dev/nudge': contentHash(policy('new')) } },
    },
  });
  assert.deepEqual(results, ['touched']);
});

test('a start touches nobody: old edits were delivered, new pods began with them', async (t) => {
  const justNow = new Date(Date.now() - 10_000).toISOString();
  const volumes = [{ name: 'policy', configMap: { name: 'fresh' } }];
  const { nudging } = await start(t, {
    pods: [
      pod('old'),
      pod('new', { createdAt: soon(), volumes }),
      pod('made-with-it', { createdAt: justNow, volumes }),
    ],
    maps: [edited('policy-config', '1', '2026-02-01T00:00:00Z'), edited('fresh', '1', justNow)],
  });

  assert.equal(nudging.pending(), 0);
});

test('an edit that the last controller did not live to see is made up for', async (t) => {
  const justNow = new Date(Date.now() - 10_000).toISOString();
  const { next } = await start(t, { pods: [pod('app')], maps: [edited('policy-config', '1', justNow)] });

  (await next()).reply(200, policy('new'));

  assert.equal(patched(await next()).path, '/api/v1/namespaces/shop/pods/app');
});

test('a pod that was touched for this content is not touched again', async (t) => {
  const justNow = new Date(Date.now() - 10_000).toISOString();
  const annotations = { 'kt-sidecar.dev/nudge': contentHash(policy('new')) };
  const { next, results } = await start(t, {
    pods: [pod('app', { annotations })],
    maps: [edited('policy-config', '1', justNow)],
  });

  (await next()).reply(200, policy('new'));
  await until('a result', () => results[0]);

  assert.deepEqual(results, ['fresh']);
});

test('a label of the ConfigMap is no edit', async (t) => {
  const witness = pod('witness', { volumes: [{ name: 'policy', configMap: { name: 'another' } }] });
  const { tell, next } = await start(t, {
    pods: [pod('app'), witness],
    maps: [edited('policy-config', '1', '2026-02-01T00:00:00Z'), edited('another', '1', longAgo)],
  });

  tell('configmaps', 'MODIFIED', edited('policy-config', '2', '2026-02-01T00:00:00Z', soon()));
  tell('configmaps', 'MODIFIED', edited('another', '2', soon()));

  assert.equal((await next()).path, '/api/v1/namespaces/shop/configmaps/another');
});

test('an edit during the run is the one that counts', async (t) => {
  const { tell, next, results } = await start(t, {
    pods: [pod('app')],
    maps: [edited('policy-config', '1', longAgo)],
  });
  tell('configmaps', 'MODIFIED', edited('policy-config', '2', soon()));
  (await next()).reply(200, policy('second'));
  const first = await next();

  tell('configmaps', 'MODIFIED', edited('policy-config', '3', soon()));
  const read = await next();
  first.reply(200, {});
  read.reply(200, policy('third'));
  const second = await next();
  second.reply(200, {});
  await until('both', () => (results.length === 2 ? results : undefined));

  assert.equal(
    patched(second).body.metadata.annotations['kt-sidecar.dev/nudge'],
    contentHash(policy('third')),
  );
});

const ended: readonly (readonly [string, ReturnType<typeof pod>])[] = [
  ['succeeded', pod('app', { phase: 'Succeeded' })],
  ['failed', pod('app', { phase: 'Failed' })],
  ['not on a node yet', { ...pod('app'), spec: { ...pod('app').spec, nodeName: '' } }],
];
for (const [what, object] of ended) {
  test(`a pod that is ${what} is left alone`, async (t) => {
    const { tell, next } = await start(t, {
      pods: [object, pod('witness')],
      maps: [edited('policy-config', '1', longAgo)],
    });

    tell('configmaps', 'MODIFIED', edited('policy-config', '2', soon()));
    (await next()).reply(200, policy('new'));

    assert.equal(patched(await next()).path, '/api/v1/namespaces/shop/pods/witness');
  });
}

for (const status of [404, 409]) {
  test(`a pod that is gone (${status}) is forgotten`, async (t) => {
    const { tell, next, results } = await start(t, {
      pods: [pod('app')],
      maps: [edited('policy-config', '1', longAgo)],
    });

    tell('configmaps', 'MODIFIED', edited('policy-config', '2', soon()));
    (await next()).reply(200, policy('new'));
    (await next()).reply(status, { message: 'gone' });
    await until('a result', () => results[0]);

    assert.deepEqual(results, ['gone']);
  });
}

test('a refusal for lack of a right is told, and not tried again', async (t) => {
  const { tell, next, results, nudging } = await start(t, {
    pods: [pod('app')],
    maps: [edited('policy-config', '1', longAgo)],
  });

  tell('configmaps', 'MODIFIED', edited('policy-config', '2', soon()));
  (await next()).reply(200, policy('new'));
  (await next()).reply(403, { message: 'cannot patch pods' });
  await until('a result', () => results.find((result) => result === 'refused'));

  assert.match(results[0] ?? '', /trouble with pods: .*HTTP 403 \(cannot patch pods\)/);
  assert.equal(nudging.pending(), 0);
});

for (const status of [429, 500, 503]) {
  test(`an API server that has enough (${status}) is asked again later`, async (t) => {
    const { tell, next, results } = await start(t, {
      pods: [pod('app')],
      maps: [edited('policy-config', '1', longAgo)],
    });

    tell('configmaps', 'MODIFIED', edited('policy-config', '2', soon()));
    (await next()).reply(200, policy('new'));
    const refusedAt = Date.now();
    (await next()).reply(status, { message: 'later' });
    const again = await next();
    again.reply(200, {});
    await until('the touch', () => results.find((result) => result === 'touched'));

    assert.ok(Date.now() - refusedAt >= 950, 'a second at least');
    assert.deepEqual(results.slice(1), ['failed', 'touched']);
  });
}

test('of a Secret only the metadata is read', async (t) => {
  const volumes = [{ name: 'policy', secret: { secretName: 'keys' } }];
  const { tell, next } = await start(t, {
    pods: [pod('app', { volumes })],
    secrets: [edited('keys', '1', longAgo)],
  });

  tell('secrets', 'MODIFIED', edited('keys', '2', soon()));

  assert.match(patched(await next()).body.metadata.annotations['kt-sidecar.dev/nudge'], /^[0-9a-f]{16}$/);
});
