import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { parseTokens, tokenLimit } from '../../src/config/client-tokens.ts';

function parse(text: string) {
  return parseTokens(Buffer.from(text));
}

const long = 'a-token-that-is-long-enough';

test('every line is a token, but blank ones and comments', () => {
  const file = parse(`\u{FEFF}# old, until Friday\r\n${long}\r\n\n  # new\n  ${long}-2  \n`);

  assert.ok(file.ok);
  assert.equal(file.tokens.size, 2);
  assert.ok(file.tokens.has(long) && file.tokens.has(`${long}-2`));
  assert.deepEqual(file.shortLines, []);
});

test('short tokens are taken and named by line', () => {
  const file = parse(`${long}\nshort\n`);

  assert.ok(file.ok);
  assert.ok(file.tokens.has('short'));
  assert.deepEqual(file.shortLines, [2]);
});

for (const [what, text, reason] of [
  ['is empty', '', /holds no token/],
  ['holds only comments', '# one\n\n', /holds no token/],
  ['has a space in a token', `${long}\nsecret one\n`, /^line 2 is not a token/],
  ['is no ASCII', 'sécret-sécret-sécret\n', /^line 1 is not a token/],
  ['is binary', '\u0000\u0001', /^line 1 is not a token/],
  ['holds too many', `${long}\n`.repeat(tokenLimit + 1), /more than 100/],
] as const) {
  test(`a file that ${what} is refused, and what it holds is not quoted`, () => {
    const file = parse(text);

    assert.ok(!file.ok);
    assert.match(file.reason, reason);
    assert.doesNotMatch(file.reason, /s.cret/);
  });
}

test('exactly the tokens of the file are let in', () => {
  const token = fc.stringMatching(/^[!-"$-~][!-~]{0,40}$/);
  fc.assert(
    fc.property(fc.uniqueArray(token, { minLength: 2, maxLength: 20 }), ([stranger = '', ...known]) => {
      const file = parse(known.join('\n'));

      assert.ok(file.ok);
      assert.ok(known.every((one) => file.tokens.has(one)));
      assert.ok(!file.tokens.has(stranger));
    }),
  );
});
