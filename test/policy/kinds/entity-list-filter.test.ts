import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { entityListFilter, entityListSettings } from '../../../src/policy/kinds/entity-list-filter.ts';
import { evidence } from '../../support/chains.ts';
import { assertInvariant, cuts } from '../../support/cuts.ts';

const message = 'a name on the list of blocked entities is not allowed here';
const names = { blocked_entities: ['Acme Corp', 'Jane Roe'] };

const cases: readonly (readonly [settings: object, text: string, left: string, denied?: string])[] = [
  [names, 'call ACME corp', 'call ', message],
  [names, 'call Acme', 'call Acme'],
  [{ ...names, action: 'redact' }, 'Jane  Roe of acme corp.', '[ENTITY] of [ENTITY].'],
  [{ ...names, action: 'redact' }, 'Jayne Roe', 'Jayne Roe'],
  [{ ...names, action: 'redact', fuzzy_matching: true }, 'Jayne Roe', '[ENTITY]'],
];

for (const [settings, text, left, denied] of cases) {
  test(`${JSON.stringify(settings)}: ${text}`, () => {
    const policy = entityListFilter.create(entityListSettings.parse(settings), { holdBackLimit: 512 });
    const open = () => {
      const guard = policy.guard?.({ direction: 'request', role: 'user' }, evidence());
      assert.ok(guard);
      return guard;
    };
    const whole = enforceWhole(open(), text);

    assert.deepEqual([whole.text, whole.denied], [left, denied]);
    for (const pieces of cuts(text)) assertInvariant(open, pieces, whole);
  });
}

test('an empty list looks for nothing, and says so', () => {
  const empty = entityListSettings.parse({});

  assert.deepEqual(Object.keys(entityListFilter.create(empty, { holdBackLimit: 512 })), ['kind']);
  assert.deepEqual(entityListFilter.notices?.(empty), ['blocked_entities is empty: nothing is looked for']);
});
