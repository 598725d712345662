import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { cut, milliseconds, quote, quoteAll, Timestamps } from '../../src/telemetry/json-line.ts';

test('a quoted string is what JSON makes of it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (text) => {
      assert.equal(quote(text), JSON.stringify(text));
    }),
  );
});

test('every single character is quoted as JSON does', () => {
  for (let code = 0; code <= 0xffff; code += 1) {
    const text = String.fromCharCode(code);
    if (quote(text) !== JSON.stringify(text)) assert.fail(`U+${code.toString(16)}`);
  }
});

test('a list is quoted as JSON does', () => {
  for (const texts of [[], ['a'], ['a', '"', 'é']]) assert.equal(quoteAll(texts), JSON.stringify(texts));
});

test('a timestamp is what Date makes of it, whatever came before', () => {
  const timestamps = new Timestamps();

  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 3000 }), (at, later) => {
      assert.equal(timestamps.text(at), new Date(at).toISOString());
      assert.equal(timestamps.text(at + later), new Date(at + later).toISOString());
    }),
  );
});

test('milliseconds keep three decimals', () => {
  assert.equal(milliseconds(312.3456789), 312.346);
  assert.equal(milliseconds(0), 0);
});

test('only what is too long is cut', () => {
  assert.equal(cut('abc', 3), 'abc');
  assert.equal(cut('abcd', 3), 'abc…');
});
