import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { inject } from '../../src/kube/injection/inject.ts';
import { specHash } from '../../src/kube/injection/injection-settings.ts';
import { podAnnotations, prefix } from '../../src/kube/injection/names.ts';
import { injectionCases } from '../support/injection-cases.ts';
import { type Created, InjectingCluster } from './support/injecting-cluster.ts';

test('the API server makes the same of a pod as inject()', { timeout: 120_000 }, async (t) => {
  const cluster = await InjectingCluster.open(t, [
    'provider.secret=',
    'injection.env[0].name=A',
    'injection.env[0].value=b=c',
  ]);

  await t.test("the chart's hash of the settings is ours", () => {
    assert.equal(cluster.specHash, specHash(cluster.settings));
    assert.equal(cluster.settings.env, 'A=b=c');
  });

  for (const { name, pod } of injectionCases)
    await t.test(name, async () => {
      const { byPolicy, byHand } = await bothOf(cluster, pod);

      assert.deepEqual(byPolicy, byHand);
    });

  await t.test('a pod of 40 containers with 25 variables each, 100 KB of annotations', async () => {
    const env = Array.from({ length: 25 }, (_, at) => ({ name: `VARIABLE_${at}`, value: 'x'.repeat(100) }));
    const ports = [{ containerPort: 80 }, { containerPort: 81 }];
    const containers = Array.from({ length: 40 }, (_, at) => ({
      name: `app-${at}`,
      image: 'a:1',
      env,
      ports,
    }));
    const initContainers = Array.from({ length: 20 }, (_, at) => ({ name: `init-${at}`, image: 'a:1', env }));
    const annotations = { 'example.com/text': 'y'.repeat(100_000), [`${prefix}no-proxy`]: 'true' };

    const { byPolicy, byHand } = await bothOf(cluster, {
      metadata: { name: 'huge', annotations },
      spec: { containers, initContainers },
    });

    assert.equal(byPolicy.kind, 'pod');
    assert.deepEqual(byPolicy, byHand);
  });

  for (const [what, spec] of Object.entries({
    'no containers': { containers: [] },
    'no list of containers': {},
    'a container without a name': { containers: [{ image: 'a:1' }] },
    'a variable without a name': { containers: [{ name: 'a', image: 'a:1', env: [{ value: 'x' }] }] },
    'a port without a number': { containers: [{ name: 'a', image: 'a:1', ports: [{ name: 'kt' }] }] },
  }))
    await t.test(`a pod with ${what} is refused in the API server's own words`, async () => {
      for (const native of ['true', 'false']) {
        const metadata = { name: 'wrong', annotations: { [`${prefix}native`]: native } };
        const refused = await cluster.create(cluster.asking, { metadata, spec });

        assert.ok(refused.kind === 'refused');
        assert.equal(refused.status, 422, refused.message);
      }
    });

  await t.test('pods with any annotation whatever', async () => {
    const annotations = fc.dictionary(
      fc.constantFrom(...podAnnotations).map((name) => prefix + name),
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.constantFrom(
          'true',
          'false',
          '8080',
          '41003',
          '128Mi',
          '1Gi',
          '0.1m',
          '1e3',
          'shop',
          '9'.repeat(50_000),
        ),
        fc.stringMatching(/^[0-9]{1,7}[.]?[0-9]{0,4}[kMGTPEmun]?i?$/),
      ),
      { minKeys: 1, maxKeys: 4 },
    );

    await fc.assert(
      fc.asyncProperty(annotations, async (given) => {
        const spec = { containers: [{ name: 'app', image: 'app:1' }] };
        const { byPolicy, byHand } = await bothOf(cluster, {
          metadata: { name: 'any', annotations: given },
          spec,
        });

        assert.equal(byPolicy.kind, 'pod');
        assert.deepEqual(byPolicy, byHand);
      }),
      { numRuns: 300 },
    );
  });
});

test('labels decide which pods are looked at', { timeout: 120_000 }, async (t) => {
  const cluster = await InjectingCluster.open(t);
  const hasSidecar = async (namespace: string, label?: string): Promise<boolean> => {
    const labels = label === undefined ? {} : { [`${prefix}inject`]: label };
    const spec = { containers: [{ name: 'app', image: 'app:1' }] };
    const created = await cluster.create(namespace, { metadata: { name: 'app', labels }, spec });
    assert.equal(created.kind, 'pod');
    return created.kind === 'pod' && created.text.includes('"kt-sidecar"');
  };

  for (const [namespace, label, expected] of [
    [cluster.asking, undefined, true],
    [cluster.asking, 'true', true],
    [cluster.asking, 'enabled', true],
    [cluster.asking, 'disabled', false],
    [cluster.asking, 'false', false],
    [cluster.plain, undefined, false],
    [cluster.plain, 'true', true],
    [cluster.plain, 'enabled', true],
    [cluster.plain, 'disabled', false],
    [cluster.plain, 'yes', false],
    ['kube-system', 'true', false],
  ] as const)
    await t.test(
      `${label ?? 'no label'} in ${namespace.replace(/kt-test-\w+-/, '')}: ${expected}`,
      async () => {
        assert.equal(await hasSidecar(namespace, label), expected);
      },
    );
});

/** The pod as the policy makes it, and as inject() makes it and the API server takes it. */
async function bothOf(
  cluster: InjectingCluster,
  pod: object,
): Promise<{ readonly byPolicy: Created; readonly byHand: Created }> {
  const result = inject({ pod, settings: cluster.settings, by: 'kt' });
  const byHand = await cluster.create(cluster.plain, result.kind === 'injected' ? result.pod : pod);
  return { byPolicy: await cluster.create(cluster.asking, pod), byHand };
}
