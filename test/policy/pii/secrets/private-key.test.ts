import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { insideJson } from '../../../../src/policy/guards/json-text.ts';
import type { Judge } from '../../../../src/policy/guards/judge.ts';
import { compileScan } from '../../../../src/policy/guards/scan-guard.ts';
import { enforceWhole } from '../../../../src/policy/guards/whole.ts';
import { detectors } from '../../../../src/policy/pii/entities.ts';
import { assertInvariant, cuts, cutTexts, enforceCut } from '../../../support/cuts.ts';
import { armoured, drawn } from '../../../support/drawn.ts';

const show: Judge = (entity) => ({ kind: 'rewrite', replacement: `<${entity}>` });
const open = compileScan({ detectors, holdBackLimit: 512, judge: show });

const inJson = () => insideJson(open());
const begin = (label: string) => `-----BEGIN ${label}-----`;
const line = drawn(64, 'base64');

/** A text, and what is left of it. */
type Case = readonly [name: string, text: string, left: string];

const cases: readonly Case[] = [
  ...['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'].map(
    (label): Case => [label, `a ${armoured(label, 3)} z`, 'a <PRIVATE_KEY> z'],
  ),
  ['OpenPGP', `${begin('PGP PRIVATE KEY BLOCK')}\nVersion: 1\nComment: mine\n\n${line}\n=aB3d\n-----END PGP PRIVATE KEY BLOCK-----\nz`, '<PRIVATE_KEY>\nz'],
  ['an encrypted one', `${begin('RSA PRIVATE KEY')}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n${line}\n${line}\n-----END RSA PRIVATE KEY-----`, '<PRIVATE_KEY>'],
  ['longer than what is held', `a ${armoured('RSA PRIVATE KEY', 25)}\nz`, 'a <PRIVATE_KEY>\nz'],
  ['carriage returns', `${armoured('PRIVATE KEY', 20, '\r\n')}z`, '<PRIVATE_KEY>z'],
  ['escaped line breaks', `"private_key": "${armoured('PRIVATE KEY', 20, '\\n')}\\n", "x"`, '"private_key": "<PRIVATE_KEY>\\n", "x"'],
  ['spaces for line breaks', `KEY="${armoured('PRIVATE KEY', 20, ' ')}"`, 'KEY="<PRIVATE_KEY>"'],
  ['indented', armoured('PRIVATE KEY', 20, '\n            '), '<PRIVATE_KEY>'],
  ['lines of a program', `"${armoured('PRIVATE KEY', 20, '\\n" +\n"')}";`, '"<PRIVATE_KEY>";'],
  ['narrow lines', `${begin('PRIVATE KEY')}\n${drawn(20)}\n${'abcd1234\n'.repeat(90)}-----END PRIVATE KEY-----z`, '<PRIVATE_KEY>z'],
  ['without a footer', `${begin('PRIVATE KEY')}\n${`${line}\n`.repeat(20)}`, '<PRIVATE_KEY>\n'],
  ['text after one without a footer', `${begin('PRIVATE KEY')}\n${`${line}\n`.repeat(20)}\nThat is the key, no more.`, '<PRIVATE_KEY>\n\nThat is the key, no more.'],
  ['a foreign character', `${begin('PRIVATE KEY')}\n${line}\n${line}...\nz`, '<PRIVATE_KEY>...\nz'],
  ['two in a row', `${armoured('PRIVATE KEY', 20)}\n${armoured('PRIVATE KEY', 2)}`, '<PRIVATE_KEY>\n<PRIVATE_KEY>'],
  ...[
    `${begin('PRIVATE KEY')} is how it begins, and so on`, `${begin('PRIVATE KEY')}\n...\n-----END PRIVATE KEY-----`, `${begin('PRIVATE KEY')}\n<your key here>\n`,
    begin('PRIVATE KEY'), armoured('CERTIFICATE', 3), armoured('PUBLIC KEY', 3), `----- BEGIN PRIVATE KEY -----\n${drawn(9)}`, '-----BEGIN', '-'.repeat(200),
    `${begin('PRIVATE KEY')}\nNote: what follows is no key\nbut text`,
  ].map((text): Case => [`stays: ${text.slice(0, 50)}`, text, text]),
]; // prettier-ignore

describe('a private key, cut at every place', () => {
  for (const [name, text, left] of cases) {
    test(name, () => {
      const whole = enforceWhole(open(), text);

      assert.equal(whole.text, left);
      for (const pieces of cuts(text)) assert.ok(assertInvariant(open, pieces, whole).mostHeld <= 512);
    });
  }
});

const parts = [
  begin('PRIVATE KEY'), begin('PGP PRIVATE KEY BLOCK'), '-----END PRIVATE KEY-----', '-----END ', '-----', '-', '\n', '\\n', '\\', ' ', '   ', ' '.repeat(45), '"', '.',
  line, line, `${line}\n`.repeat(9), 'abc', 'word and', 'Proc-Type: 4,ENCRYPTED\n', '=', '\u200b', 'john@example.com', '4111 1111 1111 1111',
]; // prettier-ignore

test('a key is taken out the same however its text is cut', () => {
  const texts = fc
    .array(fc.constantFrom(...parts), { maxLength: 10 })
    .map((more) => `${begin('PRIVATE KEY')}\n${more.join('')}`);
  fc.assert(
    fc.property(cutTexts(texts), (pieces) => {
      const text = pieces.join('');
      const whole = enforceWhole(open(), text);

      assert.ok(assertInvariant(open, pieces, whole).mostHeld <= 512);
      assertInvariant(open, text.split(''), whole);
    }),
    { numRuns: 1500 },
  );
});

test('nothing of a key leaves while it comes, and it is reported once', () => {
  const text = armoured('RSA PRIVATE KEY', 2000);

  const { delivered, findings } = enforceCut(open(), text.match(/[^]{1,7}/gu) ?? []);

  assert.deepEqual([...new Set(delivered)], ['', '<PRIVATE_KEY>']);
  assert.deepEqual(findings.map(({ rule, start }) => [rule, start]), [['private_key', 0]]); // prettier-ignore
});

test('a key that goes on past the limit is denied there', () => {
  const text = `a ${armoured('PRIVATE KEY', 40)}`;
  const denying = compileScan({
    detectors,
    holdBackLimit: 512,
    judge: () => ({ kind: 'deny', message: 'no' }),
  });
  let given = 0;

  const pieces = text.split('').filter(() => (given += 1) <= 520);
  const { denied, text: left } = enforceCut(denying(), pieces);

  assert.equal(denied, 'no');
  assert.equal(left, 'a ');
});

test('JSON around a key stays JSON', () => {
  const text = JSON.stringify({ key: armoured('PRIVATE KEY', 30), lines: [line, line], next: 'x' });
  const whole = enforceWhole(inJson(), text);

  assert.deepEqual(JSON.parse(whole.text), { key: '<PRIVATE_KEY>', lines: [line, line], next: 'x' });
  for (const size of [1, 3, 64]) {
    assertInvariant(inJson, text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [], whole);
  }
});

describe('a megabyte of what never ends is read once', () => {
  for (const unit of [`${begin('PRIVATE KEY')}\n`, `${begin('PRIVATE KEY')}\n${line}\n`, `${line}\n`, 'Proc-Type: 4,ENCRYPTED\n']) {
    test(JSON.stringify(unit.slice(0, 48)), () => {
      const text = `${begin('PRIVATE KEY')}\n${line}\n${unit.repeat(Math.ceil(1_000_000 / unit.length))}`;
      let read = 0;
      const counted = detectors.map((detector) => ({
        ...detector,
        tryAt: (view: Parameters<typeof detector.tryAt>[0], at: number) => {
          read += 1;
          return detector.tryAt(view, at);
        },
      }));
      const guard = compileScan({ detectors: counted, holdBackLimit: 512, judge: show })();

      enforceWhole(guard, text);

      assert.ok(read <= text.length / 4, `${read} questions`);
    });
  }
}); // prettier-ignore
