import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { inject } from '../../../src/kube/injection/inject.ts';
import { podAnnotations, prefix } from '../../../src/kube/injection/names.ts';
import { caseSettings as settings } from '../../support/injection-cases.ts';

/** The first, but for one in ten. */
function mostly<T>(usual: T, rare: T): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(rare) });
}

const variable = fc.record(
  {
    name: fc.constantFrom(
      'A',
      'OPENAI_BASE_URL',
      'OPENAI_API_KEY',
      'OPENAI_API_BASE',
      'HTTP_PROXY',
      'NO_PROXY',
    ),
    value: fc.string(),
  },
  { noNullPrototype: true },
);
const port = fc.record(
  {
    containerPort: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(80, 8080) },
      { weight: 1, arbitrary: fc.constantFrom(41_002, 41_003) },
    ),
    protocol: fc.constantFrom('TCP', 'UDP'),
    name: mostly('http', 'kt-admin'),
  },
  { requiredKeys: ['containerPort'], noNullPrototype: true },
);
const container = fc.record(
  {
    name: fc.oneof(fc.constantFrom('app', 'web'), mostly('worker', 'kt-sidecar')),
    restartPolicy: fc.constantFrom('Always', 'Never'),
    env: fc.uniqueArray(variable, { selector: ({ name }) => name, maxLength: 4 }),
    envFrom: fc.array(fc.constant({ configMapRef: { name: 'x' } }), { maxLength: 1 }),
    ports: fc.array(port, { maxLength: 2 }),
  },
  { requiredKeys: ['name'], noNullPrototype: true },
);
/** Anything that fits into a string, and what nearly is right. */
const written = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('true', 'false', '8080', '41002', '128Mi', '1Gi', '1e3', '0.1m', 'shop', '\u202E\u{1F600}'),
  fc.stringMatching(/^[0-9]{1,4}[.]?[0-9]{0,2}[kMGTPEmun]?i?$/),
  fc.constant('9'.repeat(100_000)),
);
const annotations = fc.dictionary(
  fc.oneof(
    fc.constantFrom(...podAnnotations).map((name) => prefix + name),
    fc.string({ unit: 'binary' }).map((name) => prefix + name),
  ),
  written,
  { maxKeys: 5, noNullPrototype: true },
);
const pods = fc.record(
  {
    metadata: fc.record(
      {
        annotations: fc.oneof(
          { weight: 1, arbitrary: annotations },
          { weight: 4, arbitrary: fc.constant({}) },
        ),
        labels: fc.dictionary(fc.constantFrom('app', `${prefix}inject`), mostly('true', 'disabled')),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    spec: fc.record(
      {
        containers: fc.array(container, { minLength: 1, maxLength: 4 }),
        initContainers: fc.array(container, { maxLength: 3 }),
        volumes: fc.array(fc.record({ name: mostly('data', 'kt-policy') }), { maxLength: 2 }),
        hostNetwork: mostly(false, true),
        os: fc.record({ name: mostly('linux', 'windows') }),
        nodeSelector: fc.dictionary(fc.constantFrom('kubernetes.io/os', 'disk'), mostly('x', 'windows')),
      },
      { requiredKeys: ['containers'], noNullPrototype: true },
    ),
  },
  { requiredKeys: ['spec'], noNullPrototype: true },
);

test('giving the sidecar twice is giving it once', () => {
  let given = 0;
  fc.assert(
    fc.property(pods, (pod) => {
      const first = inject({ pod, settings, by: 'kt' });
      if (first.kind === 'skipped') return;
      given += 1;

      const second = inject({ pod: first.pod, settings, by: 'webhook' });

      assert.equal(second.kind === 'skipped' && second.reason, 'already_injected');
    }),
    { numRuns: 1500 },
  );
  assert.ok(given > 300, `${given} of them got it`);
});

test('what the app sets comes after ours, in its order and with its values, and no name twice', () => {
  fc.assert(
    fc.property(pods, (pod) => {
      const result = inject({ pod, settings, by: 'kt' });
      if (result.kind === 'skipped') return;

      for (const [at, { env = [] }] of pod.spec.containers.entries()) {
        const made: readonly { readonly name: string }[] = result.pod.spec.containers[at]?.env ?? [];

        assert.deepEqual(made.slice(made.length - env.length), env);
        assert.equal(new Set(made.map(({ name }) => name)).size, made.length);
      }
    }),
    { numRuns: 500 },
  );
});

test('a pod with any annotation whatever is given its sidecar or a reason with words', () => {
  fc.assert(
    fc.property(annotations, (given) => {
      const pod = { metadata: { annotations: given }, spec: { containers: [{ name: 'app' }] } };

      const result = inject({ pod, settings, by: 'kt' });

      assert.ok(
        result.kind === 'injected' || (result.reason === 'annotation_invalid' && result.detail !== ''),
      );
    }),
    { numRuns: 1000 },
  );
});
