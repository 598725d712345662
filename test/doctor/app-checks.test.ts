import assert from 'node:assert/strict';
import test from 'node:test';
import { absenceCheck, appChecks, asksForSidecar } from '../../src/doctor/app-checks.ts';
import type { InstallationFacts } from '../../src/kube/installation.ts';
import { skipReasons } from '../../src/kube/injection/names.ts';
import { podFacts } from '../../src/kube/pod-facts.ts';
import { readStatus } from '../../src/record/status-document.ts';
import { nothingInstalled } from '../support/installations.ts';
import { type PodShape, podObject } from '../support/pods.ts';
import { statusOf, wellParts } from '../support/status-documents.ts';

interface Shape extends PodShape {
  readonly secrets?: readonly { readonly name: string; readonly isThere: boolean | undefined }[];
  readonly installation?: Partial<InstallationFacts>;
  readonly targetFailures?: number;
}

const app = (more: object) => ({ containers: [{ name: 'app', ...more }] });
const annotated = (annotations: Readonly<Record<string, string>>) => ({
  metadata: { name: 'app-1', namespace: 'shop', annotations },
});
const scaler = { name: 'app', targetName: 'app', resources: ['cpu'] };

/** What is not all right, as `state name message fix`. */
function complaints(shape: Shape): readonly string[] {
  const pod = podFacts(JSON.parse(JSON.stringify(podObject(shape))));
  const { sidecar } = pod;
  assert.ok(sidecar !== undefined);
  const targets = wellParts.targets.map((target) =>
    shape.targetFailures === undefined ? target : { ...target, successes: 0, failures: shape.targetFailures },
  );
  const view = readStatus(statusOf('SYNCED', { targets }));
  assert.ok(view !== undefined);
  const installation = { ...nothingInstalled, ...shape.installation };
  return appChecks({ pod, sidecar, installation, secrets: shape.secrets ?? [], status: { view } })
    .filter(({ state }) => state !== 'ok')
    .map(({ state, name, message, fix }) => `${state} ${name} ${message} ${fix ?? 'NO FIX'}`);
}

const controllers = (version: string) => ({
  controllers: { kind: 'known', value: [{ namespace: 'kt', name: 'c', ready: 1, version }] } as const,
});

const cases: readonly (readonly [what: string, shape: Shape, expected: readonly RegExp[]])[] = [
  ['nothing', {}, []],
  ['a Secret that is there', { secrets: [{ name: 'keys', isThere: true }] }, []],
  [
    'a Secret that is missing',
    { secrets: [{ name: 'keys', isThere: false }] },
    [/^fail secret Secret keys is missing kubectl -n shop create secret generic keys/],
  ],
  [
    'a Secret that may not be looked at',
    { secrets: [{ name: 'keys', isThere: undefined }] },
    [/^warn secret Secret keys may not be looked at/],
  ],
  [
    'a proxy for everything',
    { spec: app({ env: [{ name: 'https_proxy', value: 'http://proxy:3128' }] }) },
    [/^fail proxy container app has a proxy and no NO_PROXY .*no-proxy: "true"/],
  ],
  [
    'a proxy that spares loopback',
    {
      spec: app({
        env: [
          { name: 'HTTPS_PROXY', value: 'http://proxy:3128' },
          { name: 'NO_PROXY', value: '10.0.0.0/8,127.0.0.1' },
        ],
      }),
    },
    [],
  ],
  [
    'an autoscaler and no request',
    { installation: { scalers: { kind: 'known', value: [scaler] } } },
    [/^fail scaler HorizontalPodAutoscaler app goes by cpu, which app does not request/],
  ],
  [
    'an autoscaler and requests',
    {
      spec: app({ resources: { requests: { cpu: '1' } } }),
      installation: { scalers: { kind: 'known', value: [scaler] } },
    },
    [],
  ],
  [
    'an autoscaler of another workload',
    { installation: { scalers: { kind: 'known', value: [{ ...scaler, targetName: 'other' }] } } },
    [],
  ],
  [
    'a misspelt annotation',
    annotated({ 'kt-sidecar.dev/confg': 'x' }),
    [
      /^warn annotation annotation kt-sidecar\.dev\/confg is not known did you mean kt-sidecar\.dev\/config\?/,
    ],
  ],
  ['annotations of ours and of others', annotated({ 'kt-sidecar.dev/nudge': 'x', 'other/confg': 'x' }), []],
  [
    'a sidecar older than the chart',
    { ...annotated({ 'kt-sidecar.dev/version': '0.1.0' }), installation: controllers('0.2.0') },
    [/^warn version its sidecar is of version 0\.1\.0, the chart of 0\.2\.0 kubectl rollout restart/],
  ],
  [
    'an image that is not what was to be',
    annotated({ 'kt-sidecar.dev/version': '9.9.9' }),
    [/^warn version it was to get version 9\.9\.9, and runs 0\.1\.0/],
  ],
  [
    'a provider that never answered',
    { targetFailures: 3 },
    [/^warn provider target primary .* failed 3 times/],
  ],
];

for (const [what, shape, expected] of cases) {
  test(`beside the sidecar: ${what}`, () => {
    const found = complaints(shape);

    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [at, pattern] of expected.entries()) assert.match(found[at] ?? '', pattern);
  });
}

const label = (value: string | undefined) => ({ kind: 'known', value }) as const;
for (const [own, namespace, expected] of [
  [undefined, undefined, false],
  [undefined, 'enabled', true],
  ['enabled', undefined, true],
  ['true', 'disabled', true],
  ['disabled', 'enabled', false],
  ['false', 'true', false],
  [undefined, 'disabled', false],
] as const) {
  test(`a pod that says ${own} in a namespace that says ${namespace}: ${expected}`, () => {
    const labels = own === undefined ? {} : { 'kt-sidecar.dev/inject': own };
    const metadata = { name: 'app', namespace: 'shop', labels };
    const pod = podFacts(JSON.parse(JSON.stringify(podObject({ form: 'none', metadata }))));

    assert.equal(asksForSidecar(pod, label(namespace)), expected);
  });
}

for (const reason of skipReasons) {
  test(`a pod without a sidecar says why (${reason}) and what to do`, () => {
    const { state, message, fix } = absenceCheck('app', { reason, detail: 'the detail' });

    assert.equal(state, 'fail');
    assert.match(message, new RegExp(`has none: ${reason}, the detail$`));
    assert.ok((fix ?? '').length > 10);
  });
}

test('a pod that would get one was made too early', () => {
  assert.match(absenceCheck('app', undefined).message, /created before the label, or while no injector ran/);
});
