import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entities } from '../../src/policy/pii/entities.ts';
import { type Counts, noCounts } from './counts.ts';
import { Random } from './random.ts';
import { proveSockets } from './sockets.ts';
import { proveStream } from './streams.ts';
import { proveEveryCut, provePairs } from './texts.ts';

/** A proof that meets no value of some entity says nothing about it. */
function assertAllFound({ found }: Counts): void {
  const missing = entities.filter((entity) => found[entity.toLowerCase()] === undefined);
  assert.deepEqual(missing, []);
}

// The same as `npm run prove`, which runs it over millions.
const seed = Date.now() % 1_000_000_000;

test(`texts in pieces are enforced as whole (seed ${seed})`, () => {
  const counts = noCounts();

  provePairs(new Random(seed), 8_000, counts);

  assert.ok(counts.rewritten > 100 && counts.denied > 10, JSON.stringify(counts));
  assertAllFound(counts);
});

test('every sample of personal data is enforced however it is cut', () => {
  const counts = noCounts();

  proveEveryCut(counts);

  assert.ok(counts.rewritten > 100, JSON.stringify(counts));
  assertAllFound(counts);
});

test(`streams of every API are enforced field by field as whole (seed ${seed})`, () => {
  const counts = noCounts();
  const random = new Random(seed);

  for (let left = 400; left > 0; left -= 1) proveStream(random, counts);

  assert.ok(counts.rewritten > 100, JSON.stringify(counts));
});

test(`over sockets, in chunks and gzip, it is the same (seed ${seed})`, async (t) => {
  const counts = noCounts();

  await proveSockets(t, new Random(seed), 60, counts);

  assert.ok(counts.rewritten > 10, JSON.stringify(counts));
});
