import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { dead, root, TermStates } from '../../../src/policy/terms/term-states.ts';

/** By how many letters the text differs from the nearest term, as far as the states can tell; -1 past their limit. */
function editsOf(states: TermStates, text: string): number {
  let state = root;
  for (const character of text) state = states.after(state, states.columnOf(character.codePointAt(0) ?? 0));
  return states.editsAt(state);
}

function isLetter(character: string): boolean {
  return /\p{L}/u.test(character);
}

/** By the book: letters are inserted, deleted and replaced, anything else has to be the same. */
function distance(term: string, text: string): number {
  let row = [0];
  for (const letter of text) row.push(isLetter(letter) ? (row.at(-1) ?? 0) + 1 : Number.POSITIVE_INFINITY);
  for (const own of term) {
    const above = row;
    const skipped = isLetter(own) ? 1 : Number.POSITIVE_INFINITY;
    row = [(above[0] ?? 0) + skipped];
    for (const [index, letter] of Array.from(text).entries()) {
      const mayDiffer = isLetter(own) && isLetter(letter) ? 1 : Number.POSITIVE_INFINITY;
      const replaced = (above[index] ?? 0) + (own === letter ? 0 : mayDiffer);
      const added = isLetter(letter) ? 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(replaced, (above[index + 1] ?? 0) + skipped, (row[index] ?? 0) + added));
    }
  }
  return row.at(-1) ?? 0;
}

const written = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', '&', '-', 'ж'),
  minLength: 1,
  maxLength: 9,
});

test('the distance to the nearest of many terms is that of the book', () => {
  fc.assert(
    fc.property(
      fc.array(written, { minLength: 1, maxLength: 70 }),
      fc.array(written, { maxLength: 6 }),
      fc.integer({ min: 0, max: 4 }),
      (terms, texts, edits) => {
        const states = new TermStates(terms, edits);
        for (const text of [...texts, ...terms.slice(0, 2)]) {
          const nearest = Math.min(...terms.map((term) => distance(term, text)));

          assert.equal(editsOf(states, text), nearest <= edits ? nearest : -1, JSON.stringify([terms, text]));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('terms of more characters than a row has columns are told apart', () => {
  const codes = Array.from({ length: 400 }, (_, index) => String.fromCodePoint(0x4e00 + index));
  const terms = codes.map((one, index) => `${one}${codes[(index * 7 + 1) % codes.length] ?? ''}`);
  const states = new TermStates(terms, 0);

  for (const term of terms) assert.equal(editsOf(states, term), 0);
  for (const one of codes) assert.equal(editsOf(states, `${one}${one}`), -1);
});

test('states that were forgotten and made again say the same', () => {
  fc.assert(
    fc.property(
      fc.array(written, { minLength: 1, maxLength: 20 }),
      fc.array(written, { maxLength: 12 }),
      fc.integer({ min: 0, max: 2 }),
      (terms, texts, edits) => {
        const [roomy, tight] = [new TermStates(terms, edits), new TermStates(terms, edits, 1)];
        for (const text of [...texts, ...terms]) {
          assert.equal(editsOf(tight, text), editsOf(roomy, text), JSON.stringify([terms, text]));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('no text makes the states more than there is room for', () => {
  const states = new TermStates(['abcdefgh', 'bcdefgha'], 2, 1);
  const met = new Set<number>();

  for (let number = 0; number < 5000; number += 1) {
    let state = root;
    for (let rest = number; rest > 0 && state !== dead; rest = Math.trunc(rest / 8)) {
      state = states.after(state, states.columnOf('abcdefgh'.charCodeAt(rest % 8)));
      met.add(state);
    }
  }

  assert.ok(met.size <= 8, `${met.size} states`);
});
