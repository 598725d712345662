import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunkedReply, jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, chatChunk, send, sse, type Script, startUpstream } from '../support/upstream.ts';

const said = 'Ask ann@example.com.';

async function start(t: TestContext, script: Script, settings: object = {}, more: object = {}) {
  const upstream = await startUpstream(t, script);
  const gateway = await startTestGateway(t, {
    targets: [{ url: upstream.url, ...more }],
    chain: ['request-rewriter', 'pii-detector'],
    policy: {
      'request-rewriter': { system_message: said, ...settings },
      'pii-detector': { action: 'tokenize' },
    },
  });
  return { upstream, gateway, client: await gateway.client() };
}

test('every call has the message first, as later policies leave it, and the answer its values', async (t) => {
  const { upstream, client } = await start(t, async ({ body }, connection) => {
    const placeholder = /Ask (\S+)\./u.exec(body.toString())?.[1] ?? 'nobody';
    const events = sse(chatChunk({ content: placeholder }), chatChunk({ finishReason: 'stop' }), '[DONE]');
    await connection.send(chunkedReply([events]));
  });

  client.send(streamPost('hi'));
  const answer = await client.answer();
  const { body } = await upstream.request(0);

  assert.match(
    body.toString(),
    /^\{"stream_options":\{"include_usage":true\},"model":"m","messages":\[\{"role":"system","content":"Ask [^@]+\."\},\{"role":"user","content":"hi"\}\],"stream":true\}$/u,
  );
  assert.match(answer.text, /ann@example\.com/u);
  assert.equal(answer.headers['x-keeptrusts-policies'], 'request-rewriter, pii-detector');
});

test('a call without a place for it is refused, and no provider asked', async (t) => {
  const { upstream, client } = await start(t, [[send(jsonReply(chatAnswer()))]]);

  client.send(post('{"model":"m","messages":"hi"}'));
  const answer = await client.answer();

  assert.equal(answer.status, 400);
  assert.match(answer.text, /messages: expected a list/u);
  assert.equal(upstream.requests.length, 0);
});

test('in shadow a call leaves as it came, with a place for the message or without', async (t) => {
  const { upstream, client } = await start(t, [[send(jsonReply(chatAnswer()))]], { enforcement: 'shadow' });
  const bodies = [chat('hi'), '{"model":"m","messages":"hi"}'];

  for (const [at, body] of bodies.entries()) {
    client.send(post(body));
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const answer = await client.answer();

    assert.equal(answer.status, 200);
    // oxlint-disable-next-line no-await-in-loop -- one connection
    assert.equal((await upstream.request(at)).body.toString(), body);
  }
});
