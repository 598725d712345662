import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { assertRefusal, errorOf } from '../support/envelope.ts';
import { startTestGateway, type StartOptions } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, gate, hold, send, startUpstream } from '../support/upstream.ts';

async function start(t: TestContext, config = {}, options: StartOptions = {}) {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }], ...config }, options);
  return { upstream, gateway, client: await gateway.client() };
}

for (const origin of ['http://evil.example', 'null', 'http://localhost:41002', 'file://']) {
  test(`a web page of ${origin} cannot spend the key`, async (t) => {
    const { upstream, client } = await start(t);

    client.send(post(chat('hi'), { headers: { origin } }));
    const refused = await client.answer();

    assertRefusal(refused, 403, 'origin_refused');
    assert.equal(refused.headers['access-control-allow-origin'], undefined);
    assert.equal(upstream.requests.length, 0);
  });
}

test('a preflight of a web page is refused', async (t) => {
  const { client } = await start(t);

  client.send(
    'OPTIONS /v1/chat/completions HTTP/1.1\r\nhost: a\r\norigin: http://evil.example\r\naccess-control-request-method: POST\r\n\r\n',
  );
  const refused = await client.answer();

  assert.ok(refused.status >= 400);
  assert.equal(refused.headers['access-control-allow-methods'], undefined);
});

test('a disabled pack serves no call, and says so', async (t) => {
  const { upstream, client } = await start(t, { enabled: false });

  client.send(post(chat('hi')));

  assertRefusal(await client.answer(), 503, 'pack_disabled');
  assert.equal(upstream.requests.length, 0);
});

for (const background of ['true', '1', '"yes"', '{}']) {
  test(`a response with background ${background} is refused`, async (t) => {
    const { upstream, client } = await start(t);

    client.send(post(`{"model":"m","input":"hi","background":${background}}`, { path: '/v1/responses' }));

    assertRefusal(await client.answer(), 400, 'request_unsupported');
    assert.equal(upstream.requests.length, 0);
  });
}

test('exchanges beyond the limit are refused with Retry-After; probes are not, and places come free', async (t) => {
  const next = gate();
  const upstream = await startUpstream(t, [[hold(next), send(jsonReply(chatAnswer()))]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] }, { maxConcurrency: 1 });
  const [first, second, third] = [await gateway.client(), await gateway.client(), await gateway.client()];

  first.send(post(chat('hi')));
  await upstream.request(0);
  second.send(post(chat('hi')));
  const refused = await second.answer();
  const probes = await Promise.all(['/healthz', '/readyz'].map((path) => fetch(gateway.url + path)));
  next.open();
  const served = await first.answer();
  third.send(post(chat('hi')));

  assertRefusal(refused, 503, 'overloaded');
  assert.equal(refused.headers['retry-after'], '1');
  assert.deepEqual(
    probes.map(({ status }) => status),
    [200, 200],
  );
  assert.equal(served.status, 200);
  assert.equal((await third.answer()).status, 200);
});

const ids: Readonly<Record<string, boolean>> = {
  'req-1': true,
  '0af76519-16cd-43dd-8448-eb211c80319c': true,
  'a:b.c_d': true,
  ['x'.repeat(128)]: true,
  ['x'.repeat(129)]: false,
  'two words': false,
  '"quoted"': false,
  '<script>': false,
  '': false,
};

for (const [id, isTaken] of Object.entries(ids)) {
  test(`the request id ${JSON.stringify(id.slice(0, 40))} (${id.length}) is ${isTaken ? '' : 'not '}taken over`, async (t) => {
    const { gateway, upstream, client } = await start(t);

    client.send(post(chat('hi'), { headers: { 'x-request-id': id } }));
    const { headers } = await client.answer();

    assert.equal(headers['x-request-id'] === id, isTaken);
    assert.equal((await upstream.request(0)).headers['x-request-id'], headers['x-request-id']);
    const [call] = await gateway.calls(1);
    assert.equal(call?.['request_id'], headers['x-request-id']);
  });
}

test('a refusal carries the id of its exchange in head and body', async (t) => {
  const { client } = await start(t);

  client.send(post('{', { headers: { 'x-request-id': 'mine-7' } }));
  const refused = await client.answer();

  assert.equal(refused.headers['x-request-id'], 'mine-7');
  assert.equal(errorOf(refused.text)['request_id'], 'mine-7');
});

test('no prompt, answer or key gets into the log, whatever its level', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer({ contents: ['marzipan'] })))]]);
  const targets = [{ url: upstream.url, more: { api_key: 'sk-quince' } }];
  const gateway = await startTestGateway(t, { targets, chain: ['pii-detector'] });
  const client = await gateway.client();

  client.send(post(chat('pomegranate ann@example.com'), { headers: { authorization: 'Bearer persimmon' } }));
  await client.answer();
  client.send(post('{"model":"m","pomegranate'));
  await client.answer();
  await gateway.calls(2);

  assert.doesNotMatch(JSON.stringify(gateway.lines()), /pomegranate|marzipan|quince|persimmon|ann@/);
});
