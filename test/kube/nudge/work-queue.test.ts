import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../src/kube/clock.ts';
import { TokenBucket } from '../../../src/kube/nudge/token-bucket.ts';
import { WorkQueue } from '../../../src/kube/nudge/work-queue.ts';

/** Time goes on only while somebody waits. */
function clockFrom(start: number): Clock & { at: number } {
  return {
    at: start,
    now() {
      return this.at;
    },
    async wait(ms, signal) {
      if (signal.aborted) return;
      await Promise.resolve();
      this.at += Number.isFinite(ms) ? ms : 0;
    },
  };
}

test('a bucket lets its burst go at once, and its rate after that', async () => {
  const clock = clockFrom(0);
  const bucket = new TokenBucket(clock, 50, 100);
  const { signal } = new AbortController();
  const times: number[] = [];

  for (let index = 0; index < 200; index += 1) {
    await bucket.take(signal);
    times.push(clock.at);
  }

  assert.deepEqual([times[0], times[99]], [0, 0]);
  assert.deepEqual([times[100], Math.round(times[199] ?? 0)], [20, 2000]);
});

test('a key that is added often is worked on once, and again when it comes again', async () => {
  const clock = clockFrom(0);
  const queue = new WorkQueue(clock);
  const stop = new AbortController();
  const worked: string[] = [];
  queue.add('a', 5);
  queue.add('b', 1);
  queue.add('a', 0);

  await queue.run(
    1,
    async (key) => {
      worked.push(key);
      if (worked.length === 2) queue.add('a', 0);
      if (worked.length === 3) stop.abort();
      return 'done';
    },
    stop.signal,
  );

  assert.deepEqual(worked, ['b', 'a', 'a']);
  assert.equal(queue.size, 0);
});

test('one that is to be tried again holds up the others for as long', async () => {
  const clock = clockFrom(0);
  const queue = new WorkQueue(clock);
  const stop = new AbortController();
  const worked: string[] = [];
  queue.add('a', 0);
  queue.add('b', 1);

  await queue.run(
    1,
    async (key) => {
      worked.push(`${key} at ${clock.at}`);
      if (worked.length === 1) return { againMs: 1000 };
      if (worked.length === 3) stop.abort();
      return 'done';
    },
    stop.signal,
  );

  assert.deepEqual(worked, ['a at 0', 'b at 1000', 'a at 1000']);
});
