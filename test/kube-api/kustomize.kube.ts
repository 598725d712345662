import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import { inject } from '../../src/kube/injection/inject.ts';
import { defaultInjectionSettings } from '../../src/kube/injection/injection-settings.ts';
import { runKubectl } from '../cluster/support/kubectl.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';

const spec = {
  initContainers: [{ name: 'warm', image: 'w:1' }],
  containers: [
    { name: 'app', image: 'a:1', env: [{ name: 'ZONE', value: 'a' }] },
    { name: 'web', image: 'b:1' },
  ],
  volumes: [{ name: 'data', emptyDir: {} }],
};
const template = { metadata: { labels: { app: 'shop' } }, spec };

/** A workload of each kind, and where its pod is. */
const workloads = [
  ['Pod', 'v1', [], { spec }],
  ['Deployment', 'apps/v1', ['spec', 'template'], { spec: { template } }],
  ['StatefulSet', 'apps/v1', ['spec', 'template'], { spec: { template } }],
  ['DaemonSet', 'apps/v1', ['spec', 'template'], { spec: { template } }],
  ['ReplicaSet', 'apps/v1', ['spec', 'template'], { spec: { template } }],
  ['Job', 'batch/v1', ['spec', 'template'], { spec: { template } }],
  [
    'CronJob',
    'batch/v1',
    ['spec', 'jobTemplate', 'spec', 'template'],
    { spec: { jobTemplate: { spec: { template } } } },
  ],
] as const;

async function built(
  t: Parameters<typeof temporaryDirectory>[0],
  labels: object,
): Promise<readonly unknown[]> {
  const folder = await temporaryDirectory(t);
  cpSync(join(import.meta.dirname, '../../deploy/kustomize'), join(folder, 'kt-sidecar'), {
    recursive: true,
  });
  const kustomization = {
    components: ['./kt-sidecar'],
    images: [{ name: 'kt-sidecar', newTag: defaultInjectionSettings.version }],
    resources: ['workloads.yaml'],
  };
  writeFileSync(join(folder, 'kustomization.yaml'), stringify(kustomization));
  const manifests = workloads.map(([kind, apiVersion, , rest]) =>
    stringify(
      { apiVersion, kind, metadata: { name: kind.toLowerCase(), labels }, ...rest },
      { aliasDuplicateObjects: false },
    ),
  );
  writeFileSync(join(folder, 'workloads.yaml'), manifests.join('---\n'));
  const text = await runKubectl(['kustomize', folder]);
  return parseAllDocuments(text).map((one): unknown => one.toJS());
}

const podOf = (
  manifest: unknown,
  steps: readonly string[],
): { spec: typeof spec; metadata: { labels: object } } =>
  steps.reduce((value, step) => Object(value)[step], Object(manifest));

test('the component gives labelled workloads of every kind what inject() gives', async (t) => {
  const result = inject({ pod: { spec }, settings: defaultInjectionSettings, by: 'kt' });
  assert.ok(result.kind === 'injected');

  const made = await built(t, { 'kt-sidecar.dev/inject': 'enabled' });

  for (const [kind, , steps] of workloads) {
    const pod = podOf(
      made.find((one) => Object(one).kind === kind),
      steps,
    );
    assert.deepEqual(pod.spec.initContainers[0], result.pod.spec.initContainers[0], kind);
    assert.deepEqual(pod.spec.initContainers[1], spec.initContainers[0], kind);
    assert.deepEqual(pod.spec.volumes, result.pod.spec.volumes, kind);
    assert.deepEqual(Object(pod.metadata.labels)['kt-sidecar.dev/injected'], 'true', kind);
    const url = `http://127.0.0.1:${defaultInjectionSettings.port}/v1`;
    for (const { env = [] } of pod.spec.containers)
      assert.deepEqual(
        env.filter(({ name }) => name !== 'ZONE'),
        ['OPENAI_BASE_URL', 'OPENAI_API_BASE'].map((name) => ({ name, value: url })),
        kind,
      );
  }
});

test('workloads without the label are left as they are', async (t) => {
  const made = await built(t, { app: 'shop' });

  for (const [kind, , steps] of workloads)
    assert.deepEqual(
      podOf(
        made.find((one) => Object(one).kind === kind),
        steps,
      ).spec,
      spec,
    );
});
