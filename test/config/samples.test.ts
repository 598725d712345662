import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { configOf, fixture, issuesOf } from '../support/config-load.ts';

const samples = [
  'together-gateway',
  'shorthand',
  'explicit',
  'streaming',
  'multi-model-fallback',
  'cross-provider-fallback',
  'latency-routing',
  'weighted',
  'circuit-breaker',
  'retry',
  'cost-tracking',
];

for (const name of samples) {
  test(`the sample ${name} loads without an error or a warning`, () => {
    const issues = issuesOf(fixture(name));

    assert.deepEqual(issues, []);
    assert.ok(configOf(fixture(name)).targets.length > 0);
  });
}

test('the shorthand and the explicit form are the same target', () => {
  const [short] = configOf(fixture('shorthand')).targets;
  const [long] = configOf(fixture('explicit')).targets;

  assert.equal(short?.kind, 'chat');
  assert.deepEqual({ ...short, kind: undefined }, long);
});

test('several targets without a strategy are asked in order', () => {
  const config = configOf(fixture('cross-provider-fallback'));

  assert.equal(config.strategy, 'fallback');
  assert.deepEqual(
    config.targets.map(({ id, baseUrl }) => [id, baseUrl]),
    [
      ['together-primary', 'https://api.together.xyz/v1'],
      ['openai-fallback', 'https://api.openai.com/v1'],
    ],
  );
});

test('a target that names no secret uses its provider key variable', () => {
  const asked: unknown[] = [];

  const config = configOf(fixture('streaming'), {
    secrets: (ref) => {
      asked.push(ref);
      return 'from-the-environment';
    },
  });

  assert.deepEqual(asked, [{ kind: 'env', name: 'TOGETHER_API_KEY' }]);
  assert.deepEqual(config.targets[0]?.credential, {
    header: 'authorization',
    prefix: 'Bearer ',
    value: 'from-the-environment',
    source: 'env TOGETHER_API_KEY',
  });
});

test('the example configuration is the first sample with comments', () => {
  const example = readFileSync(new URL('../../deploy/examples/policy-config.yaml', import.meta.url), 'utf8');

  assert.deepEqual(configOf(example), configOf(fixture('together-gateway')));
});
