import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from '../support/connection.ts';
import { assertRefusal } from '../support/envelope.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { startRig, tries } from '../support/reuse-rig.ts';
import { chatAnswer, type Script } from '../support/upstream.ts';

const whole = jsonReply(chatAnswer());

/** Answers the first call; loses its connection with the next one, and is silent when that comes again. */
const answersFirst: Script = (request, connection) => {
  if (request.body.includes('first')) return connection.send(whole);
  return connection.requests > 1 ? connection.reset() : connection.closed();
};

test('a client that leaves while the call is under way again has it cancelled', async (t) => {
  const { upstream, gateway, client } = await startRig(t, answersFirst);
  client.send(post(chat('first')));
  await client.answer();
  client.send(post(chat('then')));
  await upstream.request(2);

  client.socket.destroy();

  await upstream.peerClosed(1);
  const [, call] = await gateway.calls(2);
  assert.equal(call?.['code'], 'client_closed');
  assert.equal(upstream.requests.length, 3);
});

test('a client that has left before a kept connection is lost is not asked for again', async (t) => {
  const { upstream, gateway, client } = await startRig(t, async (request, connection) => {
    if (request.body.includes('first')) return connection.send(whole);
    client.socket.destroy();
    await client.closed();
    connection.reset();
  });
  client.send(post(chat('first')));
  await client.answer();

  client.send(post(chat('then')));

  const [, call] = await gateway.calls(2);
  assert.equal(call?.['code'], 'client_closed');
  await upstream.drained();
  assert.equal(upstream.requests.length, 2);
});

test('the clock of the first byte runs on while the call is sent again', async (t) => {
  const late: Script = async (_request, connection) => {
    if (upstream.requests.length === 1) return connection.send(whole);
    await wait(700); // a provider that takes its time, twice
    await (connection.requests > 1 ? connection.reset() : connection.send(whole));
  };
  const { upstream, client } = await startRig(t, late, { more: { first_byte_timeout_seconds: 1 } });
  client.send(post(chat('hi')));
  await client.answer();

  client.send(post(chat('hi')));

  assertRefusal(await client.answer(), 504, 'upstream_timeout');
  assert.equal(upstream.requests.length, 3);
});

test('the deadline of the exchange holds for the call that is sent again', async (t) => {
  const { upstream, client } = await startRig(t, answersFirst, { providers: { deadline_seconds: 1 } });
  client.send(post(chat('first')));
  await client.answer();

  client.send(post(chat('then')));

  assert.equal((await client.answer()).status, 504);
  assert.equal(upstream.requests.length, 3);
  await upstream.peerClosed(1);
});

for (const how of ['end', 'reset'] as const) {
  test(`no call fails at a provider that drops connections of a certain age, calls or not (${how})`, async (t) => {
    const ages = new WeakMap<Connection, NodeJS.Timeout>();
    const { upstream, gateway } = await startRig(t, async (_request, connection) => {
      await connection.send(whole);
      if (ages.has(connection)) return;
      const age = setTimeout(() => connection[how](), 20 + (upstream.connections.length % 7) * 5);
      ages.set(connection, age);
    });
    const clients = await Promise.all(Array.from({ length: 8 }, () => gateway.client()));

    const statuses = await Promise.all(
      clients.map(async (client) => {
        const seen: number[] = [];
        for (let at = 0; at < 400; at += 1) {
          client.send(post(chat('hi')));
          // oxlint-disable-next-line no-await-in-loop -- a client asks one thing after the other
          seen.push((await client.answer()).status);
        }
        return seen;
      }),
    );

    assert.deepEqual(new Set(statuses.flat()), new Set([200]));
    assert.ok(upstream.connections.length > 50);
    assert.deepEqual(await tries(gateway, 3200), { 't1 success': 3200 });
  });
}
