import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { inject } from '../../../src/kube/injection/inject.ts';
import { skipReasons } from '../../../src/kube/injection/names.ts';
import { assertGolden } from '../../support/golden.ts';
import { caseSettings as settings, injectionCases } from '../../support/injection-cases.ts';

const folder = join(import.meta.dirname, 'golden');

for (const { name, pod } of injectionCases) {
  test(`a pod, ${name}, becomes what its file says`, () => {
    const result = inject({ pod, settings, by: 'kt' });

    const { patch: _patch, ...told } = result.kind === 'injected' ? result : { ...result, patch: [] };
    assertGolden(
      join(folder, `${name}.yaml`),
      stringify(told, { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false }),
    );
  });
}

test('there is a pod for every reason and every report, and no file without a pod', () => {
  const results = injectionCases.map(({ pod }) => inject({ pod, settings, by: 'kt' }));
  const files = globSync('*.yaml', { cwd: folder }).map((file) => basename(file, '.yaml'));

  const reasons = new Set(results.flatMap((one) => (one.kind === 'skipped' ? [one.reason] : [])));
  const codes = results
    .flatMap((one) => (one.kind === 'injected' ? one.reports : []))
    .map(({ code }) => code);

  assert.deepEqual(reasons, new Set(skipReasons));
  assert.equal(new Set(codes).size, 8);
  assert.deepEqual(files.toSorted(), injectionCases.map(({ name }) => name).toSorted());
});

test('a pod that was given its sidecar is left as it is the second time, whoever looks at it', () => {
  for (const { name, pod } of injectionCases) {
    const first = inject({ pod, settings, by: 'policy' });
    if (first.kind === 'skipped') continue;

    const second = inject({ pod: first.pod, settings, by: 'webhook' });

    assert.equal(second.kind === 'skipped' && second.reason, 'already_injected', name);
  }
});

test('what a pod had is there still, in its order', () => {
  for (const { name, pod } of injectionCases) {
    const result = inject({ pod, settings, by: 'kt' });
    if (result.kind === 'skipped') continue;

    const names = result.pod.spec.containers.map((one) => one.name).filter((one) => one !== 'kt-sidecar');

    assert.deepEqual(
      names,
      pod.spec.containers.map((one) => one.name),
      name,
    );
    assert.ok(result.patch.every(({ op }) => op === 'add'));
  }
});

test('who did it is the only difference between what the policy, the webhook and kt make of a pod', () => {
  const [pod] = injectionCases.filter(({ name }) => name === 'config-and-secret').map((one) => one.pod);
  assert.ok(pod);

  const made = (['policy', 'webhook', 'kt'] as const).map((by) =>
    JSON.stringify(inject({ pod, settings, by })).replaceAll(
      `injected-by":"${by}"`,
      'injected-by":"SOMEBODY"',
    ),
  );

  assert.equal(new Set(made.map((text) => text.replace(/injected-by","value":"\w+"/, ''))).size, 1);
});

test('what is no pod is refused with the place', () => {
  for (const [pod, place] of [
    [{}, /not a pod: spec: /],
    [{ spec: { containers: [] } }, /not a pod: spec\.containers: /],
    [{ spec: { containers: [{ name: 'a', env: [{ name: 1 }] }] } }, /spec\.containers\.0\.env\.0\.name/],
    [
      { metadata: { annotations: { 'kt-sidecar.dev/port': 80 } }, spec: { containers: [{ name: 'a' }] } },
      /port/,
    ],
  ] as const)
    assert.throws(() => inject({ pod, settings, by: 'kt' }), { name: 'KubeError', message: place });
});
