import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyKinds } from '../../src/policy/kinds.ts';

const rules = [
  { name: 'a', pattern: 'cat', replacement: 'dog' },
  { name: 'b', pattern: '$', replacement: '!' },
  { name: 'c', pattern: 'cat', replacement: 'dog', condition: 'cow' },
];
const detect = { detect_patterns: ['cat', { name: 'X', pattern: 'c\\w+', max_length: 20 }] };
const rewriting = [['rules.0', 2], ['rules.1', 1], ['rules.2', 0]] as const; // prettier-ignore
const detecting = [['detect_patterns.0', 2], ['detect_patterns.1', 3]] as const; // prettier-ignore

const cases = [
  ['pii-detector', detect, detecting],
  ['dlp-filter', detect, detecting],
  ['request-rewriter', { rules }, rewriting],
  ['response-rewriter', { rules }, rewriting],
] as const;

for (const [name, settings, expected] of cases) {
  test(`${name}: each pattern can be run by itself`, () => {
    const kind = policyKinds.find((one) => one.kind === name);

    const own = kind?.userPatterns?.(kind.settings.parse(settings), { holdBackLimit: 512 }) ?? [];

    const found = own.map(({ path, run }) => [path.join('.'), run('a cat, cats and a code')]);
    assert.deepEqual(found, expected);
  });
}
