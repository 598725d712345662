import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { chunkedReply, jsonReply, reply } from '../support/reply-bytes.ts';
import { chatAnswer, chatChunk, send, type Script, sse, startUpstream } from '../support/upstream.ts';

async function start(t: TestContext, script: Script, chain: readonly string[] = []) {
  const upstream = await startUpstream(t, script);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }], chain });
  return { upstream, gateway, client: await gateway.client() };
}

const oddBodies: Readonly<Record<string, string>> = {
  'unknown fields, odd spacing and key order':
    '{ "zz":1,\t"model" : "m" ,\r\n "messages":[ {"content":"hi","role":"user"} ],"x":{"y":[null,true]} }\n',
  'numbers no double can hold':
    '{"model":"m","seed":12345678901234567890123,"temperature":2.50,"top_p":1e-400,"x":-0.0,"messages":[]}',
  'escapes and characters beyond the first plane':
    '{"model":"m","messages":[{"role":"user","content":"\\u00e9\\ud83d\\ude00 é😀 \\/ \\b \\"q\\""}]}',
  'a legitimate lone surrogate escape': '{"model":"m","messages":[{"role":"user","content":"\\ud83d"}]}',
  'an empty tool list': '{"model":"m","tools":[],"n":2,"logit_bias":{"50256":-100},"messages":[]}',
};

for (const [what, body] of Object.entries(oddBodies)) {
  for (const chain of [[], ['pii-detector']]) {
    test(`a request with ${what} reaches the provider byte for byte, ${chain.length} policies`, async (t) => {
      const { upstream, client } = await start(t, [[send(jsonReply(chatAnswer()))]], chain);

      client.send(post(body));
      const answer = await client.answer();

      assert.equal(answer.status, 200);
      assert.equal((await upstream.request(0)).body.toString(), body);
    });
  }
}

test('only the model string is replaced where the target serves another', async (t) => {
  const { upstream, client } = await start(t, [[send(jsonReply(chatAnswer()))]]);

  client.send(post('{"seed":9007199254740993, "model" : "gpt-9" ,"messages":[]}'));
  await client.answer();

  const { body } = await upstream.request(0);
  assert.equal(body.toString(), '{"seed":9007199254740993, "model" : "m" ,"messages":[]}');
});

test('a missing model is filled in and nothing else is touched', async (t) => {
  const { upstream, client } = await start(t, [[send(jsonReply(chatAnswer()))]]);

  client.send(post('{ "messages":[] }'));
  await client.answer();

  assert.equal((await upstream.request(0)).body.toString(), '{"model":"m", "messages":[] }');
});

test('only the redacted string is replaced in a request', async (t) => {
  const { upstream, client } = await start(t, [[send(jsonReply(chatAnswer()))]], ['pii-detector']);
  const body =
    '{"model":"m", "seed":9007199254740993,"messages":[{"role":"user","content":"I am ann@example.com."}]}';

  client.send(post(body));
  await client.answer();

  assert.equal((await upstream.request(0)).body.toString(), body.replace('ann@example.com', '[EMAIL]'));
});

test('a stream is asked for its usage, by splice', async (t) => {
  const events = sse(chatChunk({ content: 'a' }), chatChunk({ finishReason: 'stop' }), '[DONE]');
  const { upstream, client } = await start(t, [[send(chunkedReply([events]))]]);

  client.send(post('{ "stream": true ,"model":"m","messages":[]}'));
  await client.answer();

  const { body } = await upstream.request(0);
  assert.equal(
    body.toString(),
    '{"stream_options":{"include_usage":true}, "stream": true ,"model":"m","messages":[]}',
  );
});

const oddAnswers: Readonly<Record<string, string>> = {
  'unknown fields and big numbers':
    '{ "choices" : [ {"index":0,"message":{"role":"assistant","content":"h\\u0069 \\/"} } ],"odd":12345678901234567890.10}\n',
  'an empty list of choices': '{"choices" : [\n],"usage":null}',
};

for (const [what, body] of Object.entries(oddAnswers)) {
  for (const chain of [[], ['pii-detector']]) {
    test(`an answer with ${what} reaches the client byte for byte, ${chain.length} policies`, async (t) => {
      const { client } = await start(t, [[send(reply({ body }))]], chain);

      client.send(post(chat('hi')));
      const answer = await client.answer();

      assert.equal(answer.text, body);
    });
  }
}

test('a stream that no policy changes reaches the client byte for byte', async (t) => {
  const events = [
    ': a comment\r\n\r\n',
    'event: ping\nid: 7\ndata: {"choices":[{"index":0,"delta":{"content":"h\\u0069"},"odd":1.50}]}\n\n',
    'data:{"choices":[{"index":0,"delta":{"content":"é😀"}}]}\n\n',
    'data: {"choices":[{"index":0,"delta":{"content":" there "}}]}\r\n\r\n',
    'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
    'data: [DONE]\n\n',
  ];
  const { client } = await start(t, [[send(chunkedReply(events))]], ['pii-detector']);

  client.send(post(chat('hi', { stream: true, stream_options: { include_usage: true } })));
  const answer = await client.answer();

  assert.equal(answer.text, events.join(''));
});

for (const status of [200, 201, 400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 503, 529]) {
  test(`status ${status} of a lone provider passes with its body and headers`, async (t) => {
    const error = '{"error":{"message":"of the provider","type":"x","code":null}}';
    const body = status < 300 ? '{"choices":[{"message":{"content":"hi"}}]}' : error;
    const headers = {
      'x-request-id': 'up-1',
      'retry-after': '7',
      'retry-after-ms': '7000',
      'x-should-retry': 'true',
      'x-ratelimit-remaining-tokens': '0',
      'openai-processing-ms': '12',
    };
    const bytes = reply({ status, body, headers: { ...headers, 'content-length': body.length } });
    const { client, upstream } = await start(t, [[send(bytes)]], ['pii-detector']);

    client.send(post(chat('hi')));
    const answer = await client.answer();

    assert.equal(answer.status, status);
    assert.equal(answer.text, body);
    for (const [name, value] of Object.entries(headers)) assert.equal(answer.headers[name], value);
    assert.equal(upstream.requests.length, 1);
  });
}

test('only headers on the list reach the provider', async (t) => {
  const { upstream, client } = await start(t, [[send(jsonReply(chatAnswer()))]]);
  const headers = {
    authorization: 'Bearer of-the-app',
    cookie: 'a=b',
    'proxy-authorization': 'Basic eA==',
    'proxy-connection': 'keep-alive',
    'x-forwarded-for': '10.0.0.1',
    forwarded: 'for=10.0.0.1',
    'x-api-key': 'of-the-app',
    'api-key': 'of-the-app',
    referer: 'http://a/',
    te: 'trailers',
    'x-stainless-lang': 'js',
    'accept-encoding': 'gzip, br',
    'user-agent': 'app/1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'x-request-id': 'mine-1',
    'idempotency-key': 'once',
  };

  client.send(post(chat('hi'), { headers }));
  await client.answer();

  const { headers: received } = await upstream.request(0);
  const { host: _, ...names } = received;
  assert.deepEqual(Object.keys(names).toSorted(), [
    'accept-encoding',
    'connection',
    'content-length',
    'content-type',
    'idempotency-key',
    'traceparent',
    'user-agent',
    'x-request-id',
  ]);
  assert.equal(received['accept-encoding'], 'identity');
  assert.equal(received['x-request-id'], 'mine-1');
});

test('only headers on the list reach the client', async (t) => {
  const headers = {
    'set-cookie': '__cf_bm=secret',
    server: 'cloudflare',
    'x-internal-host': '10.1.2.3',
    'strict-transport-security': 'max-age=1',
    'access-control-allow-origin': '*',
    'x-ratelimit-limit-requests': '9',
  };
  const { client } = await start(t, [[send(jsonReply(chatAnswer(), { headers: { ...headers } }))]]);

  client.send(post(chat('hi')));
  const { headers: received } = await client.answer();

  assert.deepEqual(
    Object.keys(received)
      .toSorted()
      .filter((name) => !name.startsWith('x-keeptrusts-')),
    [
      'connection',
      'content-length',
      'content-type',
      'date',
      'keep-alive',
      'x-ratelimit-limit-requests',
      'x-request-id',
    ],
  );
});

test("the target's own key is sent, whatever the app sends", async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const target = { url: upstream.url, more: { api_key: 'sk-of-the-target' } };
  const gateway = await startTestGateway(t, { targets: [target] });
  const client = await gateway.client();

  client.send(post(chat('hi'), { headers: { Authorization: 'Bearer sk-of-the-app' } }));
  await client.answer();

  const { head } = await upstream.request(0);
  assert.equal(head.toString().match(/authorization/gi)?.length, 1);
  assert.match(head.toString(), /authorization: Bearer sk-of-the-target\r\n/);
});

test('a reply names the target, the generation and what the gateway itself took', async (t) => {
  const { client } = await start(t, [[send(jsonReply(chatAnswer()))]], ['pii-detector']);

  client.send(post(chat('mail ann@example.com')));
  const { headers } = await client.answer();

  assert.equal(headers['x-keeptrusts-target'], 't1');
  assert.match(headers['x-keeptrusts-config'] ?? '', /^1-[0-9a-f]{12}$/);
  assert.equal(headers['x-keeptrusts-policies'], 'pii-detector');
  assert.match(headers['x-keeptrusts-overhead-ms'] ?? '', /^\d+\.\d\d$/);
});
