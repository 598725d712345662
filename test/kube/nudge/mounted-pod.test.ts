import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reducePod } from '../../../src/kube/nudge/mounted-pod.ts';

interface Shape {
  readonly containers?: readonly object[];
  readonly initContainers?: readonly object[];
  readonly volumes?: readonly object[];
  readonly status?: object;
  readonly deletionTimestamp?: string;
}

const mounts = (...names: readonly string[]) => names.map((name) => ({ name, mountPath: `/etc/kt/${name}` }));
const sidecar = (...names: readonly string[]) => ({ name: 'kt-sidecar', volumeMounts: mounts(...names) });

function reduced({ status = { phase: 'Running' }, deletionTimestamp, ...spec }: Shape) {
  return reducePod({
    metadata: {
      namespace: 'shop',
      name: 'app',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: { nodeName: 'node', containers: [{ name: 'app' }], ...spec },
    status,
  })?.value;
}

const policy = { name: 'policy', configMap: { name: 'policy-config' } };
const keys = { name: 'keys', secret: { secretName: 'provider-keys', optional: true } };
const both = {
  name: 'both',
  projected: {
    sources: [
      { secret: { name: 'more-keys' } },
      { configMap: { name: 'policy-config' } },
      { serviceAccountToken: { path: 'token' } },
    ],
  },
};

const cases: readonly (readonly [string, Shape, readonly string[]])[] = [
  ['nothing without a sidecar', { volumes: [policy] }, []],
  [
    'the ConfigMap of a native sidecar',
    { initContainers: [sidecar('policy')], volumes: [policy] },
    ['ConfigMap policy-config'],
  ],
  [
    'the ConfigMap of a classic one',
    { containers: [sidecar('policy')], volumes: [policy] },
    ['ConfigMap policy-config'],
  ],
  [
    'a sidecar by the name of its port',
    {
      containers: [{ ...sidecar('policy'), name: 'gateway', ports: [{ name: 'kt-admin' }] }],
      volumes: [policy],
    },
    ['ConfigMap policy-config'],
  ],
  [
    'a Secret',
    { initContainers: [sidecar('policy', 'keys')], volumes: [keys, policy] },
    ['ConfigMap policy-config', 'Secret provider-keys'],
  ],
  [
    'parts of a projected volume',
    { initContainers: [sidecar('both')], volumes: [both] },
    ['ConfigMap policy-config', 'Secret more-keys'],
  ],
  [
    'no volume of the app alone',
    { initContainers: [sidecar('policy')], volumes: [policy, keys] },
    ['ConfigMap policy-config'],
  ],
  [
    'no subPath, which is never delivered',
    {
      initContainers: [
        { name: 'kt-sidecar', volumeMounts: [{ name: 'policy', mountPath: '/etc/kt/x', subPath: 'x' }] },
      ],
      volumes: [policy],
    },
    [],
  ],
  [
    'no CA of the account',
    {
      initContainers: [
        {
          name: 'kt-sidecar',
          volumeMounts: [{ name: 'both', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
        },
      ],
      volumes: [both],
    },
    [],
  ],
];
for (const [what, shape, expected] of cases) {
  test(`of a pod's mounts it sees ${what}`, () => {
    assert.deepEqual(reduced(shape)?.sources, expected);
  });
}

for (const [what, shape] of [
  ['being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }],
  ['done', { status: { phase: 'Succeeded' } }],
  ['failed', { status: { phase: 'Failed' } }],
] as const) {
  test(`a pod that is ${what} is not held by a kubelet`, () => {
    assert.equal(reduced(shape)?.isHeld, false);
    assert.equal(reduced({})?.isHeld, true);
  });
}

test('what is no pod is passed over', () => {
  assert.equal(reducePod({ metadata: {} }), undefined);
});
