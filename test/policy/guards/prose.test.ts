import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Guard } from '../../../src/policy/guard.ts';
import { insideJson } from '../../../src/policy/guards/json-text.ts';
import { insideProse, mayHoldJson } from '../../../src/policy/guards/prose.ts';
import { compileScan } from '../../../src/policy/guards/scan-guard.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { detectors } from '../../../src/policy/pii/entities.ts';
import { assertInvariant, cuts, cutTexts } from '../../support/cuts.ts';
import { piiFragments } from '../../support/pii-texts.ts';
import { literalGuard } from '../../support/literal-guard.ts';

const redacting = compileScan({
  detectors,
  holdBackLimit: 512,
  judge: (entity) => ({ kind: 'rewrite', replacement: `<${entity}>` }),
});
const open = (): Guard => insideProse(redacting());
const openJson = (): Guard => insideJson(redacting());

type Case = readonly [what: string, text: string, left: string];

const prose: readonly Case[] = [
  ['a line break before an address', 'So: {"a":"x\\nann@example.com\\n"}', 'So: {"a":"x\\n<EMAIL>\\n"}'],
  ['a tabulator before a card', 'in ```\n{"a":"x\\t4111111111111111"}\n```', 'in ```\n{"a":"x\\t<CREDIT_CARD>"}\n```'],
  ['an escaped sign', 'say "ann\\u0040example.com"', 'say "<EMAIL>"'],
  ['in single quotes', "print('Call\\n555-123-4567')", "print('Call\\n<PHONE>')"],
  ['outside of quotes', 'CORP\\nancy@example.com', 'CORP\\<EMAIL>'],
  ['an apostrophe opens nothing', "Ann's note: DOM\\nancy@example.com", "Ann's note: DOM\\<EMAIL>"],
  ['a string ends with its line', 'a 5" pipe\nDOM\\nancy@example.com', 'a 5" pipe\nDOM\\<EMAIL>'],
  ['a path of Windows', 'in "C:\\nancy@example.com"', 'in "C:\\<EMAIL>"'],
  ['a longer path of Windows', 'in "C:\\Users\\nancy@example.com"', 'in "C:\\Users\\<EMAIL>"'],
  ['an escaped path of Windows', 'in "C:\\\\x\\nann@example.com"', 'in "C:\\\\x\\n<EMAIL>"'],
  ['a string behind a path of Windows', '"C:\\dir" "\\nann@example.com"', '"C:\\dir" "\\n<EMAIL>"'],
  ['an escaped quote', 'a "\\"\\nann@example.com\\""', 'a "\\"\\n<EMAIL>\\""'],
  ['a string in a string', 'curl -d "{\\"a\\":\\"\\\\n4111111111111111\\"}"', 'curl -d "{\\"a\\":\\"\\\\n<CREDIT_CARD>\\"}"'],
  ['half an escape at the end', 'a "ann@example.com\\u00', 'a "<EMAIL>\\u00'],
  ['nothing to find', 'a "\\n\\t\\u0041\\x \\\\" and C:\\temp', 'a "\\n\\t\\u0041\\x \\\\" and C:\\temp'],
  ['a name in braces is no document', '{name}, your card is 4111111111111111.', '{name}, your card is <CREDIT_CARD>.'],
  ['nor is what another language writes so', "{'to': '\\t4111111111111111'}", "{'to': '\\t<CREDIT_CARD>'}"],
  ['nor a brace and much space', `{${' '.repeat(70)}"a":4111111111111111}`, `{${' '.repeat(70)}"a":<CREDIT_CARD>}`],
  ['a brace alone', ' { ', ' { '],
  ['a document', ' {"card":4111111111111111}', ' {"card":"<CREDIT_CARD>"}'],
  ['a list of documents', ' [{"a":"\nann@example.com"}]', ' [{"a":"\n<EMAIL>"}]'],
  ['white space', ' \n ', ' \n '],
]; // prettier-ignore

const nested: readonly Case[] = [
  ['a line break', '{"a":"{\\"b\\":\\"\\\\nann@example.com\\"}"}', '{"a":"{\\"b\\":\\"\\\\n<EMAIL>\\"}"}'],
  ['a sign by its number', '{"a":"{\\"b\\":\\"ann\\\\u0040example.com\\"}"}', '{"a":"{\\"b\\":\\"<EMAIL>\\"}"}'],
  ['a quote', '{"a":"{\\"b\\":\\"x\\\\\\"ann@example.com\\"}"}', '{"a":"{\\"b\\":\\"x\\\\\\"<EMAIL>\\"}"}'],
  ['a backslash', '{"a":"{\\"b\\":\\"\\\\\\\\nancy@example.com\\"}"}', '{"a":"{\\"b\\":\\"\\\\\\\\<EMAIL>\\"}"}'],
  ['no escape', '{"a":"{\\"b\\":\\"\\\\x4111111111111111 ann@example.com\\"}"}', '{"a":"{\\"b\\":\\"\\\\x4111111111111111 <EMAIL>\\"}"}'],
  ['outside of the inner string', '{"a":"C\\\\nancy@example.com"}', '{"a":"C\\\\<EMAIL>"}'],
  ['a path of Windows', '{"a":"cd \\"C:\\\\nancy@example.com\\""}', '{"a":"cd \\"C:\\\\<EMAIL>\\""}'],
  ['a longer path of Windows', '{"a":"cd \\"C:\\\\Users\\\\nancy@example.com\\""}', '{"a":"cd \\"C:\\\\Users\\\\<EMAIL>\\""}'],
  ['the end of the outer string', '{"a":"\\"","b":"\\\\nancy@example.com"}', '{"a":"\\"","b":"\\\\<EMAIL>"}'],
]; // prettier-ignore

for (const [what, text, left] of prose) {
  test(`quoted strings in prose are judged decoded: ${what}`, () => {
    const whole = enforceWhole(open(), text);

    assert.equal(whole.text, left);
    for (const pieces of cuts(text)) assertInvariant(open, pieces, whole);
  });
}

for (const [what, text, left] of nested) {
  test(`a string within a string of a document is judged decoded: ${what}`, () => {
    const whole = enforceWhole(openJson(), text);

    assert.equal(whole.text, left);
    for (const pieces of cuts(text)) assertInvariant(openJson, pieces, whole);
  });
}

const parts = fc.constantFrom(
  ...piiFragments,
  '"',
  "'",
  '\\',
  '\\\\',
  '\\"',
  '\\n',
  '\\\\n',
  '\\u0040',
  '\\u00',
  'C:',
  '{',
  '[',
);
const texts = fc.array(parts, { maxLength: 12 }).map((all) => all.join(''));

test('what is decoded does not depend on how the text is cut', () => {
  fc.assert(
    fc.property(
      texts.chain((text) => fc.tuple(fc.constant(text), cutTexts(fc.constant(text)))),
      ([text, pieces]) => {
        assertInvariant(open, pieces, enforceWhole(open(), text));
        assertInvariant(openJson, pieces, enforceWhole(openJson(), text));
      },
    ),
    { numRuns: 2000 },
  );
});

test('a text that needs no decoding is enforced as by the guard alone', () => {
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(!mayHoldJson(text));
      assert.deepEqual(enforceWhole(open(), text), enforceWhole(redacting(), text));
    }),
  );
});

test('a term with the letter of an escape is found where no string says that it is one', () => {
  const text = 'in C:\\tango and "C:\\tango"';
  const whole = enforceWhole(insideProse(literalGuard({ tango: '<TERM>' })()), text);

  assert.equal(whole.text, 'in C:\\<TERM> and "C:\\<TERM>"');
});
