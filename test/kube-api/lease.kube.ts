import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { CoordinationV1Api } from '@kubernetes/client-node';
import { openApi } from '../../src/kube/api-access.ts';
import { Election, leaseSeconds } from '../../src/kube/lease.ts';

test('one of two replicas leads; the other follows when it is silent, or when it resigns', async (t) => {
  const api = new CoordinationV1Api(openApi({}).calls);
  const place = { namespace: 'default', name: `kt-lease-${randomUUID().slice(0, 8)}` };
  // As the chart makes it: empty.
  await api.createNamespacedLease({ namespace: place.namespace, body: { metadata: { name: place.name } } });
  t.after(() => api.deleteNamespacedLease(place));
  let at = Date.now();
  const replica = (holder: string) => new Election({ api, ...place, holder, now: () => at });
  const first = replica('first');
  const second = replica('second');
  const leaders = () => [first.isLeader, second.isLeader];

  await first.attend();
  await second.attend();
  const atFirst = leaders();
  at += leaseSeconds * 1000;
  const whileSilent = leaders();
  await second.attend();
  await first.attend();
  const after = leaders();
  await second.resign();
  await first.attend();

  assert.deepEqual(atFirst, [true, false]);
  assert.deepEqual(whileSilent, [false, false]);
  assert.deepEqual(after, [false, true]);
  assert.deepEqual(leaders(), [true, false]);
});
