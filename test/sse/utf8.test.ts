import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Utf8Pieces } from '../../src/sse/parse.ts';

function decoded(pieces: readonly Buffer[]): string {
  const decoder = new Utf8Pieces();
  const text = pieces.map((piece) => decoder.push(piece)).join('');
  return (text + decoder.push(Buffer.from('.'))).slice(0, -1); // a sequence that never becomes whole ends there
}

// Bytes that matter: every kind of lead, continuations in and out of the ranges that leads allow, ASCII.
const bytes = fc.array(
  fc.constantFrom(0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xe2, 0xed, 0xef, 0xbb, 0xf0, 0xf1, 0xf4, 0xf5, 0xf8, 0xff), // prettier-ignore
  { maxLength: 12 },
);

test('bytes cut anywhere decode to what they decode to as a whole, valid or not', () => {
  const cut = fc.tuple(bytes, fc.array(fc.nat({ max: 12 }), { maxLength: 6 }));
  fc.assert(
    fc.property(cut, ([all, places]) => {
      const whole = Buffer.from(all);
      const ends = [0, ...places.toSorted((a, b) => a - b), whole.length];
      const pieces = ends.slice(1).map((to, at) => whole.subarray(ends[at], to));

      assert.equal(decoded(pieces), whole.toString('utf8'));
    }),
    { numRuns: 20_000 },
  );
});

test('every text cut at every byte decodes to itself', () => {
  for (const text of ['é', '€', '😀', '\ufeffa', 'a😀é€\u2028', '\u0000']) {
    const whole = Buffer.from(text);
    for (let at = 0; at <= whole.length; at += 1) {
      assert.equal(decoded([whole.subarray(0, at), whole.subarray(at)]), text);
    }
    assert.equal(decoded(Array.from(whole, (_, at) => whole.subarray(at, at + 1))), text);
  }
});

test('a sequence that is complete is not kept back', () => {
  for (const text of ['é', '€', '😀', 'a']) {
    const decoder = new Utf8Pieces();

    assert.equal(decoder.push(Buffer.from(text)), text);
    assert.equal(decoder.isWhole, true);
  }
});

test('no more than three bytes are ever kept back, and it is known when some are', () => {
  const decoder = new Utf8Pieces();
  const first = Buffer.from('a😀').subarray(0, 4);

  assert.equal(decoder.push(first), 'a');
  assert.equal(decoder.isWhole, false);
  assert.equal(decoder.push(Buffer.from([0x80])), '😀');
  assert.equal(decoder.isWhole, true);
});
