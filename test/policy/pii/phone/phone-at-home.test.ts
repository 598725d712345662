import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileScan } from '../../../../src/policy/guards/scan-guard.ts';
import { enforceWhole } from '../../../../src/policy/guards/whole.ts';
import { phoneOf } from '../../../../src/policy/pii/phone/phone.ts';
import { compileValues } from '../../../../src/policy/pii/search/value-search.ts';
import { assertInvariant, cuts } from '../../../support/cuts.ts';

/** The numbers of these regions need no words around them. */
const open = compileScan({
  detectors: compileValues([phoneOf(['DK', 'no', 'SG', 'DE', 'HU', 'US', 'IL'])]),
  holdBackLimit: 512,
  judge: (entity) => ({ kind: 'rewrite', replacement: `<${entity}>` }),
});

const atHome: readonly (readonly [text: string, left: string])[] = [
  ['50-98-28-96', '<PHONE>'],
  ['50-98-28-96-Office', '<PHONE>-Office'],
  ['975 97 287', '<PHONE>'],
  ['9472 7916', '<PHONE>'],
  ['0351 1234', '<PHONE>'],
  ['06 20 123 4567', '<PHONE>'],
  ['50.98.28.96', '50.98.28.96'],
  ['9472-7916', '9472-7916'],
  ['1472 7916', '1472 7916'],
  ['94727916', '94727916'],
  ['12 9472 7916', '12 9472 7916'],
  ['9472 7916 30', '9472 7916 30'],
  ['ORD-50-98-28-96', 'ORD-50-98-28-96'],
  ['2400-02-29', '2400-02-29'],
  ['370 3911', '370 3911'],
  ['2000-2900', '2000-2900'],
  ['20-10-20-24-5', '20-10-20-24-5'],
  ['20 1234 5678', '20 1234 5678'],
];

describe('PHONE of chosen regions, cut at every place', () => {
  for (const [text, left] of atHome) {
    test(text, () => {
      assert.equal(enforceWhole(open(), text).text, left);
      for (const surrounded of [text, `so ${text}`, `${text}\n`, `"${text}" `]) {
        const expected = enforceWhole(open(), surrounded);
        for (const pieces of cuts(surrounded)) assertInvariant(open, pieces, expected);
      }
    });
  }
});
