import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply, reply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

const upstream = await startUpstream({ after }, [[send(jsonReply(chatAnswer()))]]);
const more = { forward_query: ['version', 'deployment-id', 'filter[x]'] };
const gateway = await startTestGateway({ after }, { targets: [{ url: upstream.url, more }] });

const queries: Readonly<Record<string, string>> = {
  '?api-version=2024-10-21': '?api-version=2024-10-21',
  '?api-version=preview&beta=true': '?api-version=preview&beta=true',
  '?beta': '?beta=',
  '?api%2Dversion=1': '?api-version=1',
  '?api-version=1&api-version=2': '?api-version=1&api-version=2',
  '?api-version=a+b%20c': '?api-version=a%20b%20c',
  '?api-version=%2F..%2F%3Fkey%3D1%26x%3D2%23f': '?api-version=%2F..%2F%3Fkey%3D1%26x%3D2%23f',
  '?api-version=1%0D%0Ax-evil:%201': '?api-version=1%0D%0Ax-evil%3A%201',
  '?api-version=1%20HTTP/1.1%0d%0a%0d%0a': '?api-version=1%20HTTP%2F1.1%0D%0A%0D%0A',
  '?api-version=%00': '?api-version=%00',
  '?api-version=%E0%A4%A': '?api-version=%EF%BF%BD%25A',
  '?api-version=%F0%9F%98%80': '?api-version=%F0%9F%98%80',
  '?api-version=1?beta=2': '?api-version=1%3Fbeta%3D2',
  '??api-version=1': '?api-version=1',
  '?': '',
  '?&&=&': '',
  '?x=1&y=2': '',
  '?key=k&api-version=1': '?api-version=1',
  '?api_key=k': '',
  '?api-key=k&apikey=k&access_token=k&token=k&sig=k&code=k&subscription-key=k&authorization=k': '',
  '?API-VERSION=1': '',
  '?api-version;beta=1': '',
  '?__proto__=1&constructor=1&toString=1': '',
  '?stream=true&model=x': '',
  '?version=2023-05-29&deployment-id=d%2F1&filter%5Bx%5D=1':
    '?version=2023-05-29&deployment-id=d%2F1&filter%5Bx%5D=1',
};

for (const [query, reached] of Object.entries(queries)) {
  test(`of the query ${query} ${reached === '' ? 'nothing' : reached} reaches the provider`, async () => {
    const client = await gateway.client();
    const index = upstream.requests.length;

    client.send(post(chat('hi'), { path: `/v1/chat/completions${query}` }));

    assert.equal((await client.answer()).status, 200);
    const request = await upstream.request(index);
    assert.equal(request.path, `/v1/chat/completions${reached}`);
    assert.equal(request.headers['x-evil'], undefined);
  });
}

for (const path of ['/v1/completions', '/v1/embeddings', '/v1/responses', '//chat/completions/']) {
  test(`a query crosses at ${path}`, async () => {
    const client = await gateway.client();
    const index = upstream.requests.length;

    client.send(post('{"model":"m","input":"hi"}', { path: `${path}?api-version=7` }));
    await client.answer();

    assert.ok((await upstream.request(index)).path.endsWith('?api-version=7'));
  });
}

test('what crosses is decided for each target, not taken from the one before', async (t) => {
  const failing = await startUpstream(t, [[send(reply({ status: 503, body: '' }))]]);
  const both = await startTestGateway(t, {
    targets: [{ url: failing.url, more: { forward_query: ['version'] } }, { url: upstream.url }],
  });
  const client = await both.client();
  const index = upstream.requests.length;

  client.send(post(chat('hi'), { path: '/v1/chat/completions?version=1&beta=2' }));
  await client.answer();

  assert.equal((await failing.request(0)).path, '/v1/chat/completions?version=1&beta=2');
  assert.equal((await upstream.request(index)).path, '/v1/chat/completions?beta=2');
});

test('no query gets into the log', async () => {
  const client = await gateway.client();

  client.send(post(chat('hi'), { path: '/v1/chat/completions?key=pomegranate&api-version=persimmon' }));
  client.send(post(chat('hi'), { path: '/v1/nowhere?key=pomegranate' }));
  await client.answer();
  await client.answer();
  await gateway.logged(({ status }) => status === 404);

  assert.doesNotMatch(JSON.stringify(gateway.lines()), /pomegranate|persimmon/);
});
