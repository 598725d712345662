import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Guard } from '../../../../src/policy/guard.ts';
import { enforceWhole } from '../../../../src/policy/guards/whole.ts';
import { piiDetector } from '../../../../src/policy/kinds/pii-detector.ts';
import { formed } from '../../../../src/policy/open-guard.ts';
import { piiSettings } from '../../../../src/policy/pii/pii-settings.ts';
import { evidence } from '../../../support/chains.ts';
import { assertInvariant, cuts } from '../../../support/cuts.ts';

const policy = piiDetector.create(
  piiSettings.parse({ action: 'redact', redaction: { marker_format: 'label' } }),
  { holdBackLimit: 512 },
);

function open(form: 'plain' | 'json', whole?: string): Guard {
  const guard = policy.guard?.({ direction: 'answer', role: 'assistant' }, evidence());
  assert.ok(guard);
  return formed(guard, form, whole);
}

/** Each holds a phone number without quotes. */
const documents = [
  '{"phone": 4155550137}',
  '[{"phone":4155550137,"n":1}]',
  '{"a":{"mobile" : 4155550137}, "n": [1, 2]}',
  '{"phones": [4155550137, 2125550187]}',
  '{"ssn": 123456789}',
  '{"arguments":"{\\"phone\\": 4155550137}"}',
  '[ {"tel": 4155550137}, {"tel": 2125550187} ]',
];
/** None. */
const untouched = [
  '{"id": 4155550137}',
  '[{"id":14155550137,"count":5551234567}]',
  '{"phoneId": 4155550137}',
  '{"phone_hash": 4155550137}',
  '{"ts": 1700000000, "number": 3331234567}',
  '{"phone": null, "account": 4155550137}',
];

describe('a number without quotes', () => {
  for (const text of documents) {
    for (const form of ['plain', 'json'] as const) {
      test(`${text} as ${form} text stays JSON without it`, () => {
        const whole = enforceWhole(open(form, text), text);

        assert.doesNotMatch(whole.text, /4155550137|2125550187|123456789/u);
        JSON.parse(whole.text);
        const expected = enforceWhole(open(form), text);
        assert.equal(expected.text, whole.text);
        for (const pieces of cuts(text)) assertInvariant(() => open(form), pieces, expected);
      });
    }
  }

  for (const text of untouched) {
    test(`${text} stays`, () => {
      assert.equal(enforceWhole(open('plain', text), text).text, text);
    });
  }

  test('in a document amid prose it becomes a string', () => {
    const text = 'Here it is:\n```json\n{"phone": 4155550137, "n": 1}\n```\nand `{"id": 4155550137}`.';

    assert.equal(
      enforceWhole(open('plain', text), text).text,
      'Here it is:\n```json\n{"phone": "[PHONE]", "n": 1}\n```\nand `{"id": 4155550137}`.',
    );
  });

  test('in a string within a string amid prose it gets no quotes that end the outer one', () => {
    const text = 'So: {"arguments":"{\\"phone\\": 4155550137}"}';
    const whole = enforceWhole(open('plain', text), text);

    assert.equal(whole.text, 'So: {"arguments":"{\\"phone\\": [PHONE]}"}');
    for (const pieces of cuts(text)) assertInvariant(() => open('plain'), pieces, whole);
  });
});
