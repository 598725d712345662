import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Guard } from '../../../src/policy/guard.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { dlpFilter, dlpSettings } from '../../../src/policy/kinds/dlp-filter.ts';
import { evidence } from '../../support/chains.ts';
import { assertInvariant, cuts } from '../../support/cuts.ts';

function guardOf(settings: object): () => Guard {
  const policy = dlpFilter.create(dlpSettings.parse(settings), { holdBackLimit: 512 });
  return () => {
    const guard = policy.guard?.({ direction: 'answer', role: 'assistant' }, evidence());
    assert.ok(guard);
    return guard;
  };
}

const own = {
  blocked_terms: ['Project Atlas'],
  detect_patterns: [{ name: 'invoice', pattern: 'INV-\\d{4}' }, 'ACC\\d{3}'],
};

describe('what is confidential is shown by its name', () => {
  const cases: readonly (readonly [settings: object, text: string, left: string])[] = [
    [own, 'PROJECT ATLAS: INV-1234, ACC123', '[TERM]: [INVOICE], [PATTERN]'],
    [{ ...own, fuzzy_matching: true }, 'projct atlas', '[TERM]'],
    [own, 'projct atlas, TOP SECRET', 'projct atlas, TOP SECRET'],
    [{ sensitivity_level: 'high' }, 'TOP SECRET//SI/NOFORN memo', '[CLASSIFICATION] memo'],
    [{ sensitivity_level: 'high' }, 'a top secret, Confidential', 'a top secret, Confidential'],
    [{ sensitivity_level: 'high' }, 'CONFIDENTIAL', 'CONFIDENTIAL'],
    [{ sensitivity_level: 'high' }, 'FOR OFFICIAL USE ONLY', '[CLASSIFICATION]'],
    [{ sensitivity_level: 'restricted' }, 'CONFIDENTIAL and NOFORN', '[CLASSIFICATION] and [CLASSIFICATION]'],
    [{ sensitivity_level: 'restricted' }, 'TLP:AMBER+STRICT.', '[CLASSIFICATION].'],
  ];
  for (const [settings, text, left] of cases) {
    test(`${JSON.stringify(settings)}: ${text}`, () => {
      const open = guardOf(settings);
      const whole = enforceWhole(open(), text);

      assert.equal(whole.text, left);
      for (const pieces of cuts(text)) assertInvariant(open, pieces, whole);
    });
  }
});

test('blocking ends the text before what was found', () => {
  const open = guardOf({ ...own, action: 'block' });
  const whole = enforceWhole(open(), 'see Project Atlas');

  assert.equal(whole.text, 'see ');
  assert.equal(whole.denied, 'confidential data (TERM) is not allowed here');
  for (const pieces of cuts('see Project Atlas')) assertInvariant(open, pieces, whole);
});

const refusals: readonly (readonly [settings: object, path: string, message: RegExp])[] = [
  [{ blocked_terms: ['EU'], fuzzy_matching: true }, 'blocked_terms.0', /too short for max_distance 1/u],
  [{ blocked_terms: ['secret'], fuzzy_matching: true, max_distance: 3 }, 'blocked_terms.0', /a third/u],
  [{ blocked_terms: ['x'.repeat(200)].concat(Array(20).fill('y'.repeat(199))), fuzzy_matching: true }, 'blocked_terms', /4000 characters/u],
  [{ blocked_terms: ['a'.repeat(40), 'b'.repeat(40)], fuzzy_matching: true, max_distance: 4 }, 'blocked_terms', /more than 62 characters in all/u],
  [{ blocked_terms: [' \u200b'] }, 'blocked_terms.0', /needs a letter/u],
  [{ detect_patterns: ['a*b'] }, 'detect_patterns.0', /./u],
]; // prettier-ignore

for (const [settings, path, message] of refusals) {
  test(`refused: ${path} ${String(message)}`, () => {
    const result = dlpSettings.safeParse(settings);

    assert.equal(result.success, false);
    assert.equal(result.error.issues[0]?.path.join('.'), path);
    assert.match(JSON.stringify(result.error.issues), message);
  });
}

test('a term that a stream cannot withhold is refused where the limit is known', () => {
  const chosen = dlpSettings.parse({ blocked_terms: ['short', 'x'.repeat(40)], detect_patterns: ['a{70}'] });

  assert.deepEqual(
    dlpFilter.problems?.(chosen, { holdBackLimit: 64 }).map(({ path }) => path),
    [
      ['detect_patterns', 0],
      ['blocked_terms', 1],
    ],
  );
});
