import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { runKubectl } from '../cluster/support/kubectl.ts';
import { helms, parseManifests, render } from './support/helm.ts';
import { createRelease, eventually, type Release } from './support/release.ts';

const withWebhooks = z.looseObject({ webhooks: z.array(z.looseObject({})) });

async function webhooksOf(helm: string, values: string): Promise<unknown> {
  const found = parseManifests(await render(helm, ['--set', values])).find(
    ({ kind }) => kind === 'MutatingWebhookConfiguration',
  );
  return withWebhooks.parse(found).webhooks;
}

const excluded = {
  key: 'kubernetes.io/metadata.name',
  operator: 'NotIn',
  values: ['kube-system', 'kube-public', 'kube-node-lease', 'kt-sidecar'],
};
const inject = (operator: string, ...values: readonly string[]): unknown => ({
  key: 'kt-sidecar.dev/inject',
  operator,
  values,
});
const common = {
  admissionReviewVersions: ['v1'],
  clientConfig: {
    service: { name: 'kt-sidecar-controller', namespace: 'kt-sidecar', port: 443, path: '/mutate-pods' },
  },
  matchPolicy: 'Equivalent',
  reinvocationPolicy: 'IfNeeded',
  sideEffects: 'NoneOnDryRun',
  timeoutSeconds: 3,
  rules: [
    {
      apiGroups: [''],
      apiVersions: ['v1'],
      operations: ['CREATE'],
      resources: ['pods'],
      scope: 'Namespaced',
    },
  ],
};
const expected = (failurePolicy: string): unknown => [
  {
    ...common,
    name: 'pods.injection.kt-sidecar.dev',
    failurePolicy,
    namespaceSelector: { matchExpressions: [excluded] },
    objectSelector: { matchExpressions: [inject('In', 'enabled', 'true')] },
  },
  {
    ...common,
    name: 'namespaces.injection.kt-sidecar.dev',
    failurePolicy: 'Ignore',
    namespaceSelector: { matchExpressions: [inject('In', 'enabled', 'true'), excluded] },
    objectSelector: { matchExpressions: [inject('NotIn', 'enabled', 'true', 'disabled', 'false')] },
  },
];

/** Tries to make a pod with these labels; says what the API server says. */
async function tryPod(
  { apps }: Release,
  labels: Readonly<Record<string, string>>,
  spec = {},
): Promise<string> {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app', namespace: apps, labels },
    spec: { containers: [{ name: 'app', image: 'app', securityContext }], ...spec },
  };
  const json = JSON.stringify(pod);
  return runKubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], json).catch(String);
}

const yes = { 'kt-sidecar.dev/inject': 'enabled' };
const says = (pattern: RegExp) => (answer: string) => pattern.test(answer);

for (const helm of helms) {
  test(`${helm}: a webhook keeps from starting only pods that ask themselves, where it is told to`, async () => {
    assert.deepEqual(await webhooksOf(helm, 'injection.mode=webhook'), expected('Ignore'));
    assert.deepEqual(
      await webhooksOf(helm, 'injection.mode=webhook,injection.required=true'),
      expected('Fail'),
    );
  });

  test(`${helm}: a pod starts though nobody answers the webhook, unless the sidecar is required`, async (t) => {
    const release = await createRelease(t, helm);
    const quiet = ['--set', 'injection.mode=webhook,validation.enabled=false,tests.enabled=false'];

    await release.install(...quiet);
    assert.match(await tryPod(release, yes), /"kind": "Pod"/);
    await release.upgrade(...quiet, '--set', 'injection.required=true');

    await eventually(() => tryPod(release, yes), says(/failed calling webhook/));
    assert.match(await tryPod(release, {}), /"kind": "Pod"/);
  });

  test(`${helm}: where the sidecar is required, a labelled pod without it is refused`, async (t) => {
    const release = await createRelease(t, helm);
    await release.install('--set', 'injection.mode=none,injection.required=true,validation.enabled=false');
    const sidecar = {
      name: 'kt-sidecar',
      image: 'kt-sidecar:dev',
      restartPolicy: 'Always',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    };

    await eventually(() => tryPod(release, yes), says(/must not start without the sidecar/));
    assert.match(await tryPod(release, {}), /"kind": "Pod"/);
    const complete = {
      initContainers: [sidecar],
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    };
    assert.match(await tryPod(release, yes, complete), /"kind": "Pod"/);
  });

  test(`${helm}: an upgrade does not wait for the webhook over a policy that stays as it is`, async (t) => {
    const release = await createRelease(t, helm);
    const values = ['--set', 'injection.mode=none,gateway.enabled=true,validation.policy=false'];
    await release.install(...values);
    const gatewayPolicy = `${release.name}-kt-sidecar-gateway-policy`;
    const patch = (data: string): Promise<string> => {
      const what = ['configmap', gatewayPolicy, '-n', release.namespace, '--type=merge', '-p', data];
      return runKubectl(['patch', ...what]).catch(String);
    };
    await eventually(() => patch('{"data":{"policy-config.yaml":"{}"}}'), says(/failed calling webhook/));

    await release.upgrade(...values, '--set', 'controller.replicas=2');

    assert.match(await patch('{"metadata":{"annotations":{"a":"b"}}}'), /patched/);
  });
}
