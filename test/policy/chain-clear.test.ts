import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerGuards } from '../../src/policy/answer-guards.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { evidence, guarding, linked } from '../support/chains.ts';
import { literalGuard } from '../support/literal-guard.ts';
import { enforceField, screenCall } from '../support/driven.ts';

// Whole texts that a policy clears at a glance, and so spares a guard.

const cats = guarding(literalGuard({ cat: 'dog' }), 'cats');
const noDogs = guarding(literalGuard({ dog: undefined }), 'no-dogs');

function placed(...texts: readonly string[]) {
  return texts.map(
    (text) => ({ role: 'user', form: 'plain', text, path: () => 'messages[0].content' }) as const,
  );
}

function results(record: ReturnType<typeof evidence>): readonly string[] {
  return record.evaluations.map(({ policy, result }) => `${policy} ${result}`);
}

test('no guard is made for a whole text that its policy clears', async () => {
  const clearing: Policy = { ...cats, isClear: (_field, text) => !text.includes('cat'), guard: opened };
  let guards = 0;
  function opened() {
    guards += 1;
    return cats.guard?.({ direction: 'request', role: 'user' }, evidence());
  }
  const record = evidence();

  const result = await screenCall([linked(clearing)], placed('a cow', 'a cat'), record);
  const answer = enforceField(
    answerGuards([linked(clearing)], record),
    'assistant',
    'content',
    'a cow',
    'plain',
  );

  assert.deepEqual(result, { kind: 'pass', texts: ['a cow', 'a dog'], isRewritten: true });
  assert.equal(answer, 'a cow');
  assert.equal(guards, 1);
  assert.deepEqual(results(record), ['cats rewrite', 'cats allow']);
});

test('a text that a guard may change is not cleared for the policies behind it', () => {
  const looked: string[] = [];
  const behind: Policy = {
    ...noDogs,
    isClear: (_field, text) => {
      looked.push(text);
      return !text.includes('dog');
    },
  };
  const record = evidence();

  const guards = answerGuards([linked(behind), linked(cats), linked(behind)], record);

  assert.equal(enforceField(guards, 'assistant', 'content', 'a cat', 'plain'), undefined);
  assert.deepEqual(looked, ['a cat']);
  assert.equal(record.denial?.policy, 'no-dogs');
});

test('a policy that fails while it looks at a text fails as its guard would', async () => {
  const faulty: Policy = { ...cats, isClear: () => assert.fail('its own bug') };
  const record = evidence();
  const lenient = await screenCall([linked(faulty, { onError: 'allow' })], placed('cat'), record);

  assert.deepEqual(lenient, { kind: 'pass', texts: [], isRewritten: false });
  assert.deepEqual(results(record), ['cats failed']);
  assert.throws(() => screenCall([linked(faulty)], placed('cat'), evidence()), { code: 'policy_failed' });
});
