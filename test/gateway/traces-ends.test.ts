import assert from 'node:assert/strict';
import test from 'node:test';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunk, chunkedReply, jsonReply, streamHead } from '../support/reply-bytes.ts';
import { clients, pick, server, startTraced } from '../support/traces-rig.ts';
import { chatAnswer, chatChunk, reset, send, silence, sse } from '../support/upstream.ts';
const whole = jsonReply(chatAnswer());

const event = sse(chatChunk({ content: 'Hello there. ', model: 'served-by' }));
const finish = sse(
  chatChunk({ finishReason: 'length' }),
  chatChunk({ usage: { prompt_tokens: 7, completion_tokens: 9 } }),
  '[DONE]',
);

test('where the client leaves, its span says so and blames nobody', async (t) => {
  const { receiver, client, upstreams } = await startTraced(t, {
    scripts: [[[send(streamHead()), send(chunk(event)), silence()]]],
  });

  client.send(streamPost());
  await client.text('Hello there');
  client.socket.destroy();
  await upstreams[0]?.peerClosed(0);
  const spans = await receiver.received(2);

  assert.deepEqual(pick(server(spans), 'error.type', 'keeptrusts.aborted', 'http.response.status_code'), [
    'client_closed',
    'client',
    200,
  ]);
  const [attempt] = clients(spans);
  assert.deepEqual(pick(attempt, 'error.type', 'keeptrusts.outcome'), ['client_closed', 'void']);
  assert.deepEqual([server(spans).isError, attempt?.isError], [false, false]);
});

test('where the upstream dies in the middle, both spans have failed', async (t) => {
  const { receiver, client } = await startTraced(t, {
    scripts: [[[send(streamHead()), send(chunk(event)), reset()]]],
  });

  client.send(streamPost());
  await client.answer();
  const spans = await receiver.received(2);

  const [attempt] = clients(spans);
  for (const span of [server(spans), attempt]) {
    assert.equal(span?.attributes['error.type'], 'upstream_cut_off');
    assert.equal(span.isError, true);
  }
  assert.equal(server(spans).attributes['keeptrusts.aborted'], 'upstream');
});

for (const [what, bytes, name, code] of [
  ['an unknown path', post('{}', { path: '/nowhere?q=secret' }), 'POST', 404],
  ['a malformed call', post('{'), 'POST /v1/chat/completions', 400],
  ['the list of models', 'GET /v1/models HTTP/1.1\r\nhost: a:81\r\n\r\n', 'GET /v1/models', 200],
  ['an odd method', 'BREW /v1/models HTTP/1.1\r\nhost: a\r\n\r\n', undefined, 400],
] as const) {
  test(`${what} is one span without a child`, async (t) => {
    const { receiver, client } = await startTraced(t, { scripts: [[[send(whole)]]] });

    client.send(bytes);
    assert.equal((await client.answer()).status, code);
    if (name === undefined) return assert.equal(receiver.spans.length, 0); // refused before it is an exchange
    const spans = await receiver.received(1);

    assert.equal(spans.length, 1);
    assert.equal(server(spans).name, name);
    assert.deepEqual(pick(server(spans), 'http.response.status_code', 'error.type'), [code, undefined]);
    assert.doesNotMatch(JSON.stringify(server(spans).attributes), /secret/);
  });
}

test('probes leave no trace', async (t) => {
  const { receiver, client } = await startTraced(t, { scripts: [[[send(whole)]]] });

  client.send('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n');
  await client.answer();
  client.send(post(chat('hi')));
  await client.answer();

  assert.equal((await receiver.received(2)).filter(({ kind }) => kind === 'server').length, 1);
});

test('ten thousand events make two spans', async (t) => {
  const events = Array.from({ length: 10_000 }, (_, at) => sse(chatChunk({ content: `word${at} ` }))).join(
    '',
  );
  const { receiver, client } = await startTraced(t, {
    scripts: [[[send(chunkedReply([events, finish]))]]],
    config: { chain: ['pii-detector'] },
  });

  client.send(streamPost());
  await client.answer();
  const spans = await receiver.received(2);

  assert.equal(spans.length, 2);
  assert.ok((receiver.exports[0]?.body.length ?? 0) < 10_000);
});

test('events of one exchange have a limit', async (t) => {
  const addresses = Array.from({ length: 300 }, (_, at) => `a${at}@example.com`).join(' ');
  const { receiver, client } = await startTraced(t, {
    scripts: [[[send(whole)]]],
    config: { chain: ['pii-detector'] },
    env: { OTEL_SPAN_EVENT_COUNT_LIMIT: '20' },
  });

  client.send(post(chat(addresses)));
  await client.answer();
  const call = server(await receiver.received(2));

  assert.equal(call.events.length, 20);
  assert.equal(call.attributes['keeptrusts.decisions'], 256);
});
