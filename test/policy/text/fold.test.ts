import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classes, foldCodePoint } from '../../../src/policy/text/fold.ts';
import { tokenise } from '../../../src/policy/rules/pattern.ts';

const letters: readonly (readonly [written: string, read: string])[] = [
  ['A', 'a'],
  ['_', '_'],
  ['7', '7'],
  ['É', 'e'],
  ['ｉ', 'i'],
  ['𝐢', 'i'],
  ['ⓘ', 'i'],
  ['🅸', 'i'],
  ['🇮', 'i'],
  ['ﬁ', 'fi'],
  ['Й', 'и'],
  ['가', '가'],
];

for (const [written, read] of letters) {
  test(`${written} is read as ${read}`, () => {
    const { class: kind, folded } = foldCodePoint(written.codePointAt(0) ?? 0);

    assert.equal(kind, classes.letter);
    assert.equal(String.fromCodePoint(...folded), read);
  });
}

const kinds: readonly (readonly [name: string, codePoint: number, kind: number])[] = [
  ['a zero-width space', 0x200b, classes.ignorable],
  ['a byte order mark', 0xfeff, classes.ignorable],
  ['a soft hyphen', 0xad, classes.ignorable],
  ['a right-to-left override', 0x202e, classes.ignorable],
  ['a variation selector', 0xfe0f, classes.ignorable],
  ['a tag character', 0xe0041, classes.ignorable],
  ['a combining stroke', 0x336, classes.ignorable],
  ['a control character', 0x1, classes.ignorable],
  ['a line feed', 0xa, classes.space],
  ['a no-break space', 0xa0, classes.space],
  ['a Braille blank', 0x2800, classes.space],
  ['a Hangul filler', 0x3164, classes.space],
  ['a Han character', 0x6307, classes.ideograph],
  ['a Katakana letter', 0x30d7, classes.ideograph],
  ['an emoji', 0x1f600, classes.punctuation],
  ['the half of a surrogate pair', 0xd83d, classes.punctuation],
];

for (const [name, codePoint, kind] of kinds) {
  test(`${name} is known for what it is`, () => {
    assert.equal(foldCodePoint(codePoint).class, kind);
  });
}

test('a letter of another script knows the Latin one it passes for', () => {
  assert.equal(String.fromCharCode(foldCodePoint('о'.codePointAt(0) ?? 0).lookalike), 'o');
  assert.equal(String.fromCharCode(foldCodePoint('Ѕ'.codePointAt(0) ?? 0).lookalike), 's');
  assert.equal(foldCodePoint('ж'.codePointAt(0) ?? 0).lookalike, 0);
});

const passesFor: readonly (readonly [written: string, first: string, other: string])[] = [
  ['υ', 'u', 'y'],
  ['Υ', 'y', 'y'],
  ['𝛖', 'u', 'y'],
  ['η', 'n', 'h'],
  ['Η', 'h', 'h'],
  ['ν', 'v', 'n'],
  ['Ν', 'n', 'n'],
  ['ӏ', 'l', 'i'],
  ['Ӏ', 'l', 'i'],
  ['ꓡ', 'l', 'l'],
  ['ꓲ', 'i', 'l'],
  ['Ⲟ', 'o', 'o'],
  ['ⲟ', 'o', 'o'],
  ['Ꮖ', 'i', 'i'],
  ['ꭺ', 'a', 'a'],
];

for (const [written, first, other] of passesFor) {
  test(`${written} passes for ${first} and ${other}`, () => {
    const read = foldCodePoint(written.codePointAt(0) ?? 0);

    assert.equal(String.fromCharCode(read.lookalike, read.other), first + other);
  });
}

test('what a letter folds to folds to itself', () => {
  for (let codePoint = 0; codePoint < 0x30000; codePoint += 1)
    for (const folded of foldCodePoint(codePoint).class === classes.letter
      ? foldCodePoint(codePoint).folded
      : [])
      assert.deepEqual(foldCodePoint(folded).folded, [folded], `U+${codePoint.toString(16)}`);
});

const texts: readonly (readonly [text: string, tokens: readonly string[]])[] = [
  ['Ignore  all!', ['ignore', 'all', '!']],
  ["Don't — 'you’re'", ['dont', '-', "'", 'youre']],
  ['sys_prompt 2', ['sys_prompt', '2']],
  ['<|im|>', ['<', '|', 'im', '|', '>']],
  ['忽略all指令', ['忽', '略', 'all', '指', '令']],
  ['“a”', ['"', 'a', '"']],
  [' \u200b ', []],
  ['igno\ufeffre', ['ignore']],
];

for (const [text, tokens] of texts) {
  test(`${JSON.stringify(text)} has the tokens ${tokens.join(' ')}`, () => {
    assert.deepEqual(
      tokenise(text).map(({ codes }) => String.fromCodePoint(...codes)),
      tokens,
    );
  });
}
