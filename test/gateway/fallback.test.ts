import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { assertRefusal, errorOf } from '../support/envelope.ts';
import { type ConfigLines, startTestGateway } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunk, chunkedReply, jsonReply, lastChunk, streamHead } from '../support/reply-bytes.ts';
import {
  chatAnswer,
  chatChunk,
  close,
  reset,
  type Script,
  send,
  sendThenClose,
  silence,
  sse,
  startUpstream,
  type Step,
} from '../support/upstream.ts';

const good = jsonReply(chatAnswer({ contents: ['from the second'] }));
const goodStream = chunkedReply([
  sse(chatChunk({ content: 'from the second' }), chatChunk({ finishReason: 'stop' }), '[DONE]'),
]);

async function start(t: TestContext, scripts: readonly Script[], providers: ConfigLines['providers'] = {}) {
  const upstreams = await Promise.all(scripts.map((script) => startUpstream(t, script)));
  const targets = upstreams.map(({ url }, at) => ({
    url,
    id: `t${at + 1}`,
    model: `m${at + 1}`,
    more: { first_byte_timeout_seconds: 1 },
  }));
  const gateway = await startTestGateway(t, { targets, providers });
  return { upstreams, gateway, client: await gateway.client() };
}

const answerOf = (status: number): readonly Step[] => [send(jsonReply({ error: { status } }, { status }))];
const whole = jsonReply(chatAnswer());
const retried: Readonly<Record<string, readonly Step[]>> = {
  'answers 408': answerOf(408),
  'answers 429': answerOf(429),
  'answers 500': answerOf(500),
  'answers 503': answerOf(503),
  'answers 529': answerOf(529),
  'closes without a word': [close()],
  resets: [reset()],
  'dies in the body': sendThenClose(whole, whole.length - 1),
  'sends garbage': [send('garbage'), close()],
  'answers in an unknown encoding': [
    send(jsonReply({}, { headers: { 'content-encoding': 'x', 'content-length': 2 } })),
  ],
  'never answers': [silence()],
  'sends an error event before content': [
    [send(streamHead()), send(chunk(sse(chatChunk({ role: 'assistant' }), { error: { code: 500 } })))],
  ].flat(),
  'ends its stream before content': [send(streamHead()), send(lastChunk)],
  'dies before the content of its stream': [send(streamHead()), send(chunk(': hi\n\n')), reset()],
};

for (const [what, steps] of Object.entries(retried)) {
  test(`where the first target ${what}, the second answers`, async (t) => {
    const { upstreams, gateway, client } = await start(t, [[steps], [[send(good)]]]);

    client.send(post(chat('hi')));
    const answer = await client.answer();

    assert.equal(answer.status, 200);
    assert.match(answer.text, /from the second/);
    assert.equal(answer.headers['x-keeptrusts-target'], 't2');
    assert.deepEqual(
      upstreams.map(({ requests }) => requests.length),
      [1, 1],
    );
    assert.match((await upstreams[1]?.request(0))?.body.toString() ?? '', /"model":"m2"/);
    const [call] = await gateway.calls(1);
    assert.equal(call?.['attempts'], 2);
  });
}

test('a target that refuses connections or has no address is passed over', async (t) => {
  const upstream = await startUpstream(t, [[send(good)]]);
  const targets = [
    { url: 'http://127.0.0.1:1', id: 'closed' },
    { url: 'http://no-such-name.invalid', id: 'nameless' },
    { url: upstream.url, id: 'open' },
  ];
  const gateway = await startTestGateway(t, { targets });
  const client = await gateway.client();

  client.send(post(chat('hi')));

  assert.equal((await client.answer()).headers['x-keeptrusts-target'], 'open');
});

for (const status of [400, 406, 409, 413, 415, 422, 451]) {
  test(`${status} is the client's own, and no other target is asked`, async (t) => {
    const { upstreams, client } = await start(t, [[answerOf(status)], [[send(good)]]]);

    client.send(post(chat('hi')));

    assert.equal((await client.answer()).status, status);
    assert.deepEqual(
      upstreams.map(({ requests }) => requests.length),
      [1, 0],
    );
  });
}

test('when every target fails the last answer passes as it came', async (t) => {
  const { client } = await start(t, [[answerOf(500)], [answerOf(429)], [answerOf(503)]]);

  client.send(post(chat('hi')));
  const answer = await client.answer();

  assert.equal(answer.status, 503);
  assert.equal(answer.text, '{"error":{"status":503}}');
  assert.equal(answer.headers['x-keeptrusts-target'], 't3');
});

test('when the last target dies its death is what the client learns', async (t) => {
  const { client } = await start(t, [[answerOf(500)], [[close()]]]);

  client.send(post(chat('hi')));

  assertRefusal(await client.answer(), 502, 'upstream_cut_off');
});

test('the strategy `single` asks the first target and no other', async (t) => {
  const { upstreams, client } = await start(t, [[answerOf(500)], [[send(good)]]], { strategy: 'single' });

  client.send(post(chat('hi')));

  assert.equal((await client.answer()).status, 500);
  assert.deepEqual(
    upstreams.map(({ requests }) => requests.length),
    [1, 0],
  );
});

test('a stream falls back before its first content, and the client sees the second only', async (t) => {
  const failing = [
    send(streamHead()),
    send(chunk(sse(chatChunk({ role: 'assistant' }), { error: { message: 'x' } }))),
    silence(),
  ];
  const { upstreams, client } = await start(t, [[failing], [[send(goodStream)]]]);

  client.send(streamPost());
  const { text } = await client.answer();

  assert.match(text, /^data: .*from the second/);
  assert.doesNotMatch(text, /error/);
  await upstreams[0]?.peerClosed(0);
});

test('after its first content a stream never falls back', async (t) => {
  const partial = sse(chatChunk({ content: 'from the first' }));
  const { upstreams, client } = await start(t, [
    [[send(streamHead()), send(chunk(partial)), close()]],
    [[send(goodStream)]],
  ]);

  client.send(streamPost());
  const { text } = await client.answer();

  assert.ok(text.startsWith(partial));
  assert.equal(errorOf(text.slice(partial.length + 'data: '.length))['code'], 'upstream_cut_off');
  assert.equal(upstreams[1]?.requests.length, 0);
});

test('a stream without content is given to the client after the time for that', async (t) => {
  const quiet = [send(streamHead()), send(chunk(': thinking\n\n')), silence()];
  const { upstreams, client } = await start(t, [[quiet], [[send(goodStream)]]], { commit_after_seconds: 1 });

  client.send(streamPost());

  await client.text(': thinking');
  assert.equal(upstreams[1]?.requests.length, 0);
});

test('a stream under another content type is given to the client after that time as well', async (t) => {
  const head = streamHead({ headers: { 'content-type': 'application/json' } });
  const quiet = [send(head), send(chunk(': thinking\n\n')), silence()];
  const { client } = await start(t, [[quiet]], { commit_after_seconds: 1 });

  client.send(streamPost());

  await client.text(': thinking');
});

test('a target is asked only for what its kind serves', async (t) => {
  const [embedder, chatter] = [
    await startUpstream(t, [[send(jsonReply({ data: [{ embedding: [1] }] }))]]),
    await startUpstream(t, [[send(good)]]),
  ];
  const targets = [
    { url: embedder.url, provider: 'openai-compatible:embedding:e', model: 'e', id: 'e' },
    { url: chatter.url, provider: 'openai-compatible:chat:c', model: 'c', id: 'c' },
  ];
  const gateway = await startTestGateway(t, { targets });
  const client = await gateway.client();

  client.send(post(chat('hi')));
  const toChat = await client.answer();
  client.send(post('{"input":"x"}', { path: '/v1/embeddings' }));
  const toEmbed = await client.answer();
  client.send(post('{"prompt":"x"}', { path: '/v1/completions' }));

  assert.equal(toChat.headers['x-keeptrusts-target'], 'c');
  assert.equal(toEmbed.headers['x-keeptrusts-target'], 'e');
  assertRefusal(await client.answer(), 503, 'no_target');
});

for (const model of ['m2', 't2']) {
  test(`a call that names ${model} goes to the target of that name first`, async (t) => {
    const { upstreams, client } = await start(t, [[[send(whole)]], [[send(good)]]]);

    client.send(post(chat('hi', { model })));

    assert.equal((await client.answer()).headers['x-keeptrusts-target'], 't2');
    assert.equal(upstreams[0]?.requests.length, 0);
  });
}
