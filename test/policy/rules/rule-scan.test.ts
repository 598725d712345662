import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compileRules, type Rule } from '../../../src/policy/rules/compile.ts';
import { RuleScan } from '../../../src/policy/rules/rule-scan.ts';
import { cut, matchedTexts, matchesIn } from './found.ts';

const matching: readonly (readonly [pattern: string, text: string, found: readonly string[]])[] = [
  ['ignore all', 'please IGNORE  all of it', ['IGNORE  all']],
  ['ignore all', 'ignoreall, ignored all, ignore them all', []],
  ['ignor* all', 'ignoring all, ignor all', ['ignoring all', 'ignor all']],
  ['ignor* all', 'igno all', []],
  ['a ~2 d', 'a b c d', ['a b c d']],
  ['a ~2 d', 'a b c c d', []],
  ['a ~2 d', 'a. d', []],
  ['a ~~2 d', 'a. d', ['a. d']],
  ['a ~2 d', 'a a b c d', ['a b c d']],
  ['a b? c', 'a c a b c', ['a c', 'a b c']],
  ['(a|b c) d', 'a d b c d b d', ['a d', 'b c d']],
  ['a a', 'a a a', ['a a']],
  ['a a', 'a', []],
  ['a a a', 'a a', []],
  ['a a a', 'a a a', ['a a a']],
  ['"<|im|>"', 'x<|im|>y', ['<|im|>']],
  ['"<|im|>"', '<| im >', []],
  ["don't go", 'DON’T go, dont go', ['DON’T go', 'dont go']],
  ['dont go', "don't go, 'don't' go", ["don't go", "don't' go"]],
  ['system prompt', 'ѕуstеm рrоmрt', ['ѕуstеm рrоmрt']],
  ['system prompt', 'sys\u200btem\u200b prompt', ['sys\u200btem\u200b prompt']],
  ['system prompt', 'ｓｙｓｔｅｍ　ｐｒｏｍｐｔ', ['ｓｙｓｔｅｍ　ｐｒｏｍｐｔ']],
  ['system prompt', 'sys-tem prompt', []],
  ['систем* промпт', 'Системный промпт', ['Системный промпт']],
  ['忽 略 ~3 指 令', '请忽略所有指令。', ['忽略所有指令']],
  ['précédent', 'PRÉCÉDENT precedent', ['PRÉCÉDENT', 'precedent']],
];

for (const [pattern, text, found] of matching) {
  test(`${pattern} in ${JSON.stringify(text)}: ${found.length === 0 ? 'nothing' : found.join(', ')}`, () => {
    assert.deepEqual(matchedTexts(pattern, text), found);
  });
}

test('a match wider than allowed is dropped, one that is just as wide is not', () => {
  const text = `a${' '.repeat(8)}b`;

  assert.equal(matchesIn([{ id: 'one', patterns: ['a b'] }], [text], 10).length, 1);
  assert.equal(matchesIn([{ id: 'one', patterns: ['a b'] }], [text], 9).length, 0);
});

test('a scan that is begun anew knows nothing of the text before', () => {
  const set = compileRules([{ id: 'one', patterns: ['a ~4 b'] }]);
  let count = 0;
  const scan = new RuleScan(set, 100, () => (count += 1));

  scan.push('x a');
  scan.reset();
  scan.push('b a b');
  scan.end();

  assert.equal(count, 1);
});

test('a scan used for many thousand texts goes on finding each match once', () => {
  const set = compileRules([{ id: 'one', patterns: ['a ~4 b'] }]);
  let count = 0;
  const scan = new RuleScan(set, 100, () => (count += 1));

  for (let text = 0; text < 40_000; text += 1) {
    scan.reset();
    scan.push(text % 2 === 0 ? 'x a' : 'b a b');
    scan.end();
  }

  assert.equal(count, 20_000);
});

const rules: readonly Rule[] = [
  { id: 'ignore', patterns: ['(ignor*|forget) ~2 (all|above) ~~3 (instruction*|"]"|指 令)'] },
  { id: 'prompt', patterns: ['system prompt', 'systèm? ~1 ("<|"|all all) prompt*'] },
  { id: 'phrase', patterns: [], phrases: ["don't, stop!", 'игнор'] },
];
const words = [
  'ignore', 'ignoring', 'forget', 'all', 'above', 'instructions', 'instruction', 'system', 'prompt', 'don', "'", '’',
  't', ',', 'stop', '!', 'игнор', 'ѕystem', 'ａｌｌ', '指', '令', ']', '<', '|', ' ', '  ', '\n', '.', '\u200b', '\u0301',
  '😀', '\u{e0041}', '\ud83d', 'x', '7', 'a1b',
] as const; // prettier-ignore

export const scraps = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join(''));
const spaced = fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join(' '));
const texts = fc.oneof(scraps, spaced);
const cuts = fc.array(fc.nat(), { maxLength: 12 });

test('however a text is cut, the matches are those of the whole', () => {
  fc.assert(
    fc.property(texts, cuts, fc.integer({ min: 3, max: 80 }), (text, at, widest) => {
      assert.deepEqual(matchesIn(rules, cut(text, at), widest), matchesIn(rules, [text], widest));
    }),
    { numRuns: 400 },
  );
});

test('cut into single code units, the matches are those of the whole', () => {
  fc.assert(
    fc.property(texts, (text) => {
      assert.deepEqual(matchesIn(rules, text.split('')), matchesIn(rules, [text]));
    }),
  );
});

test('what is settled never is part of a later match, and stays within the widest', () => {
  const set = compileRules(rules);
  fc.assert(
    fc.property(texts, cuts, fc.integer({ min: 3, max: 60 }), (text, at, widest) => {
      let settled = 0;
      let read = 0;
      const scan = new RuleScan(set, widest, (_, start) => assert.ok(start >= settled));
      for (const piece of cut(text, at)) {
        scan.push(piece);
        read += piece.length;
        const now = scan.settled();
        assert.ok(now >= settled && now <= read && read - now <= widest + 1);
        settled = now;
      }
      scan.end();
    }),
    { numRuns: 400 },
  );
});

const holding: readonly (readonly [text: string, withheld: string])[] = [
  ['The weather is fi', ''],
  ['The weather is ign', 'ign'],
  ['The weather is ignx', ''],
  ['The weather is ignore ', 'ignore '],
  ['ignore this weather it ', ''],
  ['forget the all. Then ', 'forget the all. Then '],
  ['forget. ', ''],
  ['the ѕys', 'ѕys'],
  ['a \ud83d', '\ud83d'],
];

for (const [text, withheld] of holding) {
  test(`after ${JSON.stringify(text)} there is ${withheld === '' ? 'nothing' : JSON.stringify(withheld)} to withhold`, () => {
    const scan = new RuleScan(compileRules(rules), 500, () => undefined);

    scan.push(text);

    assert.equal(text.slice(scan.settled()), withheld);
  });
}
