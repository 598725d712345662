import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { piecesOf, repeatTo } from '../../src/simulator/pieces.ts';

test('pieces add up to their text, and none is empty', () => {
  const text = fc.string({ unit: 'grapheme' });
  const split = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined });
  fc.assert(
    fc.property(text, split, (whole, characters) => {
      const pieces = piecesOf(whole, characters);
      assert.equal(pieces.join(''), whole);
      assert.ok(!pieces.includes(''));
    }),
  );
});

test('a piece has as many characters as asked, and never half of one', () => {
  assert.deepEqual(piecesOf('a😀b😀c', 2), ['a😀', 'b😀', 'c']);
});

test('a long word is cut, so that what it spells spans events', () => {
  assert.deepEqual(piecesOf('to support@example.com'), ['to', ' suppor', 't@exam', 'ple.co', 'm']);
});

test('pieces repeat to any count', () => {
  assert.deepEqual(repeatTo(['a', 'b'], 5), ['a', 'b', 'a', 'b', 'a']);
  assert.deepEqual(repeatTo([], 2), [' ', ' ']);
});
