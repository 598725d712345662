import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compileScan } from '../../../src/policy/guards/scan-guard.ts';
import { compileSignless } from '../../../src/policy/guards/scan-rules.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { detectors } from '../../../src/policy/pii/entities.ts';
import { armoured, drawn, webToken } from '../../support/drawn.ts';

const isSignless = compileSignless(detectors);
const open = compileScan({
  detectors,
  holdBackLimit: 512,
  judge: () => ({ kind: 'rewrite', replacement: '#' }),
});

const found = [
  'jane.roe@example.com',
  'jane.roe＠example.com',
  '+1 415-555-0132',
  '４１１１ １１１１ １１１１ １１１１',
  '٤١١١١١١١١١١١١١١١',
  '078-05-1120',
  '93.142.18.77',
  '2a00::dead:beef',
  `ghp_${drawn(36)}`,
  `ＡＫＩＡ${drawn(16, 'capitals')}`,
  webToken(),
  'password=S3cret!Pw',
  'https://user:S3cret@db',
  armoured('PRIVATE KEY', 2),
  '00:1a:2b:3c:4d:5e',
  'GB29 NWBK 6016 1331 9268 19',
];

test('a text with anything in it that detectors find has a sign', () => {
  for (const value of found) {
    assert.notEqual(enforceWhole(open(), value).findings.length, 0, value);
    assert.equal(isSignless(value), false, value);
    assert.equal(isSignless(`some words, then ${value}`), false, value);
  }
});

test('prose has no sign', () => {
  assert.equal(isSignless(''), true);
  assert.equal(isSignless('A gateway does that, of any kind; "quoted", it does not!'), true);
});

test('detectors find nothing in a text without a sign', () => {
  const characters = fc.constantFrom(...Array.from('abfx@＠.:：-(+ 0７٣۴०৯\u200b\u00ad\ufeff漢ｱé\ud83d'));

  fc.assert(
    fc.property(fc.array(characters, { maxLength: 24 }), (parts) => {
      const text = parts.join('');
      if (isSignless(text)) assert.equal(enforceWhole(open(), text).findings.length, 0);
    }),
    { numRuns: 3000 },
  );
});

test('no code unit that changes a whole text of others is without a sign', () => {
  const seeds = ['jane.roe@example.com', '4111 1111 1111 1111', 'fe80::1'];
  for (let unit = 0; unit <= 0xffff; unit += 1) {
    const character = String.fromCharCode(unit);
    if (!isSignless(character)) continue;
    for (const seed of seeds) {
      const text = seed.replaceAll(/[@\d:]/g, character);
      if (isSignless(text))
        assert.equal(enforceWhole(open(), text).findings.length, 0, `U+${unit.toString(16)}`);
    }
  }
});
