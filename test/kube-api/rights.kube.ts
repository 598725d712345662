import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { helms, parseManifests, render } from './support/helm.ts';

const role = z.looseObject({
  rules: z.array(
    z.strictObject({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      resourceNames: z.array(z.string()).optional(),
      verbs: z.array(z.string()),
    }),
  ),
});

/** Every right that the chart gives, one a line: `KIND NAMESPACE GROUP/RESOURCE [NAMES]: VERBS`. */
async function rights(helm: string, values: string): Promise<readonly string[]> {
  const roles = parseManifests(await render(helm, ['--set', values])).filter(({ kind }) =>
    ['Role', 'ClusterRole'].includes(kind),
  );
  return roles
    .flatMap((object) =>
      role.parse(object).rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) => {
        const where = object.kind === 'ClusterRole' ? 'everywhere' : object.metadata.namespace;
        const names = resourceNames === undefined ? '' : ` [${resourceNames.join(' ')}]`;
        return [`${where} ${apiGroups.join('+')}/${resources.join('+')}${names}: ${verbs.join(' ')}`];
      }),
    )
    .toSorted();
}

const events = 'everywhere events.k8s.io/events: create patch';
const owner = 'everywhere apps/replicasets: get';
const mutating =
  'everywhere admissionregistration.k8s.io/mutatingwebhookconfigurations [kt-sidecar.kt-sidecar.injection]: get patch';
const validating =
  'everywhere admissionregistration.k8s.io/validatingwebhookconfigurations [kt-sidecar.kt-sidecar.validation]: get patch';
const secret = 'kt-sidecar /secrets [kt-sidecar-controller-tls]: get update';
const lease = 'kt-sidecar coordination.k8s.io/leases [kt-sidecar-controller]: get update';
const nudge = (where: string): readonly string[] => [
  `${where} /configmaps: get list watch`,
  `${where} /pods: list watch patch`,
  where === 'everywhere' ? 'everywhere /namespaces: list' : `${where} /namespaces [${where}]: get`,
];
const off = 'validation.enabled=false,reload.nudge.enabled=false';

/** The whole of it: a right more or less is seen here, and has its reason in docs/rbac.md. */
const cases: readonly (readonly [what: string, values: string, expected: readonly string[]])[] = [
  ['with a policy alone', `injection.mode=policy,${off}`, []],
  ['with nothing', `injection.mode=none,${off}`, []],
  ['with a webhook', `injection.mode=webhook,${off}`, [events, owner, mutating, secret]],
  ['with validation', 'injection.mode=policy,reload.nudge.enabled=false', [events, validating, secret]],
  [
    'with a nudge in two namespaces',
    'injection.mode=policy,validation.enabled=false,reload.nudge.namespaces={a,b}',
    [events, owner, ...nudge('a'), ...nudge('b')],
  ],
  [
    'with a nudge everywhere',
    'injection.mode=policy,validation.enabled=false,reload.nudge.namespaces={*}',
    [events, owner, ...nudge('everywhere')],
  ],
  [
    'with a Secret that is only checked',
    'injection.mode=none,reload.nudge.enabled=false,policy.namespaces={demo},provider.secret=keys',
    [events, validating, secret, 'demo /secrets [keys]: get'],
  ],
  [
    'with all of it, two controllers, a Secret, and certificates of cert-manager',
    'injection.mode=webhook,policy.namespaces={demo},provider.secret=keys,certificates.source=certManager,controller.replicas=2',
    [events, owner, lease, ...nudge('demo'), 'demo /secrets [keys]: get list watch'],
  ],
];

for (const helm of helms) {
  for (const [what, values, expected] of cases) {
    test(`${helm}: ${what} the chart gives these rights and no other`, async () => {
      assert.deepEqual(await rights(helm, values), expected.toSorted());
    });
  }

  test(`${helm}: cert-manager writes the authority, and nobody else`, async () => {
    const values = 'injection.mode=webhook,certificates.source=certManager';
    const manifests = parseManifests(await render(helm, ['--set', values]));

    const webhooks = manifests.filter(({ kind }) => kind.endsWith('WebhookConfiguration'));
    const from = webhooks.map(({ metadata }) => metadata.annotations['cert-manager.io/inject-ca-from']);
    assert.deepEqual(from, ['kt-sidecar/kt-sidecar-controller', 'kt-sidecar/kt-sidecar-controller']);
    const made = manifests.filter(({ kind }) => ['Certificate', 'Issuer', 'Secret'].includes(kind));
    assert.deepEqual(made.map(({ kind }) => kind).toSorted(), ['Certificate', 'Issuer']);
  });
}
