import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerGuards } from '../../src/policy/answer-guards.ts';
import { Evidence } from '../../src/policy/evidence.ts';
import { fingerprintWith } from '../../src/policy/fingerprint.ts';
import type { Guard } from '../../src/policy/guard.ts';
import { guarding, linked } from '../support/chains.ts';
import { enforceField } from '../support/driven.ts';

/** A clock that runs only while a guard is at work, so that it tells exactly who took how long. */
class WorkClock {
  ms = 0;
  reads = 0;

  readonly now = (): number => {
    this.reads += 1;
    return this.ms;
  };

  /** A guard that takes so long for each character, and as long for the end, and lets everything go. */
  working(msPerChar: number, endMs = 0): () => Guard {
    return () => {
      let length = 0;
      return {
        push: (text, out) => {
          length += text.length;
          this.ms += text.length * msPerChar;
          out.release(length);
        },
        end: () => {
          this.ms += endMs;
        },
      };
    };
  }
}

function durations({ evaluations }: Evidence): Readonly<Record<string, number>> {
  return Object.fromEntries(evaluations.map(({ policy, durationMs }) => [policy, durationMs]));
}

test('of a whole answer each policy is told its own time, and not that of those after it', () => {
  const clock = new WorkClock();
  const evidence = new Evidence(fingerprintWith('test'), clock.now);
  const chain = [guarding(clock.working(2, 5), 'slow'), guarding(clock.working(0.5, 1), 'quick')];

  enforceField(
    answerGuards(
      chain.map((policy) => linked(policy)),
      evidence,
    ),
    'assistant',
    'p',
    'ten chars.',
    'plain',
  );

  assert.deepEqual(durations(evidence), { slow: 25, quick: 6 });
});

test('of a stream the time of all pieces is reckoned from a few of them', () => {
  const clock = new WorkClock();
  const evidence = new Evidence(fingerprintWith('test'), clock.now);
  const chain = [guarding(clock.working(2), 'slow'), guarding(clock.working(0.5), 'quick')];
  const guard = answerGuards(
    chain.map((policy) => linked(policy)),
    evidence,
  ).open('assistant', 'p', 'plain');
  const out = { release() {}, edit() {}, report() {}, deny() {} };

  for (let piece = 0; piece < 1000; piece += 1) guard?.push(`${'x'.repeat(piece % 7)}.`, out);
  guard?.end(out);

  assert.deepEqual(durations(evidence), { slow: clock.ms * 0.8, quick: clock.ms * 0.2 });
  assert.ok(clock.reads < 40, `${clock.reads} readings of the clock for 1000 pieces`);
});

test('a policy that was asked and given nothing took no time', () => {
  const evidence = new Evidence(fingerprintWith('test'), () => 0);
  answerGuards([linked(guarding(new WorkClock().working(1), 'idle'))], evidence).open(
    'assistant',
    'p',
    'plain',
  );

  assert.deepEqual(durations(evidence), { idle: 0 });
});
