import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import type { Guard } from '../../../src/policy/guard.ts';
import { compileScan } from '../../../src/policy/guards/scan-guard.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { patternDetectors } from '../../../src/policy/patterns/pattern-detector.ts';
import { compileBounded } from '../../../src/policy/patterns/user-pattern.ts';
import { assertInvariant, cuts, cutTexts } from '../../support/cuts.ts';
import { viewOf } from '../../support/views.ts';

const holdBackLimit = 64;

/** A guard that replaces what the patterns match, as the library's own engine is asked to. */
function scanFor(...patterns: readonly (readonly [source: string, limit?: number])[]): () => Guard {
  const named = patterns.map(([source, limit], index) => ({
    entity: `P${index}`,
    ...compileBounded(source, limit),
  }));
  const open = compileScan({
    detectors: patternDetectors(named),
    holdBackLimit,
    judge: (entity, sample) => ({ kind: 'rewrite', replacement: `<${entity}:${sample}>` }),
  });
  return () => open();
}

function byTheLibrary(source: string, text: string): string {
  return RE2JS.compile(source)
    .matcher(text)
    .replaceAll((sample: string) => `<P0:${sample}>`);
}

/** Patterns of every construct, over letters that the texts are made of. */
const atoms = fc.constantFrom(
  'a', 'b', 'é', '😀', '.', '(?s:.)', '[ab]', '[^a]', '\\d', '\\w', '\\W', '\\s', '\\b', '\\B', '^', '$', '\\A', '\\z',
  '(?m:^)', '(?m:$)', '(?i:a)', '(?i:k)', '(?i:É)', '[a-é]', '\\pL', '-',
); // prettier-ignore
const repeats = fc.constantFrom('', '', '', '?', '??', '{2}', '{1,3}', '{0,2}?', '{2,5}');
const patterns = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc
    .array(tie('part'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('')),
  part: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(atoms, repeats).map(([atom, times]) => `(?:${atom})${times}`) },
    { weight: 1, arbitrary: fc.tuple(tie('pattern'), tie('pattern'), repeats).map(([one, other, times]) => `(${one}|${other})${times}`) },
  ),
})).pattern; // prettier-ignore
function problemOf(source: string, limit: number | undefined): unknown {
  try {
    compileBounded(source, limit);
    return undefined;
  } catch (problem) {
    return problem;
  }
}

const usable = patterns.filter((source) => problemOf(source, undefined) === undefined && width(source) < 60);
const texts = fc
  .array(fc.constantFrom(...Array.from('aaaabbbékKſÉ1- \n😀'), '\ud83d', '\ude00'), { maxLength: 24 })
  .map((parts) => parts.join(''));

function width(source: string): number {
  return compileBounded(source, undefined).longest;
}

test('finds what the library replaces in the whole text, whatever the pattern', () => {
  fc.assert(
    fc.property(usable, texts, (source, text) => {
      assert.equal(enforceWhole(scanFor([source])(), text).text, byTheLibrary(source, text));
    }),
    { numRuns: 1000 },
  );
});

test('finds the same for every way of cutting the text, and withholds no more than the limit', () => {
  fc.assert(
    fc.property(usable, cutTexts(texts), (source, pieces) => {
      const open = scanFor([source]);
      const whole = enforceWhole(open(), pieces.join(''));

      assert.ok(assertInvariant(open, pieces, whole).mostHeld <= holdBackLimit);
    }),
    { numRuns: 1000 },
  );
});

test('of several patterns the first is believed where two begin at one place', () => {
  fc.assert(
    fc.property(usable, usable, cutTexts(texts), (first, second, pieces) => {
      const text = pieces.join('');
      const open = scanFor([first], [second]);
      const whole = enforceWhole(open(), text);
      const plain = whole.findings.map(({ start, end }) => [start, end]);

      const either = RE2JS.compile(`(?:${first})|(?:${second})`).matcher(text);
      const expected: number[][] = [];
      while (either.find()) expected.push([either.start(), either.end()]);
      assert.deepEqual(plain, expected);
      assertInvariant(open, pieces, whole);
    }),
    { numRuns: 800 },
  );
});

const conditional = /\\[bBAz]|[$^]/u;
const unlimited = patterns
  .map((source) => `${source}[ab]+(?:${source}|b*?)`)
  .filter((source) => problemOf(source, 6) === undefined && !conditional.test(source));

test('a match with max_length is the one preferred among those that are no longer', () => {
  fc.assert(
    fc.property(unlimited, cutTexts(texts.filter((text) => text.isWellFormed())), (source, pieces) => {
      const text = pieces.join('');
      const open = scanFor([source, 6]);
      const whole = enforceWhole(open(), text);

      assert.equal(whole.text, limited(source, text, 6));
      assertInvariant(open, pieces, whole);
    }),
    { numRuns: 800 },
  );
});

/** At each place in turn, what the library finds in the text cut off `limit` characters later. */
function limited(source: string, text: string, limit: number): string {
  const pattern = RE2JS.compile(source);
  let replaced = '';
  let at = 0;
  while (at < text.length) {
    const whole = text.slice(at, at + limit);
    // Half a character at the cut is none.
    const window = whole.isWellFormed() ? whole : whole.slice(0, -1);
    const matcher = pattern.matcher(window);
    const end = matcher.lookingAt() ? matcher.end() : 0;
    const size = end > 0 ? end : String.fromCodePoint(text.codePointAt(at) ?? 0).length;
    const part = text.slice(at, at + size);
    replaced += end > 0 ? `<P0:${part}>` : part;
    at += size;
  }
  return replaced;
}

describe('withholds what may become a match, and no more', () => {
  const cases: readonly (readonly [pattern: string, text: string, withheld: string])[] = [
    ['EMP-\\d{6}', 'Ask about EMP-12', 'EMP-12'],
    ['EMP-\\d{6}', 'Ask about EMP-12 and', ''],
    ['EMP-\\d{6}', 'Ask about EMP-123456', ''],
    ['EMP-\\d{4,6}', 'Ask about EMP-1234', 'EMP-1234'],
    ['\\bcat\\b', 'a cat', 'cat'],
    ['\\bcat\\b', 'concat', ''],
    ['cat$', 'a cat', 'cat'],
    ['(?i)secret', 'no Secre', 'Secre'],
    ['colou?r|colossus', 'the colo', 'colo'],
  ];
  for (const [pattern, text, withheld] of cases) {
    test(`${pattern} after "${text}"`, () => {
      let released = 0;
      const out = {
        release: (upTo: number) => void (released = upTo),
        edit: () => undefined,
        report: () => undefined,
        deny: () => undefined,
      };
      scanFor([pattern])().push(text, out);

      assert.equal(text.slice(released), withheld);
    });
  }
});

/** Long rows of few characters, and patterns that go far into them before they fail. */
const rows = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'ab', '😀', '1 ', '-'), fc.integer({ min: 1, max: 40 })), {
    maxLength: 6,
  })
  .map((parts) => parts.map(([part, times]) => part.repeat(times)).join(''));
const far = fc
  .tuple(usable, fc.constantFrom('a', '\\w', '.', '[ab]'), usable)
  .map(([head, filler, tail]) => `(?:${head})?${filler}{0,30}(?:${tail})`)
  .filter((source) => problemOf(source, undefined) === undefined && width(source) <= 60);

test('where an attempt goes far and fails, what is passed over holds no match', () => {
  fc.assert(
    fc.property(far, cutTexts(rows), (source, pieces) => {
      const text = pieces.join('');
      const open = scanFor([source]);
      const whole = enforceWhole(open(), text);

      assert.equal(whole.text, byTheLibrary(source, text));
      assertInvariant(open, pieces, whole);
    }),
    { numRuns: 600 },
  );
});

for (const source of ['[ab]{24,30}c|😀', 'a{1,30}(?:c|😀)']) {
  test(`half of a character behind a long attempt at ${source} is not passed over`, () => {
    const text = `${'a'.repeat(40)}😀`;
    const open = scanFor([source]);
    const whole = enforceWhole(open(), text);

    assert.equal(whole.findings.length, 1);
    for (const pieces of cuts(text)) assertInvariant(open, pieces, whole);
  });
}

test('a pattern with too many states to work out finds what the library finds', () => {
  const source = 'a[ab]{50}(?:x|ab{3}a)';
  // Drawn evenly: rows of one letter have few states.
  let seed = 1;
  const text = Array.from({ length: 30_000 }, () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    const drawn = (seed >> 16) % 121;
    return drawn === 0 ? 'x' : drawn % 2 === 0 ? 'a' : 'b';
  }).join('');

  const found = enforceWhole(scanFor([source])(), text);

  assert.ok(found.findings.length > 20);
  assert.equal(found.text, byTheLibrary(source, text));
});

test('a text of nothing but beginnings is not read from each of them', () => {
  const [detector] = patternDetectors([{ entity: 'P', ...compileBounded('a{1,50}b', undefined) }]);
  assert.ok(detector);
  const view = viewOf(`${'a'.repeat(5_000)}c`, { final: false });

  assert.equal(detector.tryAt(view, 0), -5_001);
});
