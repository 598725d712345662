import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AskOutcome, Breaker, type Permit } from '../../src/upstream/breaker.ts';

function settled(breaker: Breaker, outcome: AskOutcome, now: number): Permit | undefined {
  const permit = breaker.admit(now);
  if (permit !== undefined) breaker.settle(permit, outcome, now);
  return permit;
}

function opened(now: number): Breaker {
  const breaker = new Breaker();
  for (let at = 0; at < 5; at += 1) settled(breaker, 'failure', now);
  return breaker;
}

test('five failures in a row open it for five seconds', () => {
  const breaker = opened(1000);

  assert.equal(breaker.admit(1000), undefined);
  assert.equal(breaker.admit(5999), undefined);
  assert.equal(breaker.admit(6000), 'probe');
});

test('a success in between begins the count anew, and one that says nothing does not', () => {
  const breaker = new Breaker();
  for (const outcome of ['failure', 'failure', 'failure', 'failure', 'success', 'failure', 'void'] as const)
    settled(breaker, outcome, 0);

  assert.equal(breaker.admit(0), 'normal');
  for (const outcome of ['failure', 'void', 'failure', 'failure'] as const) settled(breaker, outcome, 0);
  assert.equal(settled(breaker, 'failure', 0), 'normal');
  assert.equal(breaker.admit(0), undefined);
});

test('one probe at a time: its success closes, its failure opens again, its silence gives its turn back', () => {
  const breaker = opened(0);

  assert.equal(breaker.admit(5000), 'probe');
  assert.equal(breaker.admit(5000), undefined);
  breaker.settle('probe', 'void', 5000);
  assert.equal(settled(breaker, 'failure', 5000), 'probe');
  assert.equal(breaker.admit(9999), undefined);
  assert.equal(settled(breaker, 'success', 10_000), 'probe');
  assert.equal(breaker.admit(10_000), 'normal');
});

test('what began before the rest says nothing about it', () => {
  const breaker = new Breaker();
  const early = breaker.admit(0);
  for (let at = 0; at < 5; at += 1) settled(breaker, 'failure', 0);

  breaker.settle(early ?? 'normal', 'success', 1);

  assert.equal(breaker.admit(2), undefined);
});
