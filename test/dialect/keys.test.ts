import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { foldKey, guardedKeys, imitatedKey } from '../../src/dialect/keys.ts';

/** What the glance before it must never change. */
function imitatedByFolding(key: string): string | undefined {
  const folded = foldKey(key);
  return folded !== key && guardedKeys.has(folded) ? folded : undefined;
}

const spellings: Readonly<Record<string, readonly string[]>> = {
  s: ['s', 'S', '\u017f'],
  k: ['k', 'K', '\u212a'],
};
const respelt = fc
  .constantFrom(...guardedKeys)
  .chain((key) =>
    fc
      .tuple(
        ...Array.from(key, (char) => fc.constantFrom(...(spellings[char] ?? [char, char.toUpperCase()]))),
      )
      .map((chars) => [key, chars.join('')] as const),
  );

test('every other spelling of a guarded key is seen', () => {
  fc.assert(
    fc.property(respelt, ([key, spelt]) => {
      assert.equal(imitatedKey(spelt), spelt === key ? undefined : key);
    }),
    { numRuns: 5_000 },
  );
});

test('a key imitates where folding it says so, and nowhere else', () => {
  const units = Array.from('aeimnortx_AEIMNORTX0-. \u017f\u212a\u00df\ufb01\u0130\u{10400}');
  const near = fc.string({ unit: fc.constantFrom(...units), maxLength: 24 });
  fc.assert(
    fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (key) => {
      assert.equal(imitatedKey(key), imitatedByFolding(key));
    }),
    { numRuns: 5_000 },
  );
});

// What the glance relies on, asked of every character there is.
test('no fold shortens a text or turns other ASCII into letters', () => {
  for (const key of guardedKeys) assert.match(key, /^[a-z_]+$/);
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const char = String.fromCodePoint(code);
    const folded = foldKey(char);
    assert.ok(folded.length >= char.length, `U+${code.toString(16)}`);
    if (code < 128 && !/[A-Z]/.test(char)) assert.equal(folded, char);
  }
});
