import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBodyPath } from '../../src/dialect/path.ts';
import { answerGuards } from '../../src/policy/answer-guards.ts';
import { type ChainedPolicy } from '../../src/policy/chained-policy.ts';
import type { Evidence } from '../../src/policy/evidence.ts';
import type { CallFinding, PlacedText, Policy, Role } from '../../src/policy/policy.ts';
import { brokenGuard } from '../support/broken-guard.ts';
import { evidence, guarding, linked, piiPolicy } from '../support/chains.ts';
import { literalGuard } from '../support/literal-guard.ts';
import { enforceField, screenCall } from '../support/driven.ts';

const cats = guarding(literalGuard({ cat: 'dog' }), 'cats');
const dogs = guarding(literalGuard({ dog: 'cow' }), 'dogs');
const noDogs = guarding(literalGuard({ dog: undefined }), 'no-dogs');

function flagging(findings: readonly CallFinding[]): Policy {
  return { kind: 'flags', judgeCall: () => ({ kind: 'allow', findings }) };
}

async function recordOf(
  chain: readonly ChainedPolicy[],
  ...texts: readonly (readonly [Role, string])[]
): Promise<Evidence> {
  const record = evidence();
  const placed: readonly PlacedText[] = texts.map(([role, text], at) => ({
    role,
    form: 'plain',
    text,
    path: () => `messages[${at}].content`,
  }));
  await screenCall(chain, placed, record);
  return record;
}

function results({ evaluations }: Evidence): readonly string[] {
  return evaluations.map(({ policy, result }) => `${policy} ${result}`);
}

test('what a policy made of an answer is told once, by the strongest thing it did', () => {
  const record = evidence();
  const guards = answerGuards(
    [linked(cats), linked(dogs, { enforcement: 'shadow' }), linked(noDogs)],
    record,
  );

  enforceField(guards, 'assistant', 'p', 'calm', 'plain');
  assert.deepEqual(results(record), ['cats allow', 'dogs allow', 'no-dogs allow']);
  enforceField(guards, 'assistant', 'p', 'a cat', 'plain');
  enforceField(guards, 'assistant', 'p', 'calm', 'plain');

  assert.deepEqual(results(record), ['cats rewrite', 'dogs flag', 'no-dogs deny']);
  assert.equal(record.denial?.direction, 'answer');
});

test('the first denial is the one that is told, and counts as what its policy made of the answer', () => {
  const record = evidence();
  const place = { policy: 'first', direction: 'answer', path: () => '', isShadow: false } as const;

  record.deny(place, 'one');
  record.deny({ ...place, policy: 'second' }, 'two');

  assert.deepEqual(record.denial, { kind: 'deny', policy: 'first', message: 'one', direction: 'answer' });
  assert.deepEqual(results(record), ['first deny', 'second deny']);
});

test('a decision carries where, what rule and a digest, and never the text', async () => {
  const record = await recordOf([linked(piiPolicy())], ['system', 'x'], ['user', 'mail a@b.co or c@d.co']);

  const [first, second] = record.decisions;
  const { digest, ...rest } = first ?? assert.fail();
  const place = { direction: 'request', rule: 'email', path: 'messages[1].content', start: 5, end: 11 };
  assert.deepEqual(rest, { policy: 'pii-detector', result: 'rewrite', ...place });
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.notEqual(digest, second?.digest);
  assert.ok(!JSON.stringify(record.decisions).includes('@'));
});

test('a key that may be a value itself is in no record', () => {
  const record = evidence();
  const odd = { parent: { parent: undefined, key: 'extra' }, key: 'ann "x"@example.com]' };
  const path = (): string => formatBodyPath({ parent: { parent: odd, key: 3 }, key: 'to' });
  const place = { policy: 'p', direction: 'request', path, isShadow: false } as const;

  record.find(place, 'rewrite', { rule: 'r', start: 0, end: 1, sample: 'a' });
  record.fail(place);

  assert.deepEqual(
    record.decisions.map((one) => one.path),
    ['extra.*[3].to', 'extra.*[3].to'],
  );
});

test('findings of a judge are placed in the text they are about, with their score', async () => {
  const flags = flagging([{ text: 1, rule: 'r', start: 1, end: 2, score: 0.5, sample: 'c' }]);

  const record = await recordOf(
    [linked(flags, { roles: ['user'] })],
    ['system', 'a'],
    ['user', 'b'],
    ['user', 'c'],
  );

  const [decision] = record.decisions;
  assert.equal(decision?.path, 'messages[2].content');
  assert.equal(decision?.score, 0.5);
  assert.equal(decision?.result, 'flag');
  assert.deepEqual(results(record), ['flags flag']);
  assert.equal(record.acted.size, 0);
});

test('decisions are bounded, and what goes beyond them still counts', async () => {
  const many = Array.from({ length: 400 }, () => ['user', 'cat'] as const);
  const flags = flagging(many.map((_, text) => ({ text, rule: 'r', start: 0, end: 1, sample: 'x' })));
  const failing = linked(guarding(brokenGuard('end'), 'faulty'), { onError: 'allow' });

  const record = await recordOf([linked(flags), linked(cats), failing], ...many);

  assert.equal(record.decisions.length, 256);
  assert.equal(record.findings, 800);
  assert.equal(record.failures, 400);
  assert.deepEqual([...record.acted], ['cats']);
});
