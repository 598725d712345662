import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { Guard } from '../../../src/policy/guard.ts';
import { foldCharacter as foldUnit, foldedCharacters } from '../../../src/policy/guards/characters.ts';
import { compileScan } from '../../../src/policy/guards/scan-guard.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { gap, plainCodes } from '../../../src/policy/terms/term-codes.ts';
import { compileTerms } from '../../../src/policy/terms/term-settings.ts';
import { foldCodePoint } from '../../../src/policy/text/fold.ts';
import { assertInvariant, cuts, cutTexts } from '../../support/cuts.ts';

const holdBackLimit = 128;

function guardOf(terms: readonly string[], edits = 0): () => Guard {
  const fuzzy = { fuzzy_matching: edits > 0, max_distance: edits };
  const open = compileScan({
    detectors: compileTerms('TERM', terms, { holdBackLimit, fuzzy }),
    holdBackLimit,
    judge: (_, sample) => ({ kind: 'rewrite', replacement: `<${sample}>` }),
  });
  return () => open();
}

const terms = ['Project Atlas', 'New York', 'New York City', 'AT&T', 'Straße', 'Ω-9', '機密'];

describe('terms are found as whole words, however they are written', () => {
  const cases: readonly (readonly [text: string, left: string])[] = [
    ['the project atlas.', 'the <project atlas>.'],
    ['PROJECT\n  ATLAS', '<PROJECT\n  ATLAS>'],
    ['project atlases', 'project atlases'],
    ['subproject atlas', 'subproject atlas'],
    ['Prоject Atlаs', '<Prоject Atlаs>'],
    ['Pro\u200bject\u00a0Atlas', '<Pro\u200bject\u00a0Atlas>'],
    ['Ｐroject Átlas', '<Ｐroject Átlas>'],
    ['𝐏roject 𝐀tlas𝐬 𝐏roject 𝐀tlas', '𝐏roject 𝐀tlas𝐬 <𝐏roject 𝐀tlas>'],
    ['in New York Citys', 'in <New York> Citys'],
    ['New York city, new york', '<New York city>, <new york>'],
    ['at&t at&tx', '<at&t> at&tx'],
    ['STRASSE straße', '<STRASSE> <straße>'],
    ['ω-9, ω-91', '<ω-9>, ω-91'],
    ['是機密的', '是<機密>的'],
  ];
  for (const [text, left] of cases) {
    test(JSON.stringify(text), () => {
      const open = guardOf(terms);
      const whole = enforceWhole(open(), text);

      assert.equal(whole.text, left);
      for (const pieces of cuts(text)) assertInvariant(open, pieces, whole);
    });
  }
});

describe('misspelt terms', () => {
  const cases: readonly (readonly [edits: number, text: string, left: string])[] = [
    [1, 'projct atlas', '<projct atlas>'],
    [1, 'my projectt atlas', 'my <projectt atlas>'],
    [1, 'prujectt atlas', 'prujectt atlas'],
    [2, 'prujectt atlas', '<prujectt atlas>'],
    [1, 'projectatlas', 'projectatlas'],
    [1, 'a project atlas x', 'a <project atlas> x'],
    [1, 'xproject atlas', '<xproject atlas>'],
    // What differs less is believed before what is longer.
    [1, 'neW yOrk citi', '<neW yOrk> citi'],
    [1, 'neW yOrx citi', '<neW yOrx> citi'],
    [1, 'neW yOrx city', '<neW yOrx city>'],
    [1, 'new yorks city', '<new yorks city>'],
    [1, 'new york cities', '<new york> cities'],
  ];
  for (const [edits, text, left] of cases) {
    test(`${edits}: ${text}`, () => {
      const open = guardOf(terms.slice(0, 3), edits);
      const whole = enforceWhole(open(), text);

      assert.equal(whole.text, left);
      for (const pieces of cuts(text)) assertInvariant(open, pieces, whole);
    });
  }
});

const words = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 3, maxLength: 7 });

test('half of a letter that follows a letter begins no term', () => {
  const open = guardOf(['Atlas']);
  const text = 'x𝐀tlas';

  for (const pieces of cuts(text)) assertInvariant(open, pieces, enforceWhole(open(), text));
});

test('one word is found where its distance is no greater, and only there', () => {
  fc.assert(
    fc.property(words, words, fc.integer({ min: 0, max: 2 }), (term, word, edits) => {
      const isFound = enforceWhole(guardOf([term], edits)(), word).findings.length > 0;

      assert.equal(isFound, distance(term, word) <= edits);
    }),
    { numRuns: 3000 },
  );
});

/** Levenshtein's distance, by the book. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of Array.from(one).entries()) {
    const above = row;
    row = [at + 1];
    for (const [index, second] of Array.from(other).entries()) {
      const replaced = (above[index] ?? 0) + (letter === second ? 0 : 1);
      row.push(Math.min(replaced, (above[index + 1] ?? 0) + 1, (row[index] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}

const texts = fc
  .array(
    fc.constantFrom(...terms, 'projct', 'New', 'York', 'a', ' ', '-', '\n', '😀', '\ud835', '\u200b', '𝐚'),
  )
  .map((parts) => parts.join(''));

test('the same is found for every way of cutting the text, and no more is withheld than the limit', () => {
  fc.assert(
    fc.property(cutTexts(texts), fc.integer({ min: 0, max: 1 }), (pieces, edits) => {
      const open = guardOf(terms, edits);
      const whole = enforceWhole(open(), pieces.join(''));

      assert.ok(assertInvariant(open, pieces, whole).mostHeld <= holdBackLimit);
    }),
    { numRuns: 800 },
  );
});

test('whatever may stand for the first character of a term is a sign of it', () => {
  const signsOf = new Map<number, Set<number>>();
  for (let unit = 0; unit < 0x10000; unit += 1) {
    const [code] = plainCodes(foldCodePoint(unit));
    if (code === undefined || code === gap) continue;
    const signs = signsOf.get(code) ?? new Set();
    signsOf.set(code, signs.add(foldUnit(unit)));
  }

  for (const [code, needed] of signsOf) {
    if (!Array.from(needed).some((sign) => sign < 0x80)) continue;
    const detectors = compileTerms('TERM', [`${String.fromCodePoint(code)}x`], {
      holdBackLimit,
      fuzzy: { fuzzy_matching: false, max_distance: 0 },
    });
    const given = detectors[0]?.search.signs ?? new Uint8Array(foldedCharacters);

    for (const sign of needed) assert.equal(given[sign], 1, `${code} by ${sign}`);
  }
});

test('what begins no term is no sign of one', () => {
  const [detector] = compileTerms('TERM', ['Project Atlas'], {
    holdBackLimit,
    fuzzy: { fuzzy_matching: false, max_distance: 0 },
  });

  assert.equal(detector?.search.signs['p'.charCodeAt(0)], 1);
  assert.equal(detector?.search.signs['q'.charCodeAt(0)], 0);
});
