import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fingerprintWith } from '../../../src/policy/fingerprint.ts';
import { restoring } from '../../../src/policy/guards/restore.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { isRestorable, Placeholders } from '../../../src/policy/placeholders.ts';
import { assertInvariant, cuts, cutTexts } from '../../support/cuts.ts';

const fingerprint = fingerprintWith('test');
const placeholders = new Placeholders();
const mail = placeholders.put('EMAIL', 'ann@example.com', fingerprint('1'));
const card = placeholders.put('CREDIT_CARD', '4111 1111 1111 1111', fingerprint('2'));
const foreign = new Placeholders().put('EMAIL', 'eve@example.com', fingerprint('3'));
const bare = (placeholder: string): string => placeholder.slice(1, -1);
const shout = bare(mail).toLowerCase();

const cases = [
  { name: 'as it was given', text: `Mail ${mail}.`, expected: 'Mail ann@example.com.' },
  { name: 'the underscore of its entity', text: `${card}!`, expected: '4111 1111 1111 1111!' },
  { name: 'twice', text: `${mail}${mail}`, expected: 'ann@example.comann@example.com' },
  { name: 'in lower case', text: `[${shout}]`, expected: 'ann@example.com' },
  { name: 'without its brackets', text: `"${bare(mail)}"`, expected: '"ann@example.com"' },
  { name: 'in bold', text: `**${bare(mail)}**`, expected: '**ann@example.com**' },
  { name: 'escaped for Markdown', text: `\\[${bare(card).replace('_', '\\_')}\\]`, expected: '4111 1111 1111 1111' },
  { name: 'with another hyphen', text: mail.replace('-', '\u2011'), expected: 'ann@example.com' },
  { name: 'with an underscore', text: mail.replace('-', '_'), expected: 'ann@example.com' },
  { name: 'in a link', text: `mailto:${bare(mail)}?subject=x`, expected: 'mailto:ann@example.com?subject=x' },
  { name: 'its closing bracket lost', text: `[${bare(mail)} and`, expected: 'ann@example.com and' },
  { name: 'one of another exchange stays', text: `${foreign} ${mail}`, expected: `${foreign} ann@example.com` },
  { name: 'another entity with its code stays', text: mail.replace('EMAIL', 'PHONE'), expected: mail.replace('EMAIL', 'PHONE') },
  { name: 'a longer code stays', text: `${bare(mail)}X`, expected: `${bare(mail)}X` },
  { name: 'a shorter code stays', text: `${bare(mail).slice(0, -1)} x`, expected: `${bare(mail).slice(0, -1)} x` },
  { name: 'prose stays', text: 'Email e-mail [EMAIL] EMAIL- \\ [x', expected: 'Email e-mail [EMAIL] EMAIL- \\ [x' },
]; // prettier-ignore

for (const { name, text, expected } of cases) {
  test(`a placeholder gives its value back: ${name}`, () => {
    const whole = enforceWhole(restoring(placeholders), text);

    assert.equal(whole.text, expected);
    for (const pieces of cuts(text)) assertInvariant(() => restoring(placeholders), pieces, whole);
  });
}

test('however a text is cut, what it gives back is the same', () => {
  const parts = fc.constantFrom(
    mail,
    card,
    foreign,
    bare(mail),
    shout,
    'EMAIL',
    '-',
    '[',
    ']',
    '\\',
    '_',
    ' ',
    'e',
    'CREDIT_',
    '\u200b',
  );
  const texts = fc.array(parts, { maxLength: 8 }).map((all) => all.join(''));
  fc.assert(
    fc.property(
      texts.chain((text) => fc.tuple(fc.constant(text), cutTexts(fc.constant(text)))),
      ([text, pieces]) => {
        const whole = enforceWhole(restoring(placeholders), text);
        const { mostHeld } = assertInvariant(() => restoring(placeholders), pieces, whole);
        assert.ok(mostHeld <= 512);
      },
    ),
    { numRuns: 3000 },
  );
});

test('the same value has the same placeholder, and no two values share one', () => {
  const made = new Placeholders();
  const all = Array.from({ length: 2000 }, (_, at) => made.put('EMAIL', `${at}`, fingerprint(`${at}`)));

  assert.equal(new Set(all).size, 2000);
  assert.equal(made.put('EMAIL', '7', fingerprint('7')), all[7]);
  for (const [at, one] of all.entries()) assert.equal(made.valueOf(bare(one)), `${at}`);
});

test('only what a JSON string holds as it is can be put back anywhere', () => {
  for (const value of ['ann@example.com', "o'brien@example.org", '+1 (555) 123-4567', 'ж@почта.рф', '\u200b'])
    assert.equal(isRestorable(value), true);
  for (const value of ['"ann b"@example.com', 'a\\b', '-----BEGIN KEY-----\nMIIE', 'a\tb', '\u0000'])
    assert.equal(isRestorable(value), false);
});
