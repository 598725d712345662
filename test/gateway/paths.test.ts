import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { assertRefusal } from '../support/envelope.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

// Whatever is asked finds its list in it.
const upstream = await startUpstream({ after }, [
  [send(jsonReply({ ...chatAnswer(), data: [{}], output: [{}] }))],
]);
const gateway = await startTestGateway({ after }, { targets: [{ url: upstream.url, model: 'org/m-1' }] });

for (const [path, reached] of [
  ['/v1/chat/completions', '/v1/chat/completions'],
  ['/chat/completions', '/v1/chat/completions'],
  ['/v1/completions', '/v1/completions'],
  ['/completions', '/v1/completions'],
  ['/v1/embeddings', '/v1/embeddings'],
  ['/v1/responses', '/v1/responses'],
  ['//v1/chat/completions', '/v1/chat/completions'],
  ['/v1//chat/completions', '/v1/chat/completions'],
  ['/v1/chat//completions', '/v1/chat/completions'],
  ['/v1/chat/completions/', '/v1/chat/completions'],
  ['///v1///chat///completions///', '/v1/chat/completions'],
  ['//chat/completions', '/v1/chat/completions'],
  ['/chat//completions/', '/v1/chat/completions'],
  ['/v1/completions//', '/v1/completions'],
  ['//v1/embeddings/', '/v1/embeddings'],
  ['/v1//responses/', '/v1/responses'],
  ['//responses', '/v1/responses'],
  ['/v1/chat/completions/?x=1', '/v1/chat/completions'],
  ['/v1/chat/completions?a//b', '/v1/chat/completions'],
] as const) {
  test(`${path} is served, and reaches the provider at ${reached}`, async () => {
    const client = await gateway.client();
    const index = upstream.requests.length;

    client.send(post('{"model":"m","input":"hi"}', { path }));

    assert.equal((await client.answer()).status, 200);
    assert.equal((await upstream.request(index)).path, reached);
  });
}

const unknown = [
  '/',
  '//',
  '/v1',
  '/v1/',
  '/v1/./chat/completions',
  '/v1/chat/completions/.',
  '/v1/chat/completions/..',
  '/../v1/chat/completions',
  '/v1/../v1/chat/completions',
  '/v1/../../metrics',
  '/v1/v1/chat/completions',
  '/v2/chat/completions',
  '/v1/chat/completions%2F',
  '/%2Fv1/chat/completions',
  '/v1%2F%2Fchat%2Fcompletions',
  '/v1/chat/completions//x',
  '//evil.example/v1/chat/completions',
  '/v1/x/../chat/completions',
  '/v1/chat%2Fcompletions',
  '/v1/chat%2fcompletions',
  '/%761/chat/completions',
  '/V1/chat/completions',
  '/v1/chat/completions;x=1',
  '/v1/chat/completions%00',
  '/v1\\chat\\completions',
  '/v1/files',
  '/v1/fine_tuning/jobs',
  '/v1/responses/resp_1',
  '/v1/responses/resp_1/cancel',
  '/v1/batches',
  '/v1/chat/completions/chatcmpl-1',
  '/metrics',
  '/status',
];

for (const path of unknown) {
  test(`${path} is a route nobody inspects, and refused`, async () => {
    const client = await gateway.client();
    const before = upstream.requests.length;

    client.send(post(chat('hi'), { path }));

    assertRefusal(await client.answer(), 404, 'no_route');
    assert.equal(upstream.requests.length, before);
  });
}

for (const target of [
  'http://evil.example/v1/chat/completions',
  'https://evil.example:1/v1/models',
  '*',
  'evil.example:443',
]) {
  test(`a request target of ${target} chooses no address`, async () => {
    const client = await gateway.client();
    const before = upstream.requests.length;

    client.send(post(chat('hi'), { path: target }));

    assertRefusal(await client.answer(), 400, 'request_malformed');
    assert.equal(upstream.requests.length, before);
  });
}

for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
  test(`${method} is no way to call a model`, async () => {
    const client = await gateway.client();

    client.send(`${method} /v1/chat/completions HTTP/1.1\r\nhost: a\r\n\r\n`);

    assertRefusal(await client.answer(), 405, 'method_not_allowed');
  });
}

test('a refusal without a body to come leaves the connection open', async () => {
  const client = await gateway.client();

  client.send('GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n');
  const first = await client.answer();
  client.send('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n');

  assert.equal(first.headers['connection'], 'keep-alive');
  assert.equal((await client.answer()).status, 200);
});

test('HEAD gets the head of the answer, and nothing behind it', async () => {
  const client = await gateway.client();
  client.isHead = true;

  client.send('HEAD /v1/models HTTP/1.1\r\nhost: a\r\n\r\nHEAD /nowhere HTTP/1.1\r\nhost: a\r\n\r\n');
  const models = await client.answer();
  const nowhere = await client.answer();

  assert.equal(models.status, 200);
  assert.notEqual(models.headers['content-length'], '0');
  assert.equal(nowhere.status, 404);
  assert.equal(client.received.length, 0);
});

test('the list of models is what is configured, and no provider is asked', async () => {
  const before = upstream.requests.length;

  const response = await fetch(`${gateway.url}/v1/models`);

  assert.deepEqual(await response.json(), {
    object: 'list',
    data: [{ id: 'org/m-1', object: 'model', created: 0, owned_by: 'openai-compatible' }],
  });
  assert.equal(upstream.requests.length, before);
});

for (const id of ['org/m-1', 'org%2Fm-1', 't1', 'org//m-1', 'org/m-1/', '/t1', 't1/?x=1', '%2Forg%2Fm-1']) {
  test(`one model is found as ${id}`, async () => {
    const response = await fetch(`${gateway.url}/v1/models/${id}`);

    assert.equal(response.status, 200);
    assert.equal(Reflect.get(Object(await response.json()), 'object'), 'model');
  });
}

test('a model that is not configured is not found', async () => {
  const response = await fetch(`${gateway.url}/v1/models/gpt-9`);

  assertRefusal({ status: response.status, text: await response.text() }, 404, 'model_not_found');
});

test('a model id that is no percent-encoding is refused', async () => {
  const client = await gateway.client();

  client.send('GET /v1/models/%E0%A4%A HTTP/1.1\r\nhost: a\r\n\r\n');

  assertRefusal(await client.answer(), 400, 'request_malformed');
});

for (const path of ['/v1/models', '/models/', '//v1//models//', '/v1/models?x=1', '/v1/models/?api_key=x']) {
  test(`${path} lists the models`, async () => {
    const client = await gateway.client();

    client.send(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);

    assert.match((await client.answer()).text, /"object":"list"/);
  });
}

test('a model whose name begins with a slash is found, as its path loses one', async (t) => {
  const local = await startTestGateway(t, { targets: [{ url: upstream.url, model: '/models/llama//8b' }] });

  const found = await Promise.all(
    ['/models/llama//8b', '%2Fmodels%2Fllama%2F%2F8b', 'models/llama/8b'].map((id) =>
      fetch(`${local.url}/v1/models/${id}`),
    ),
  );

  assert.deepEqual(
    found.map(({ status }) => status),
    [200, 200, 200],
  );
});

for (const path of ['/health', '/healthz', '/readyz', '/healthz/', '//readyz', '/readyz?x=1']) {
  test(`${path} is answered on the data port, and leaves no line in the log`, async (t) => {
    const quiet = await startTestGateway(t, { targets: [{ url: upstream.url }] });

    const probe = await fetch(`${quiet.url}${path}`);
    await fetch(`${quiet.url}/v1/models`).then((response) => response.text());

    assert.equal(probe.status, 200);
    const calls = await quiet.calls(1);
    assert.deepEqual(
      calls.map(({ endpoint }) => endpoint),
      ['models'],
    );
  });
}
