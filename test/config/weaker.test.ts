import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainEntry, Config } from '../../src/config/config.ts';
import { weakenings } from '../../src/config/weaker.ts';
import { policyKinds } from '../../src/policy/kinds.ts';
import { load } from '../../src/config/load.ts';

function config(kind: string, block: object, more: object = {}): Config {
  const content = JSON.stringify({
    pack: { name: 'p', version: '1.0.0', enabled: true },
    policies: { chain: [kind] },
    policy: { [kind]: block },
    providers: {
      targets: [{ id: 'a', provider: 'openai-compatible', model: 'm', base_url: 'http://a.example/v1' }],
    },
    ...more,
  });
  const options = { simulateMissingKeys: false, failMode: 'block', acceptNoTarget: true } as const;
  const loaded = load({ content, kinds: policyKinds, secrets: () => undefined, options });
  assert.ok(loaded.ok, JSON.stringify(loaded.issues));
  return loaded.config;
}

const injection = 'prompt-injection';
const pii = 'pii-detector';

/** From, to, and the paths that are weaker: the other way round nothing is, unless it says so. */
const cases: readonly (readonly [string, object, object, string])[] = [
  [injection, { enforcement: 'enforce' }, { enforcement: 'shadow' }, 'enforcement'],
  [injection, { action: 'block' }, { action: 'flag' }, 'action'],
  [injection, { threshold: 0.7 }, { threshold: 0.9 }, 'threshold'],
  [injection, { on_error: 'block' }, { on_error: 'allow' }, 'on_error'],
  [
    injection,
    { applies_to: { directions: ['request', 'answer'] } },
    { applies_to: { directions: ['request'] } },
    'applies_to.directions',
  ],
  [
    injection,
    { applies_to: { roles: ['user', 'tool'] } },
    { applies_to: { roles: ['user'] } },
    'applies_to.roles',
  ],
  [injection, { attack_patterns: ['one', 'two'] }, { attack_patterns: ['one'] }, 'attack_patterns'],
  [pii, { action: 'block' }, { action: 'redact' }, 'action'],
  [pii, { entities: [] }, { entities: ['EMAIL'] }, 'entities'],
  [pii, { entities: ['EMAIL', 'SSN'] }, { entities: ['EMAIL'] }, 'entities'],
  [pii, { pci_mode: true }, { pci_mode: false }, 'pci_mode'],
  [pii, { allow_list: [] }, { allow_list: ['ann@example.com'] }, 'allow_list'],
  ['safety-filter', { action: 'block' }, { action: 'flag' }, 'action'],
  ['safety-filter', { categories: [] }, { categories: ['weapons'] }, 'categories'],
  ['dlp-filter', { blocked_terms: ['atlas', 'orion'] }, { blocked_terms: ['atlas'] }, 'blocked_terms'],
  [
    'dlp-filter',
    { blocked_terms: ['x'], sensitivity_level: 'high' },
    { blocked_terms: ['x'] },
    'sensitivity_level',
  ],
  ['entity-list-filter', { blocked_entities: ['A Corp'] }, { blocked_entities: [] }, 'blocked_entities'],
  ['audit-logger', { log_all_access: true }, { log_all_access: false }, 'log_all_access'],
];

for (const [kind, strict, lax, path] of cases) {
  test(`${kind}: ${JSON.stringify(strict)} to ${JSON.stringify(lax)} is weaker, back is not`, () => {
    const found = weakenings(config(kind, strict), config(kind, lax));

    assert.deepEqual(
      found.map((one) => [one.policy, one.path]),
      [[kind, path]],
    );
    assert.deepEqual(weakenings(config(kind, lax), config(kind, strict)), []);
    assert.deepEqual(weakenings(config(kind, lax), config(kind, lax)), []);
  });
}

test('a kind that leaves the chain is weaker, one that joins is not', () => {
  const without: Config = { ...config(pii, {}), chain: [] };

  assert.deepEqual(weakenings(config(pii, {}), without), [
    { policy: pii, path: '', from: 'in the chain', to: 'not there' },
  ]);
  assert.deepEqual(weakenings(without, config(pii, {})), []);
});

test('what is said of the whole document counts', () => {
  const strict = config(pii, {}, { uninspected: 'block', unknown_fields: 'judge' });
  const lax = config(pii, {}, { uninspected: 'allow', unknown_fields: 'pass' });

  assert.deepEqual(
    weakenings(strict, lax).map(({ path, from, to }) => [path, from, to]),
    [
      ['uninspected', 'block', 'allow'],
      ['unknown_fields', 'judge', 'pass'],
    ],
  );
  assert.deepEqual(weakenings(lax, strict), []);
});

test('a change that nobody said is not weaker counts as weaker, and no value of its own is shown', () => {
  const base = config(pii, {});
  const [entry] = base.chain;
  assert.ok(entry);
  const having = (settings: unknown): Config => {
    const changed: ChainEntry = { ...entry, settings };
    return { ...base, chain: [changed] };
  };

  assert.deepEqual(weakenings(having({ strange: 'secret one' }), having({ strange: 'secret two' })), [
    { policy: pii, path: 'strange', from: 'another value', to: 'another value' },
  ]);
  assert.equal(weakenings(having({ strange: 'secret one' }), having({})).length, 1);
});
