import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Guard, GuardOut } from '../../src/policy/guard.ts';
import { enforceWhole } from '../../src/policy/guards/whole.ts';
import { SupervisedGuard } from '../../src/policy/supervise.ts';
import { brokenGuard } from '../support/broken-guard.ts';
import { evidence } from '../support/chains.ts';
import { assertInvariant, cutTexts, enforceCut } from '../support/cuts.ts';
import { literalGuard } from '../support/literal-guard.ts';

interface Manner {
  readonly isShadow?: boolean;
  readonly isLenient?: boolean;
}

function supervised(guard: Guard, { isShadow = false, isLenient = false }: Manner = {}) {
  const record = evidence();
  const place = { policy: 'p', direction: 'answer', path: () => 'field', isShadow, isLenient } as const;
  return { guard: new SupervisedGuard(guard, place, record), record };
}

const literals = literalGuard({ secret: '***', abcabc: '' });
const texts = fc
  .array(fc.constantFrom('secret', 'sec', 'abc', 'a', ' ', 'x'), { maxLength: 12 })
  .map((parts) => parts.join(''));

test('a supervised guard lets go and edits what the guard does, in any pieces', () => {
  fc.assert(
    fc.property(cutTexts(texts), (pieces) => {
      const { text, denied } = enforceWhole(literals(), pieces.join(''));

      assertInvariant(() => supervised(literals()).guard, pieces, { text, denied, findings: [] });
    }),
  );
});

test('evidence is the same for any pieces', () => {
  fc.assert(
    fc.property(cutTexts(texts), (pieces) => {
      const whole = supervised(literals());
      const cut = supervised(literals());

      enforceWhole(whole.guard, pieces.join(''));
      enforceCut(cut.guard, pieces);

      assert.deepEqual(cut.record.decisions, whole.record.decisions);
      assert.ok(cut.record.decisions.every(({ result }) => result === 'rewrite'));
    }),
  );
});

test('in shadow every text leaves at once as it came', () => {
  const deny = literalGuard({ secret: undefined });
  fc.assert(
    fc.property(cutTexts(texts), fc.boolean(), (pieces, isDenying) => {
      const { guard, record } = supervised(isDenying ? deny() : literals(), { isShadow: true });

      const got = enforceCut(guard, pieces);

      assert.equal(got.text, pieces.join(''));
      assert.equal(got.mostHeld, 0);
      assert.equal(record.denial, undefined);
      assert.ok(record.decisions.every(({ result }) => result.startsWith('shadow_')));
    }),
  );
});

test('in shadow a denial is recorded once, and the guard is asked no more', () => {
  const { guard, record } = supervised(literalGuard({ secret: undefined })(), { isShadow: true });

  const got = enforceCut(guard, ['a secret', ' and a secret', '!']);

  assert.equal(got.text, 'a secret and a secret!');
  assert.deepEqual(
    record.decisions.map(({ result }) => result),
    ['shadow_deny'],
  );
});

test('a denial is evidence even where the guard found nothing to name', () => {
  const silent: Guard = { push: (_text, out) => out.deny('because'), end() {} };
  for (const isShadow of [false, true]) {
    const { guard, record } = supervised(silent, { isShadow });

    const got = enforceCut(guard, ['x', 'y']);

    assert.equal(got.text, isShadow ? 'xy' : '');
    assert.deepEqual(
      record.decisions.map(({ result, rule }) => `${result} ${rule}`),
      [isShadow ? 'shadow_deny verdict' : 'deny verdict'],
    );
    assert.equal(record.denial?.message, isShadow ? undefined : 'because');
  }
});

test('a guard that breaks stops the field, or steps aside for good', () => {
  for (const where of ['push', 'end'] as const) {
    const strict = supervised(brokenGuard(where)());
    assert.throws(() => enforceCut(strict.guard, ['a ', 'break', ' b']), { code: 'policy_failed' });
    assert.deepEqual(
      strict.record.decisions.map(({ result }) => result),
      ['failed'],
    );

    for (const manner of [{ isLenient: true }, { isShadow: true }]) {
      const { guard, record } = supervised(brokenGuard(where)(), manner);

      assert.equal(enforceCut(guard, ['a ', 'break', ' b', ' break']).text, 'a break b break');
      assert.deepEqual(
        record.decisions.map(({ result }) => result),
        ['failed'],
      );
    }
  }
});

test('edits made before a guard broke are kept', () => {
  const guard: Guard = {
    push(text: string, out: GuardOut): void {
      out.edit(0, 3, '***');
      if (text.includes('break')) throw new Error('broken');
    },
    end() {},
  };
  const { guard: lenient } = supervised(guard, { isLenient: true });

  assert.equal(enforceCut(lenient, ['abc break', ' more']).text, '*** break more');
});

test('a finding that nothing is done about is a flag', () => {
  const guard: Guard = {
    push(text: string, out: GuardOut): void {
      out.report({ rule: 'first', start: 0, end: 2, sample: 'ab' });
      out.report({ rule: 'second', start: 2, end: 4, sample: 'cd' });
      out.edit(3, 5, '');
      out.release(text.length);
    },
    end() {},
  };
  const { guard: one, record } = supervised(guard);

  enforceWhole(one, 'abcdef');

  assert.deepEqual(
    record.decisions.map(({ rule, result }) => `${rule} ${result}`),
    ['first flag', 'second rewrite'],
  );
  assert.deepEqual([...record.acted], ['p']);
});

test('a text of 100 000 matches takes no longer than its length', () => {
  const { guard, record } = supervised(literals());
  const startedAt = performance.now();

  const { text } = enforceWhole(guard, 'secret '.repeat(100_000));

  assert.equal(text, '*** '.repeat(100_000));
  assert.equal(record.findings, 100_000);
  assert.ok(performance.now() - startedAt < 5_000); // each finding against each edit takes a minute
});
