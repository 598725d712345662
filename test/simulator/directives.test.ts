import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { directiveHelp } from '../../src/simulator/directive-help.ts';
import { readDirectives } from '../../src/simulator/directives.ts';

const cases: readonly (readonly [
  prompt: string,
  text: string,
  directives: Readonly<Record<string, unknown>>,
])[] = [
  ['hello', 'hello', {}],
  ['', '', {}],
  ['#simple words', '#simple words', {}],
  ['a#sim cut=1', 'a#sim cut=1', {}],
  ['#sim', '', {}],
  ['#sim cut=3', '', { cut: 3 }],
  ['why? #sim status=503 retry-after=2', 'why?', { status: 503, 'retry-after': 2 }],
  ['one #sim gap=5 \n two', 'one two', { gap: 5 }],
  ['#sim gap=5\r\nmore', 'more', { gap: 5 }],
  ['#sim nodone gzip=1 crlf=on usage=off', '', { nodone: true, gzip: true, crlf: true, usage: 'off' }],
  ['#sim say="two words" split=1', '', { say: 'two words', split: 1 }],
  [String.raw`#sim say="a \"b\" \\ \n c"`, '', { say: 'a "b" \\ \n c' }],
  [`#sim tool=f args='{"a": 1}'`, '', { tool: 'f', args: '{"a": 1}' }],
  ['#sim tool=f args={"a":1}', '', { tool: 'f', args: '{"a":1}' }],
  ['#sim say=""', '', { say: '' }],
  [
    '#sim cut-bytes=10 reset-bytes=0 stall-bytes=7',
    '',
    { 'cut-bytes': 10, 'reset-bytes': 0, 'stall-bytes': 7 },
  ],
];

for (const [prompt, text, directives] of cases) {
  test(`${JSON.stringify(prompt)} reads as ${JSON.stringify(directives)}`, () => {
    assert.deepEqual(readDirectives(prompt), { text, directives });
  });
}

const refusals: readonly (readonly [prompt: string, message: RegExp])[] = [
  ['#sim speed=3', /unknown directive "speed"; allowed are status, .*reasoning/],
  ['#sim please', /unknown directive "please"; allowed are/],
  ['#sim toString=1', /unknown directive "toString"/],
  ['#sim cut', /"cut" takes a whole number from 0 to 100000/],
  ['#sim cut=-1', /"cut" takes a whole number/],
  ['#sim events=100001', /"events" takes a whole number from 1 to 100000/],
  ['#sim status=200', /"status" takes a whole number from 400 to 599/],
  ['#sim cut=1 cut=2', /"cut" is given twice/],
  ['#sim say', /"say" takes a text/],
  ['#sim say="open', /cannot read the directive at "say="open"; allowed are/],
  ['#sim usage=no', /"usage" is on or off/],
  ['#sim gzip=maybe', /"gzip" takes no value/],
  ['#sim =3', /cannot read the directive at "=3"/],
];

for (const [prompt, message] of refusals) {
  test(`${JSON.stringify(prompt)} is refused`, () => {
    assert.throws(() => readDirectives(prompt), message);
  });
}

test('any text can be said', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const quoted = text.replaceAll(/["\\]/g, (character) => `\\${character}`);
      assert.deepEqual(readDirectives(`#sim say="${quoted}"`).directives, { say: text });
    }),
  );
});

test('a prompt is read or refused, and never lost', () => {
  const word = fc.oneof(fc.constantFrom(...Object.keys(directiveHelp)), fc.string());
  const pair = fc.tuple(word, word).map(([name, value]) => `${name}=${value}`);
  fc.assert(
    fc.property(fc.array(fc.oneof(word, pair)), (parts) => {
      try {
        readDirectives(`#sim ${parts.join(' ')}`);
      } catch (error) {
        assert.equal(error instanceof Error && error.name, 'Refusal');
      }
    }),
  );
});

test('a long prompt is read in linear time', () => {
  const prompt = `#sim say="${'\\"'.repeat(200_000)}" ${' '.repeat(200_000)}`;

  const begun = performance.now();
  readDirectives(prompt);

  assert.ok(performance.now() - begun < 500);
});
