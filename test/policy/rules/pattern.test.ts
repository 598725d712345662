import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules } from '../../../src/policy/rules/compile.ts';
import { parsePattern } from '../../../src/policy/rules/pattern.ts';

const unreadable: readonly (readonly [pattern: string, complaint: RegExp])[] = [
  ['', /matches nothing/],
  ['   ', /matches nothing/],
  ['"\u200b"', /matches nothing/],
  ['(a|b', /not closed/],
  ['a ~65 b', /a gap of more than 64/],
  ['a "b', /cannot be read/],
];

for (const [pattern, complaint] of unreadable) {
  test(`the pattern ${JSON.stringify(pattern)} is refused`, () => {
    assert.throws(() => parsePattern(pattern), complaint);
  });
}

test('alternatives of one token share a step, longer ones have steps of their own', () => {
  const steps = parsePattern('(a|b|c d)');

  assert.deepEqual(
    steps.map(({ atoms, isFirst, isLast }) => ({ atoms: atoms.length, isFirst, isLast })),
    [
      { atoms: 2, isFirst: true, isLast: true },
      { atoms: 1, isFirst: true, isLast: false },
      { atoms: 1, isFirst: false, isLast: true },
    ],
  );
});

test('an optional step is passed over with the wider of the gaps around it', () => {
  const [, , last] = parsePattern('a ~1 b? ~~3 c');

  assert.deepEqual(last?.links, [
    { from: 1, tokens: 3, crosses: true },
    { from: 0, tokens: 3, crosses: true },
  ]);
});

test('more words than the automaton has states for are refused', () => {
  const phrases = Array.from(
    { length: 2000 },
    (_, at) => `${at.toString(36).padStart(3, 'q')}${'x'.repeat(30)}`,
  );

  assert.throws(() => compileRules([{ id: 'many', patterns: [], phrases }]), /too many words/);
});
