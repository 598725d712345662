import assert from 'node:assert/strict';
import test from 'node:test';
import type { Connection } from '../support/connection.ts';
import { assertRefusal } from '../support/envelope.ts';
import { startRig, tries } from '../support/reuse-rig.ts';
import type { ReceivedRequest } from '../support/request-reader.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunk, chunkedReply, informational, jsonReply, streamHead } from '../support/reply-bytes.ts';
import { chatAnswer, chatChunk, gate, type Script, send, sse, type Step } from '../support/upstream.ts';

const whole = jsonReply(chatAnswer());
const events = sse(chatChunk({ content: 'Hello.' }), chatChunk({ finishReason: 'stop' }), '[DONE]');
const streamed = chunkedReply([events]);

/** Answers the first request of each connection, and does this to the next. */
function drops(...steps: readonly Step[]): Script {
  return async (request, connection) => {
    if (connection.requests === 1)
      return connection.send(request.body.includes('"stream":true') ? streamed : whole);
    // oxlint-disable-next-line no-await-in-loop -- steps follow each other
    for (const step of steps) await step(connection);
  };
}

/** Answers the first request of each connection, and drops it when so many bytes of the next have come. */
function dropsAfter(bytes: number, how: 'end' | 'reset'): Script {
  return async (request, connection) => {
    connection.dropAfter(bytes, how);
    await connection.send(request.body.includes('"stream":true') ? streamed : whole);
  };
}

const end: Step = (connection: Connection) => connection.end();
const reset: Step = (connection: Connection) => connection.reset();
const largeText = 'long '.repeat(200_000);
const half = largeText.length / 2;

const stale: Readonly<Record<string, Script>> = {
  'closes it as the call arrives': dropsAfter(1, 'end'),
  'resets it as the call arrives': dropsAfter(1, 'reset'),
  'closes it in the middle of the call': dropsAfter(half, 'end'),
  'resets it in the middle of the call': dropsAfter(half, 'reset'),
  'reads the call and closes': drops(end),
  'reads the call and resets': drops(reset),
};

for (const [what, script] of Object.entries(stale)) {
  for (const [how, isStream] of [
    ['a whole answer', false],
    ['a stream', true],
  ] as const) {
    test(`${how} comes over a new connection when the provider of a kept one ${what}`, async (t) => {
      const { upstream, gateway, client } = await startRig(t, script);
      client.send(post(chat('hi')));
      await client.answer();

      client.send(post(chat(largeText, { stream: isStream })));
      const answer = await client.answer();

      assert.equal(answer.status, 200);
      assert.equal(answer.text, isStream ? events : JSON.stringify(chatAnswer()));
      assert.equal(upstream.connections.length, 2);
      const [, call] = await gateway.calls(2);
      assert.equal(call?.['attempts'], undefined, 'more than one attempt');
      assert.deepEqual(await tries(gateway, 2), { 't1 success': 2 });
    });
  }
}

function headOf(request: ReceivedRequest | undefined): string {
  return String(request?.head).replace(/^connection: .*\r\n/m, '');
}

test('the call is sent again byte for byte', async (t) => {
  const { upstream, client } = await startRig(t, drops(reset));
  client.send(post(chat('hi')));
  await client.answer();

  client.send(post(chat(largeText)));
  await client.answer();

  const [, first, again] = upstream.requests;
  assert.equal(upstream.requests.length, 3);
  assert.ok((first?.body.length ?? 0) > largeText.length);
  assert.deepEqual(again?.body, first?.body);
  assert.equal(headOf(again), headOf(first));
});

test('where the new connection is lost too, that is one failed attempt, and the next target answers', async (t) => {
  let answered = 0;
  const script: Script = (_request, connection) =>
    answered++ === 0 ? connection.send(whole) : connection.end();
  const { upstreams, gateway, client } = await startRig(t, script, { second: [[send(whole)]] });
  client.send(post(chat('hi')));
  await client.answer();

  client.send(post(chat('hi')));
  const answer = await client.answer();

  assert.equal(answer.headers['x-keeptrusts-target'], 't2');
  assert.deepEqual(
    upstreams.map(({ requests }) => requests.length),
    [3, 1],
  );
  const [, call] = await gateway.calls(2);
  assert.equal(call?.['attempts'], 2);
  assert.deepEqual(await tries(gateway, 2), { 't1 success': 1, 't1 failure': 1, 't2 success': 1 });
});

for (const [how, step] of Object.entries({ closed: end, reset })) {
  test(`a new connection that is ${how} before an answer is a failed attempt`, async (t) => {
    const { upstream, client } = await startRig(t, [[step]]);

    client.send(post(chat('hi')));

    assertRefusal(await client.answer(), 502, 'upstream_cut_off');
    assert.equal(upstream.requests.length, 1);
  });
}

const begun: Readonly<Record<string, Buffer>> = {
  'one byte of it': whole.subarray(0, 1),
  'half of its head': whole.subarray(0, 40),
  'its head': streamHead(),
  'half of its body': whole.subarray(0, -5),
  'an informational head': informational(103),
  'a stream without content': Buffer.concat([streamHead(), chunk(': hi\n\n')]),
};

for (const [what, bytes] of Object.entries(begun)) {
  test(`an answer of which there was ${what} on a kept connection is not asked for again`, async (t) => {
    const { upstream, client } = await startRig(t, drops(send(bytes), end));
    client.send(post(chat('hi')));
    await client.answer();

    client.send(streamPost());

    assertRefusal(await client.answer(), 502, 'upstream_cut_off');
    assert.equal(upstream.requests.length, 2);
  });
}

test('fifty calls at once on connections that are all stale are all answered', async (t) => {
  const allThere = gate();
  const { upstream, gateway } = await startRig(t, async (_request, connection) => {
    if (connection.requests > 1) return connection.reset();
    // Nobody is answered before all are there: each then has a connection of its own.
    if (upstream.requests.length === 50) allThere.open();
    await allThere.opened;
    await connection.send(whole);
  });
  const clients = await Promise.all(Array.from({ length: 50 }, () => gateway.client()));
  const askAll = () => {
    for (const client of clients) client.send(post(chat('hi')));
    return Promise.all(clients.map((client) => client.answer()));
  };
  await askAll();
  const before = upstream.connections.length;

  const answers = await askAll();

  assert.equal(before, 50);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(upstream.requests.length, 150);
  assert.equal(upstream.connections.length, 100);
  assert.deepEqual(await tries(gateway, 100), { 't1 success': 100 });
});

test('what a stale connection lost is not given to another kept one', async (t) => {
  const allThere = gate();
  const { upstream, gateway, client } = await startRig(t, async (_request, connection) => {
    if (upstream.requests.length === 3) allThere.open();
    await allThere.opened;
    connection.dropAfter(1, 'reset');
    await connection.send(whole);
  });
  const clients = [client, await gateway.client(), await gateway.client()];
  for (const each of clients) each.send(post(chat('hi')));
  await Promise.all(clients.map((each) => each.answer()));

  client.send(post(chat('hi')));

  assert.equal((await client.answer()).status, 200);
  assert.equal(upstream.connections.length, 4);
  assert.deepEqual(await tries(gateway, 4), { 't1 success': 4 });
});
