import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { assertRefusal } from '../support/envelope.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, send, silence, startUpstream } from '../support/upstream.ts';

const body = chat('hi');
const length = Buffer.byteLength(body);
const line = 'POST /v1/chat/completions HTTP/1.1\r\n';

async function start(t: Cleanup, limits: Readonly<Record<string, number>> = {}) {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }], limits });
  return { upstream, gateway };
}

test('a client that asks first is told to go on, once its head is accepted', async (t) => {
  const { gateway, upstream } = await start(t);
  const client = await gateway.client();

  client.send(`${line}host: a\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`);
  await client.text('100 Continue');
  client.send(body);
  const answer = await client.answer();

  assert.equal(answer.status, 200);
  assert.deepEqual(answer.informational, [100]);
  assert.equal((await upstream.request(0)).body.toString(), body);
});

test('a client that asks first is not told to send what is too large', async (t) => {
  const { gateway } = await start(t, { body_bytes: 1024 });
  const client = await gateway.client();

  client.send(`${line}host: a\r\nexpect: 100-continue\r\ncontent-length: 4096\r\n\r\n`);
  const refused = await client.answer();

  assertRefusal(refused, 413, 'request_too_large');
  assert.deepEqual(refused.informational, []);
});

test('an expectation that nobody knows is refused in the one shape', async (t) => {
  const { gateway, upstream } = await start(t);
  const client = await gateway.client();

  client.send(`${line}host: a\r\nexpect: 200-ok\r\ncontent-length: ${length}\r\n\r\n${body}`);

  assertRefusal(await client.answer(), 417, 'expectation_failed');
  assert.equal(upstream.requests.length, 0);
  await gateway.calls(1);
});

test('a CONNECT behind a call under way is not taken for its answer', async (t) => {
  const upstream = await startUpstream(t, [[silence()]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] });
  const client = await gateway.client();

  await client.deliver(Buffer.concat([post(body), Buffer.from('CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n')]));
  await client.ended();

  assert.equal(client.received.length, 0);
});

for (const [what, hosts] of [
  ['two', 'host: a\r\nHost: b\r\n'],
  ['an impossible', 'host: a b\r\n'],
  ['a quoted', 'host: "a"\r\n'],
] as const) {
  test(`a request with ${what} Host is refused`, async (t) => {
    const { gateway } = await start(t);
    const client = await gateway.client();

    client.send(`${line}${hosts}content-length: ${length}\r\n\r\n${body}`);

    assertRefusal(await client.answer(), 400, 'request_malformed');
  });
}

test('what a client did wrong fills no log with stacks', async (t) => {
  const { gateway } = await start(t);
  const client = await gateway.client();

  client.send(post('['.repeat(10_000)));
  assertRefusal(await client.answer(), 400, 'request_malformed');
  await gateway.calls(1);

  assert.deepEqual(
    gateway.lines().filter(({ level }) => level === 'error'),
    [],
  );
});
