import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entityOfRule, Tally } from '../../../src/cli/eval/tally.ts';

const rules: readonly (readonly [rule: string, entity: string])[] = [
  ['email', 'EMAIL'],
  ['national_id.gb_nhs', 'NATIONAL_ID'],
  ['secret.github', 'SECRET'],
  ['person', 'PERSON'],
  ['badge.no', 'BADGE.NO'],
  ['secretary', 'SECRETARY'],
];

for (const [rule, entity] of rules) {
  test(`what the rule ${rule} finds is ${entity}`, () => {
    assert.equal(entityOfRule(rule), entity);
  });
}

test('a finding is right whatever its rule says beside the entity', () => {
  const tally = new Tally();

  tally.addSpans(
    [{ start: 4, end: 16, type: 'NATIONAL_ID_NUMBER' }],
    [{ rule: 'national_id.gb_nhs', start: 4, end: 16, sample: '' }],
  );

  assert.deepEqual(Object.fromEntries(tally.entities), {
    NATIONAL_ID: { gold: 1, found: 1, findings: 1, right: 1 },
  });
});
