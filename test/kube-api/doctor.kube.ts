import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { AdmissionregistrationV1Api, AutoscalingV2Api, CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import { runKt } from '../support/kt-process.ts';
import { kubeConfig } from './support/kube-config.ts';

/** A namespace that asks for the sidecar, and what kt doctor says of it. Its pods run nowhere. */
async function start(t: TestContext) {
  const core = kubeConfig().makeApiClient(CoreV1Api);
  const namespace = `kt-doctor-${randomUUID().slice(0, 8)}`;
  const labels = { 'kt-sidecar.dev/inject': 'enabled' };
  await core.createNamespace({ body: { metadata: { name: namespace, labels } } });
  t.after(() => core.deleteNamespace({ name: namespace }));
  const { KUBECONFIG = '' } = process.env;
  const doctor = async (): Promise<string> =>
    (await runKt(t, ['doctor', '-n', namespace], { env: { KUBECONFIG } })).stdout;
  return { core, namespace, doctor };
}

/** With no node to run on, so that no kubelet and no controller changes anything about it. */
function pod(
  name: string,
  spec: Partial<V1Pod['spec']> = {},
  annotations: Record<string, string> = {},
): V1Pod {
  return {
    metadata: { name, annotations, labels: { 'kt-sidecar.dev/inject': 'disabled' } },
    spec: {
      nodeSelector: { 'kt-sidecar.dev/test': 'nowhere' },
      automountServiceAccountToken: false,
      containers: [{ name: 'app', image: 'app:1' }],
      ...spec,
    },
  };
}

const sidecar = {
  name: 'kt-sidecar',
  image: 'kt-sidecar:1',
  restartPolicy: 'Always',
  volumeMounts: [{ name: 'kt-secrets', mountPath: '/etc/kt/secrets' }],
};
const secrets = { name: 'kt-secrets', secret: { secretName: 'provider-keys', optional: true } };

test('kt doctor says what is beside a sidecar in a real cluster', async (t) => {
  const { core, namespace, doctor } = await start(t);
  const scaling = kubeConfig().makeApiClient(AutoscalingV2Api);
  const env = [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }];
  const spec = {
    containers: [{ name: 'app', image: 'app:1', env }],
    initContainers: [sidecar],
    volumes: [secrets],
  };
  await core.createNamespacedPod({ namespace, body: pod('app-1', spec, { 'kt-sidecar.dev/confg': 'x' }) });
  await scaling.createNamespacedHorizontalPodAutoscaler({
    namespace,
    body: {
      metadata: { name: 'app' },
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' },
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
    },
  });

  const before = await doctor();
  await core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: 'provider-keys' }, stringData: { together: 'the-key-itself' } },
  });
  const after = await doctor();

  for (const line of [
    /^ +fail +secret +Secret provider-keys is missing$/m,
    /^ +fail +proxy +container app has a proxy and no NO_PROXY/m,
    /^ +fail +scaler +HorizontalPodAutoscaler app goes by cpu, which app, kt-sidecar does not request/m,
    /^ +warn +annotation +annotation kt-sidecar\.dev\/confg is not known\n +fix: did you mean kt-sidecar\.dev\/config\?$/m,
    /^ +ok +clock +the API server's clock agrees with this one$/m,
  ])
    assert.match(before, line);
  assert.match(after, /^ +ok +secret +Secret provider-keys is there$/m);
  assert.ok(!after.includes('the-key-itself'));
});

test('kt doctor says why pods of a labelled namespace have no sidecar', async (t) => {
  const { core, namespace, doctor } = await start(t);
  await core.createNamespacedPod({ namespace, body: pod('says-no') });
  // A chart that may be installed there leaves pods alone that say no; the label goes when they have been made.
  await core.createNamespacedPod({ namespace, body: pod('on-host', { hostNetwork: true }) });
  await core.createNamespacedPod({ namespace, body: pod('early') });
  for (const name of ['on-host', 'early'])
    await core.patchNamespacedPod({
      namespace,
      name,
      body: [{ op: 'remove', path: '/metadata/labels/kt-sidecar.dev~1inject' }],
    });

  const said = await doctor();

  assert.match(
    said,
    /^ +fail +inject +on-host asks .*: host_network, .*\n +fix: take hostNetwork off the pod$/m,
  );
  assert.match(said, /^ +fail +inject +early asks .*: it was created before the label/m);
  assert.doesNotMatch(said, /says-no/);
});

test('kt doctor says that a webhook cannot be called', async (t) => {
  const { doctor } = await start(t);
  const admission = kubeConfig().makeApiClient(AdmissionregistrationV1Api);
  const name = `kt-doctor-${randomUUID().slice(0, 8)}`;
  await admission.createValidatingWebhookConfiguration({
    body: {
      metadata: { name, labels: { 'app.kubernetes.io/part-of': 'kt-sidecar' } },
      webhooks: [
        {
          name: 'policies.validation.kt-sidecar.dev',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          clientConfig: { service: { namespace: 'default', name: 'nobody', path: '/' } },
          rules: [],
        },
      ],
    },
  });
  t.after(() => admission.deleteValidatingWebhookConfiguration({ name }));

  assert.match(
    await doctor(),
    /fail +certificate +webhook policies\.validation\.kt-sidecar\.dev has no caBundle/,
  );
});
