import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { AppsV1Api, CoreV1Api, EventsV1Api } from '@kubernetes/client-node';
import { openApi } from '../../src/kube/api-access.ts';
import { sidecarCheck } from '../../src/kube/controller/sidecar-check.ts';
import { EventRecorder } from '../../src/kube/events/event-recorder.ts';
import { eventWriter } from '../../src/kube/events/event-writer.ts';
import { OwnerLookup } from '../../src/kube/events/owner-lookup.ts';
import { injectionSettingsSchema } from '../../src/kube/injection/injection-settings.ts';
import { ApiCalls } from '../../src/kube/watch/api-calls.ts';

const label = 'kt-sidecar.dev/inject';
const app = { name: 'app', image: 'app:1' };

test('pods that asked for the sidecar and have none are counted, and told of once', async (t) => {
  const access = openApi({});
  const core = new CoreV1Api(access.calls);
  const asking = `kt-asks-${randomUUID().slice(0, 8)}`;
  const silent = `kt-silent-${randomUUID().slice(0, 8)}`;
  await core.createNamespace({ body: { metadata: { name: asking, labels: { [label]: 'enabled' } } } });
  await core.createNamespace({ body: { metadata: { name: silent } } });
  t.after(() =>
    Promise.all([core.deleteNamespace({ name: asking }), core.deleteNamespace({ name: silent })]),
  );
  const make = (namespace: string, name: string, labels: Record<string, string>, spec: object) =>
    core.createNamespacedPod({
      namespace,
      body: { metadata: { name, labels }, spec: { containers: [app], ...spec } },
    });
  await make(asking, 'on-the-host', {}, { hostNetwork: true });
  await make(asking, 'older-than-the-label', {}, {});
  await make(asking, 'says-no', { [label]: 'disabled' }, {});
  await make(asking, 'by-hand', {}, { containers: [app, { name: 'kt-sidecar', image: 'kt:1' }] });
  await make(asking, 'given', { 'kt-sidecar.dev/injected': 'true' }, {});
  await make(
    silent,
    'asks-itself',
    { [label]: 'true' },
    { containers: [{ ...app, ports: [{ containerPort: 41_002 }] }] },
  );
  await make(silent, 'asks-nothing', {}, {});
  const events = new EventsV1Api(access.calls);
  const recorder = new EventRecorder({
    writer: eventWriter(events, 'test'),
    now: Date.now,
    onResult: (result, error) => assert.notEqual(result, 'failed', String(error)),
  });
  const counted: Record<string, number>[] = [];
  const check = sidecarCheck({
    api: new ApiCalls(access.open),
    owners: new OwnerLookup(new AppsV1Api(access.calls)),
    namespaces: [asking, silent],
    settings: injectionSettingsSchema.parse({}),
    events: recorder,
    onCounted: (missing) => counted.push(Object.fromEntries(missing)),
    signal: AbortSignal.timeout(60_000),
  });

  await check();
  await check();
  await recorder.settled();

  const expected = { host_network: 1, made_without: 1, port_in_use: 1 };
  assert.deepEqual(counted, [expected, expected]);
  const told = await Promise.all(
    [asking, silent].map(async (namespace) => (await events.listNamespacedEvent({ namespace })).items),
  );
  assert.deepEqual(
    told
      .flat()
      .filter(({ reason }) => reason === 'SidecarMissing')
      .map(({ regarding, series }) => `${regarding?.name} ${series?.count ?? 1}`)
      .toSorted(),
    ['asks-itself 1', 'older-than-the-label 1', 'on-the-host 1'],
  );
});
