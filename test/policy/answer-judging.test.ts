import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerJudging } from '../../src/policy/answer-judging.ts';
import type { ChainedPolicy } from '../../src/policy/chained-policy.ts';
import type { Evidence } from '../../src/policy/evidence.ts';
import { brokenGuard } from '../support/broken-guard.ts';
import { evidence, guarding, linked } from '../support/chains.ts';
import { literalGuard } from '../support/literal-guard.ts';
import { denying, replacing, waiting } from '../support/waiting-policy.ts';
import { enforceField } from '../support/driven.ts';

const cats = guarding(literalGuard({ cat: 'dog' }), 'cats');
const cows = guarding(literalGuard({ cow: 'hen' }), 'cows');

/** A whole text through the passes of a chain; undefined where it is denied. */
async function enforced(
  chain: readonly ChainedPolicy[],
  text: string,
  record: Evidence,
): Promise<string | undefined> {
  const judging = new AnswerJudging(chain, record);
  const pass = (): string | undefined => enforceField(judging.guards(), 'assistant', 'p', text, 'plain');
  let out = pass();
  while (judging.isWaiting) {
    await judging.ask();
    out = pass();
  }
  return out;
}

function told({ decisions }: Evidence): readonly string[] {
  return decisions.map(({ policy, result, start, end }) => `${policy} ${result} ${start}-${end}`);
}

function results({ evaluations }: Evidence): readonly string[] {
  return evaluations.map(({ policy, result }) => `${policy} ${result}`);
}

test('a chain of which nothing waits is through in one pass', () => {
  const judging = new AnswerJudging([linked(cats)], evidence());

  assert.equal(judging.isWaiting, false);
  assert.equal(enforceField(judging.guards(), 'assistant', 'p', 'a cat', 'plain'), 'a dog');
});

test('each policy sees what the one before left, and is on record once', async () => {
  const record = evidence();
  const [first, second] = [
    waiting(replacing('dog', 'cow'), 'first'),
    waiting(replacing('hen', 'fly'), 'second'),
  ];

  const out = await enforced(
    [linked(cats), linked(first), linked(cows), linked(second), linked(cats)],
    'a cat',
    record,
  );

  assert.equal(out, 'a fly');
  assert.deepEqual(first.asked, [[{ role: 'assistant', text: 'a dog' }]]);
  assert.deepEqual(second.asked, [[{ role: 'assistant', text: 'a hen' }]]);
  assert.deepEqual(told(record).toSorted(), [
    'cats rewrite 2-5',
    'cows rewrite 2-5',
    'first rewrite 2-5',
    'second rewrite 2-5',
  ]);
  assert.deepEqual(results(record).toSorted(), [
    'cats rewrite',
    'cows rewrite',
    'first rewrite',
    'second rewrite',
  ]);
});

test('a policy that waits is not asked about what was denied before it', async () => {
  const record = evidence();
  const judge = waiting(replacing('a', 'b'));

  const out = await enforced(
    [linked(guarding(literalGuard({ cat: undefined }), 'no-cats')), linked(judge)],
    'a cat',
    record,
  );

  assert.equal(out, undefined);
  assert.deepEqual(judge.asked, []);
  assert.deepEqual(told(record), ['no-cats deny 2-5']);
});

test('a no of a policy that waits is a denial, and nothing behind it is asked', async () => {
  const record = evidence();
  const last = waiting(replacing('a', 'b'), 'last');

  const out = await enforced([linked(waiting(denying('cat'))), linked(last)], 'a cat', record);

  assert.equal(out, undefined);
  assert.deepEqual(last.asked, []);
  assert.deepEqual(record.denial, {
    kind: 'deny',
    policy: 'waits',
    message: 'not allowed',
    direction: 'answer',
  });
});

test('a text that was not there when the policy was asked does not pass', async () => {
  const judging = new AnswerJudging([linked(waiting(replacing('a', 'b')))], evidence());
  enforceField(judging.guards(), 'assistant', 'p', 'one text', 'plain');
  await judging.ask();

  assert.throws(() => enforceField(judging.guards(), 'assistant', 'p', 'another text', 'plain'), {
    code: 'policy_failed',
  });
});

test('what a call kept back is put back behind every policy, and none of them sees it', async () => {
  const record = evidence();
  const stands = record.placeholders.put('EMAIL', 'ann@example.com', record.fingerprint('x'));
  const judge = waiting(replacing('mail', 'MAIL'));

  const out = await enforced([linked(judge)], `mail to ${stands}`, record);

  assert.equal(out, 'MAIL to ann@example.com');
  assert.deepEqual(judge.asked, [[{ role: 'assistant', text: `mail to ${stands}` }]]);
});

test('a failure is on record once, whichever pass it happens in', async () => {
  const record = evidence();
  const chain = [
    linked(guarding(brokenGuard('push'), 'broken'), { onError: 'allow' }),
    linked(waiting(replacing('cat', 'dog'))),
    linked({ kind: 'rejects', judgeTexts: () => Promise.reject(new Error('no')) }, { onError: 'allow' }),
    linked(cats),
  ];

  assert.equal(await enforced(chain, 'break the cat', record), 'break the dog');
  assert.deepEqual(results(record).toSorted(), [
    'broken failed',
    'cats allow',
    'rejects failed',
    'waits rewrite',
  ]);
  assert.equal(record.failures, 2);
});
