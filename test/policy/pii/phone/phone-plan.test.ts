import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { isPossibleAbroad } from '../../../../src/policy/pii/phone/phone-plan.ts';
import { homeForms, isRegion, isWrittenAtHome } from '../../../../src/policy/pii/phone/phone-regions.ts';
import { regions } from '../../../../src/policy/pii/phone/phone-table.ts';

const { resolve } = createRequire(import.meta.url);

/** A real number of each region, which another part of the same metadata gives as an example. */
const examples = z
  .record(z.string(), z.string())
  .parse(JSON.parse(readFileSync(resolve('libphonenumber-js/examples.mobile.json'), 'utf8')));
const metadata = z
  .object({ countries: z.record(z.string(), z.tuple([z.string()]).rest(z.unknown())) })
  .parse(JSON.parse(readFileSync(resolve('libphonenumber-js/metadata.min.json'), 'utf8')));

describe('numbers with a country calling code', () => {
  for (const [region, number] of Object.entries(examples)) {
    test(`the example of ${region} is possible, and not with a digit of another plan`, () => {
      const code = metadata.countries[region]?.[0] ?? '';
      const whole = `${code}${number}`;

      assert.ok(isPossibleAbroad(Number(whole), whole.length), whole);
      assert.ok(!isPossibleAbroad(Number(`999${number}`), 3 + number.length));
    });
  }

  test('lengths no country with the code has are impossible', () => {
    for (const number of ['4520123', '86400000', '331234567890', '65123456789012', '210123456', '80012345'])
      assert.ok(!isPossibleAbroad(Number(number), number.length), number);
  });

  test('a zero that is dialled at home counts for nothing', () => {
    assert.ok(isPossibleAbroad(4_402_079_460_958, 13));
    assert.ok(!isPossibleAbroad(4_412_079_460_958, 13));
  });
});

describe('numbers as they are written at home', () => {
  for (const [region, number] of Object.entries(examples)) {
    test(`the example of ${region} fits a pattern of its region`, () => {
      const [forms] = homeForms([region]);

      assert.match(number, forms?.pattern ?? /^$/u);
    });
  }

  test('the grouping decides, and the prefix', () => {
    const forms = homeForms(['DE', 'dk', 'DK']);
    const digits = { digits: '035112345', sizes: [4, 5], isTelling: false };

    assert.equal(forms.length, 2);
    assert.ok(isWrittenAtHome(forms, digits));
    assert.ok(!isWrittenAtHome(forms, { ...digits, sizes: [8, 1] }));
    assert.ok(!isWrittenAtHome(forms, { ...digits, digits: '135112345', isTelling: true }));
    assert.ok(isWrittenAtHome(forms, { digits: '50982896', sizes: [2, 2, 2, 2], isTelling: true }));
    assert.ok(!isWrittenAtHome(forms, { digits: '50982896', sizes: [2, 2, 2, 2], isTelling: false }));
    assert.ok(!isWrittenAtHome(forms, { digits: '10982896', sizes: [2, 2, 2, 2], isTelling: true }));
  });

  test('regions go by two letters in any case, and every one can be read', () => {
    assert.deepEqual(['DE', 'de', 'D', 'DEU', 'XX', '', 'D|'].map(isRegion), [
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    const names = regions.map((line) => line.slice(0, 2));
    assert.equal(homeForms(names).length, names.length);
    assert.ok(names.length > 240);
  });
});
