import assert from 'node:assert/strict';
import test from 'node:test';
import {
  EventRecorder,
  type EventResult,
  type EventWriter,
  type KubeEvent,
} from '../../../src/kube/events/event-recorder.ts';

const event = (name: string, note = 'said'): KubeEvent => ({
  about: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name },
  type: 'Warning',
  reason: 'PolicyConfigInvalid',
  action: 'Validate',
  note,
});

/** A recorder before a cluster that takes everything, or nothing. */
function recording(options: { readonly isBroken?: boolean; readonly isForgetful?: boolean } = {}) {
  const created: string[] = [];
  const repeated: number[] = [];
  const results: EventResult[] = [];
  const time = { now: 1_000_000 };
  const writer: EventWriter = {
    async create({ about }) {
      if (options.isBroken === true) throw new Error('no');
      created.push(about.name);
    },
    async repeat(_event, _name, { count }) {
      repeated.push(count);
      return options.isForgetful !== true;
    },
  };
  const recorder = new EventRecorder({
    writer,
    now: () => time.now,
    onResult: (result) => results.push(result),
  });
  return { recorder, created, repeated, results, time };
}

test('the same about the same object is one Event, and its repetitions are counted once a minute', async () => {
  const { recorder, created, repeated, time } = recording();

  for (let left = 10; left > 0; left -= 1) recorder.record(event('policy'));
  await recorder.settled();
  time.now += 60_000;
  recorder.record(event('policy'));
  await recorder.settled();

  assert.deepEqual(created, ['policy']);
  assert.deepEqual(repeated, [11]);
});

test('another object, or another message, is another Event', async () => {
  const { recorder, created } = recording();

  for (const one of [event('a'), event('b'), event('a', 'other')]) recorder.record(one);
  await recorder.settled();

  assert.deepEqual(created, ['a', 'b', 'a']);
});

test('an Event that the cluster has forgotten is written anew', async () => {
  const { recorder, created, time } = recording({ isForgetful: true });

  recorder.record(event('policy'));
  await recorder.settled();
  time.now += 60_000;
  recorder.record(event('policy'));
  await recorder.settled();

  assert.deepEqual(created, ['policy', 'policy']);
});

test('a flood is cut off, and goes on at five a second', async () => {
  const { recorder, created, results, time } = recording();

  for (let at = 0; at < 100; at += 1) recorder.record(event(`first-${at}`));
  await recorder.settled();
  const atOnce = created.length;
  time.now += 2000;
  for (let at = 0; at < 100; at += 1) recorder.record(event(`then-${at}`));
  await recorder.settled();

  assert.equal(atOnce, 50);
  assert.equal(created.length, 60);
  assert.equal(results.filter((result) => result === 'dropped').length, 140);
});

test('a cluster that takes no Events is counted and nobody else hears of it', async () => {
  const { recorder, results } = recording({ isBroken: true });

  recorder.record(event('policy'));
  await recorder.settled();

  assert.deepEqual(results, ['failed']);
});

test('what waits is bounded', async () => {
  const { recorder, results } = recording();

  for (let at = 0; at < 1000; at += 1) recorder.record(event(`policy-${at}`));
  const dropped = results.filter((result) => result === 'dropped').length;
  await recorder.settled();

  assert.equal(dropped, 1000 - 204);
});
