import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ApiException, type V1Pod } from '@kubernetes/client-node';
import { policyLint } from '../../src/cli/policy-lint.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { startCutProxy } from '../support/cut-proxy.ts';
import {
  type ControllerRig,
  eventually,
  quickClock,
  readiness,
  startControllerRig,
} from './support/controller-rig.ts';

const example = readFileSync(new URL('../../deploy/examples/policy-config.yaml', import.meta.url), 'utf8');
const bad = example.replace('chain:', 'chian:');
const labels = { 'kt-sidecar.dev/policy': 'true' };

const policyMap = (name: string, text: string) => ({
  metadata: { name, labels },
  data: { 'policy-config.yaml': text },
});

const appPod = (name: string, spec: Partial<V1Pod['spec']> = {}): V1Pod => ({
  metadata: { name, labels: { 'kt-sidecar.dev/inject': 'enabled' } },
  spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
});

/** What the API server says to a refused object. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiException) return messageOf(error.body);
    throw error;
  }
  throw new Error('it was accepted');
}

function messageOf(body: unknown): string {
  const status: unknown = typeof body === 'string' ? JSON.parse(body) : body;
  return typeof status === 'object' && status !== null && 'message' in status ? String(status.message) : '';
}

async function lintText(folder: string, text: string): Promise<string> {
  const file = join(folder, 'policy-config.yaml');
  writeFileSync(file, text);
  let said = '';
  const io = {
    write: () => undefined,
    error: (piece: string) => void (said += piece),
    isTerminal: false,
    env: {},
  };
  await policyLint({ file, json: false }, io);
  return said.replaceAll(`${folder}/`, '');
}

/** Our Events about an object, as soon as there are so many. */
function eventsAbout({ events, namespace }: ControllerRig, name: string, count: number) {
  return eventually(`${count} Events about ${name}`, async () => {
    const { items } = await events.listNamespacedEvent({ namespace });
    const found = items.filter(
      ({ regarding, reportingController }) =>
        regarding?.name === name && reportingController === 'kt-sidecar.dev/controller',
    );
    return found.length >= count ? found : undefined;
  });
}

test('a bad policy is refused with the lines of kt policy lint, a good one is stored, and Events tell of both', async (t) => {
  const rig = await startControllerRig(t);
  const { core, namespace } = rig;
  const folder = await temporaryDirectory(t);

  const said = await refusal(core.createNamespacedConfigMap({ namespace, body: policyMap('policy', bad) }));
  assert.ok(said.includes((await lintText(folder, bad)).trim()), said);
  const [invalid] = await eventsAbout(rig, 'policy', 1);
  assert.equal(invalid?.reason, 'PolicyConfigInvalid');
  assert.equal(invalid?.type, 'Warning');

  await core.createNamespacedConfigMap({ namespace, body: policyMap('policy', example) });
  const both = await eventsAbout(rig, 'policy', 2);
  assert.ok(both.some(({ reason, type }) => reason === 'PolicyConfigValid' && type === 'Normal'));
});

test('a dry run is judged the same and leaves no Event', async (t) => {
  const rig = await startControllerRig(t);
  const { core, namespace } = rig;

  const body = policyMap('dry', bad);
  assert.match(
    await refusal(core.createNamespacedConfigMap({ namespace, body, dryRun: 'All' })),
    /is not valid/,
  );
  await core.createNamespacedPod({ namespace, body: appPod('dry-pod'), dryRun: 'All' });
  // Events are written in the order in which they are recorded: one that follows shows that none came before.
  await refusal(core.createNamespacedConfigMap({ namespace, body: policyMap('wet', bad) }));
  await eventsAbout(rig, 'wet', 1);

  const { items } = await rig.events.listNamespacedEvent({ namespace });
  assert.deepEqual(
    items.map(({ regarding }) => regarding?.name).filter((name) => name === 'dry' || name === 'dry-pod'),
    [],
  );
});

test('in warn mode a bad policy is stored, with a warning and an Event', async (t) => {
  const rig = await startControllerRig(t, { mode: 'warn' });
  const { core, namespace } = rig;

  const { headers } = await core.createNamespacedConfigMapWithHttpInfo({
    namespace,
    body: policyMap('policy', bad),
  });

  assert.match(headers['warning'] ?? '', /policies/);
  const [invalid] = await eventsAbout(rig, 'policy', 1);
  assert.equal(invalid?.reason, 'PolicyConfigInvalid');
});

test("other ConfigMaps than policies are nobody's business", async (t) => {
  const { core, namespace } = await startControllerRig(t);

  const body = { metadata: { name: 'other' }, data: { 'policy-config.yaml': bad } };
  const stored = await core.createNamespacedConfigMap({ namespace, body });

  assert.equal(stored.metadata?.name, 'other');
});

test('a pod that asks for it is given the sidecar; one that cannot have it is stored as it is, with the reason', async (t) => {
  const rig = await startControllerRig(t);
  const { core, namespace } = rig;

  const pod = await core.createNamespacedPod({ namespace, body: appPod('plain') });
  const onHost = await core.createNamespacedPod({
    namespace,
    body: appPod('on-host', { hostNetwork: true }),
  });
  const said = await eventsAbout(rig, 'on-host', 1);

  assert.deepEqual(
    pod.spec?.initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy]),
    [['kt-sidecar', 'Always']],
  );
  assert.equal(pod.metadata?.annotations?.['kt-sidecar.dev/injected-by'], 'webhook');
  assert.ok(pod.spec?.containers[0]?.env?.some(({ name }) => name === 'OPENAI_BASE_URL'));
  assert.equal(onHost.spec?.initContainers, undefined);
  assert.match(said[0]?.note ?? '', /host_network/);
  assert.equal(said[0]?.reason, 'InjectionSkipped');
});

test('the authority in the webhook configurations is put back when someone takes it away', async (t) => {
  const { registration, name } = await startControllerRig(t, { clock: quickClock });
  const path = '/webhooks/0/clientConfig/caBundle';
  const trusted = async () => {
    const { webhooks } = await registration.readMutatingWebhookConfiguration({ name });
    return webhooks?.[0]?.clientConfig.caBundle;
  };
  const before = await trusted();

  await registration.patchMutatingWebhookConfiguration({ name, body: [{ op: 'remove', path }] });
  const after = await eventually('authority', trusted);

  assert.ok((before ?? '').length > 500);
  assert.equal(after, before);
});

test('leaf and authority change while policies and pods are created, and none of these fails', async (t) => {
  const dayMs = 86_400_000;
  let behindMs = 250 * dayMs;
  const clock = { ...quickClock, now: () => Date.now() - behindMs };
  const { core, namespace, name, controller } = await startControllerRig(t, { clock });
  // The first authority is old: only what is renewed a few days ago is good for the API server's own clock.
  behindMs = 5 * dayMs;
  const served = async () => (await core.readNamespacedSecret({ namespace, name })).data ?? {};
  const first = await eventually('next authority', async () => {
    const data = await served();
    return data['next-authority.crt'] === '' ? undefined : data;
  });
  await readiness(controller.adminPort);
  let created = 0;
  const create = async (times: number): Promise<void> => {
    for (let left = times; left > 0; left -= 1) {
      created += 1;
      await core.createNamespacedPod({ namespace, body: appPod(`pod-${created}`) });
      await core.createNamespacedConfigMap({ namespace, body: policyMap(`policy-${created}`, example) });
    }
  };

  await create(5);
  behindMs = 3 * dayMs;
  const second = await eventually('other authority', async () => {
    await create(1);
    const data = await served();
    return data['authority.crt'] === first['next-authority.crt'] ? data : undefined;
  });
  behindMs = 0;
  const third = await eventually('other leaf', async () => {
    await create(1);
    const data = await served();
    return data['tls.crt'] === second['tls.crt'] ? undefined : data;
  });
  await create(10);

  assert.notEqual(third['authority.crt'], first['authority.crt']);
  assert.equal(second['tls.crt'], first['tls.crt']);
  const { items } = await core.listNamespacedPod({ namespace });
  assert.equal(items.length, created);
  assert.ok(items.every(({ spec }) => spec?.initContainers?.[0]?.name === 'kt-sidecar'));
});

test('while the API server cannot be reached the controller goes on, and it mends what was missed', async (t) => {
  const config = readFileSync(process.env['KUBECONFIG'] ?? '', 'utf8');
  const [, host = '', port = ''] = /server: "?https:\/\/([^:]+):(\d+)/.exec(config) ?? [];
  const proxy = await startCutProxy(t, Number(port));
  const kubeconfig = join(await temporaryDirectory(t), 'kubeconfig');
  writeFileSync(kubeconfig, config.replace(`${host}:${port}`, `${host}:${proxy.port}`));
  const rig = await startControllerRig(t, { clock: quickClock, kubeconfig });
  const { registration, name, core, namespace } = rig;

  proxy.cut();
  await eventually('failure', async () => rig.log.find((line) => line.includes('could not be looked after')));
  await readiness(rig.controller.adminPort);
  await refusal(core.createNamespacedConfigMap({ namespace, body: policyMap('meanwhile', bad) }));
  const remove = [{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }];
  await registration.patchMutatingWebhookConfiguration({ name, body: remove });
  proxy.restore();
  const trusted = await eventually('authority', async () => {
    const { webhooks } = await registration.readMutatingWebhookConfiguration({ name });
    return webhooks?.[0]?.clientConfig.caBundle;
  });
  await refusal(core.createNamespacedConfigMap({ namespace, body: policyMap('afterwards', bad) }));
  const [said] = await eventsAbout(rig, 'afterwards', 1);

  assert.ok(trusted.length > 500);
  assert.equal(said?.reason, 'PolicyConfigInvalid');
});

test('a Secret that is missing is told of, and again when it is there', async (t) => {
  const rig = await startControllerRig(t, { clock: quickClock });

  const [missing] = await eventsAbout(rig, 'policy-config', 1);
  const reply = await fetch(`http://127.0.0.1:${rig.controller.adminPort}/metrics`);
  const metrics = await reply.text();
  await rig.core.createNamespacedSecret({
    namespace: rig.namespace,
    body: { metadata: { name: 'provider-keys' } },
  });
  const both = await eventsAbout(rig, 'policy-config', 2);

  assert.equal(missing?.reason, 'SecretMissing');
  assert.match(metrics, /kt_controller_missing_secrets\{[^}]*name="provider-keys"\} 1/);
  assert.deepEqual(both.map(({ reason, type }) => `${type} ${reason}`).toSorted(), [
    'Normal SecretFound',
    'Warning SecretMissing',
  ]);
});
