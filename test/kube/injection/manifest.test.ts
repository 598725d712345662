import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parse, parseDocument, stringify } from 'yaml';
import { inject } from '../../../src/kube/injection/inject.ts';
import { injectManifests } from '../../../src/kube/injection/manifest.ts';
import { caseSettings as settings, injectionCases } from '../../support/injection-cases.ts';

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'] as const;

function workload(kind: (typeof kinds)[number], pod: { metadata: object; spec: object }): object {
  const template = { metadata: pod.metadata, spec: pod.spec };
  const spec = kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template };
  return { apiVersion: 'apps/v1', kind, metadata: { name: 'shop', namespace: 'demo' }, spec };
}

function templateOf(kind: (typeof kinds)[number], manifest: unknown): unknown {
  const steps = kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
  return steps.reduce<unknown>((value, step) => Object(value)[step], manifest);
}

/** Whether the first lines stand among the others, in their order. */
function isWithin(lines: readonly string[], others: readonly string[]): boolean {
  let at = 0;
  for (const line of others) if (line === lines[at]) at += 1;
  return at === lines.length;
}

for (const kind of kinds)
  test(`the pods of a ${kind} become what inject() makes of them, and no line is lost`, () => {
    for (const { name, pod } of injectionCases) {
      const text = stringify(workload(kind, pod), { indentSeq: kind !== 'Job', lineWidth: 0 });
      const result = inject({ pod: { metadata: pod.metadata, spec: pod.spec }, settings, by: 'kt' });

      const made = injectManifests(text, settings);

      if (result.kind === 'skipped') assert.equal(made.text, text, name);
      else assert.deepEqual(templateOf(kind, parse(made.text)), result.pod, name);
      const kept = text
        .split('\n')
        .filter((line) => !/: (\{\}|\[\]|null)$|spec-hash|version|injected/.test(line));
      assert.ok(isWithin(kept, made.text.split('\n')), name);
    }
  });

test('twice is once, in every style that YAML has', () => {
  const styles = fc.record({
    collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
    indent: fc.constantFrom(2, 3, 4, 8),
    indentSeq: fc.boolean(),
    defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const),
    flowCollectionPadding: fc.boolean(),
    lineWidth: fc.constantFrom(0, 40, 80),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...injectionCases),
      fc.constantFrom(...kinds),
      styles,
      ({ pod }, kind, style) => {
        const text = stringify(workload(kind, pod), style);
        // In some styles the library writes an empty list that is no YAML.
        fc.pre(parseDocument(text).errors.length === 0);
        const result = inject({ pod: { metadata: pod.metadata, spec: pod.spec }, settings, by: 'kt' });

        const once = injectManifests(text, settings);

        if (result.kind === 'injected') assert.deepEqual(templateOf(kind, parse(once.text)), result.pod);
        assert.equal(injectManifests(once.text, settings).text, once.text);
      },
    ),
    { numRuns: 300 },
  );
});

test('documents of other kinds, comments and what stands between them are kept byte for byte', () => {
  const others =
    '# head\n---\nkind:   ConfigMap # odd\ndata: { a:   "b" }   \n\n...\n---\n# nothing\n---\n[1,   2]\n';
  const pod = 'kind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a # the app\n';

  const made = injectManifests(`${others}---\n${pod}`, settings);

  assert.ok(made.text.startsWith(others));
  assert.ok(made.text.includes('    - name: a # the app\n      env:\n'));
  assert.equal(injectManifests(others, settings).text, others);
});

const podSpec = '    spec:\n      containers:\n        - name: a\n';

test('labels that are an alias are written out, and the anchor stays as it was', () => {
  const before =
    'kind: Deployment\nmetadata:\n  labels: &l\n    app: a\nspec:\n  selector:\n    matchLabels: *l\n  template:\n    metadata:\n      labels:';

  const { text } = injectManifests(`${before} *l\n${podSpec}`, settings);

  assert.ok(text.startsWith(`${before}\n        app: a\n        kt-sidecar.dev/injected: "true"\n`), text);
});

test('where the anchor itself is added to, its aliases are written out without', () => {
  const template = '  template:\n    metadata:\n      labels: &l\n        app: a\n';

  const { text } = injectManifests(
    `kind: Deployment\nspec:\n${template}${podSpec}  selector:\n    matchLabels: *l\n`,
    settings,
  );

  assert.ok(text.endsWith('  selector:\n    matchLabels:\n      app: a\n'), text);
  assert.ok(text.includes('        app: a\n        kt-sidecar.dev/injected: "true"\n'), text);
});

test('a merge key gives way to what is added', () => {
  const text =
    'kind: Pod\nx: &base\n  env:\n    - name: A\n      value: b\nspec:\n  containers:\n    - <<: *base\n      name: a\n';

  const made: unknown = parse(injectManifests(text, settings).text, { merge: true });

  const [container] = Object(made).spec.containers;
  assert.deepEqual(
    container.env.map(({ name }: { name: string }) => name),
    ['OPENAI_BASE_URL', 'OPENAI_API_BASE', 'OPENAI_API_KEY', 'A'],
  );
});

test('the pods in a List are given it too', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'a' }] },
  };

  const { outcomes, text } = injectManifests(
    stringify({ kind: 'List', items: [pod, { kind: 'Service' }, { ...pod, metadata: { name: 'b' } }] }),
    settings,
  );

  assert.deepEqual(
    outcomes.map(({ name, kind }) => [name, kind]),
    [
      ['Pod a', 'injected'],
      ['Pod b', 'injected'],
    ],
  );
  assert.equal(text.match(/name: kt-sidecar\n/g)?.length, 2);
});

test('broken YAML, and aliases without end, are refused', () => {
  for (const text of [
    'a: [',
    'kind: Pod\nkind: Pod\n',
    `a: &a [x, x]\n${Array.from({ length: 12 }, (_, at) => `b${at}: &b${at} [${at === 0 ? '*a' : `*b${at - 1}`}, ${at === 0 ? '*a' : `*b${at - 1}`}]\n`).join('')}`,
  ])
    assert.throws(() => injectManifests(text, settings), { name: 'KubeError', message: /^not YAML/ });
});

test('what is no pod is told and left as it is', () => {
  const text =
    'kind: Pod\nmetadata:\n  annotations:\n    kt-sidecar.dev/port: 8080\nspec:\n  containers:\n    - name: a\n';

  const made = injectManifests(text, settings);

  assert.equal(made.text, text);
  assert.match(
    JSON.stringify(made.outcomes),
    /"failed","detail":"not a pod: metadata\.annotations\.kt-sidecar\.dev\/port: /,
  );
});
