import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { costOf } from '../../src/record/usage.ts';

function usage(inputTokens: number, outputTokens: number) {
  return { inputTokens, outputTokens, estimated: false };
}

const cases: readonly (readonly [string, number, number, number, number, number])[] = [
  ['nothing', 0, 0, 880_000_000, 880_000_000, 0],
  ['0.88 USD a million, 1000 tokens', 1000, 0, 880_000_000, 0, 880_000],
  ['both directions', 120, 45, 180_000_000, 600_000_000, 120 * 180 + 45 * 600],
  ['halves are rounded up, once', 1, 1, 250_000, 250_000, 1],
  ['less than half is nothing', 1, 0, 499_999, 0, 0],
  ['more tokens than any model has', Number.MAX_SAFE_INTEGER, 0, 1_000_000, 0, Number.MAX_SAFE_INTEGER],
];

for (const [name, input, output, promptNanos, completionNanos, expected] of cases) {
  test(`cost: ${name}`, () => {
    assert.equal(costOf(usage(input, output), { promptNanos, completionNanos }), expected);
  });
}

test('cost is what exact arithmetic gives', () => {
  const tokens = fc.maxSafeNat();
  const price = fc.integer({ min: 0, max: 1e15 });
  fc.assert(
    fc.property(tokens, tokens, price, price, (input, output, promptNanos, completionNanos) => {
      const exact = BigInt(input) * BigInt(promptNanos) + BigInt(output) * BigInt(completionNanos);
      const expected = Number((exact + 500_000n) / 1_000_000n);
      assert.equal(costOf(usage(input, output), { promptNanos, completionNanos }), expected);
    }),
  );
});
