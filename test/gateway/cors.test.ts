import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { assertRefusal } from '../support/envelope.ts';
import { startTestGateway, type StartOptions } from '../support/gateway.ts';
import { chat, post, type RawAnswer, streamPost } from '../support/raw-client.ts';
import { chunk, jsonReply, lastChunk, streamHead } from '../support/reply-bytes.ts';
import { chatAnswer, chatChunk, gate, hold, send, sse, startUpstream } from '../support/upstream.ts';

const page = 'https://app.example';
const other = 'https://evil.example';

async function start(t: TestContext, cors: unknown = { allow_origins: [page] }, options: StartOptions = {}) {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }], more: { cors } }, options);
  return { upstream, gateway, client: await gateway.client() };
}

function preflight(origin: string, more: Readonly<Record<string, string>> = {}, path?: string): string {
  const fields = { host: 'a', origin, 'access-control-request-method': 'POST', ...more };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `OPTIONS ${path ?? '/v1/chat/completions'} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function assertOpenTo(answer: RawAnswer, origin: string): void {
  assert.equal(answer.headers['access-control-allow-origin'], origin, answer.text);
  assert.equal(answer.headers['access-control-expose-headers'], '*');
  assert.match(answer.headers['vary'] ?? '', /\bOrigin\b/);
  assert.equal(answer.headers['access-control-allow-credentials'], undefined);
}

function assertClosed({ headers }: RawAnswer): void {
  const told = Object.keys(headers).filter((name) => name.startsWith('access-control-') || name === 'vary');
  assert.deepEqual(told, []);
}

test('a page on the list may call, and read what it is answered', async (t) => {
  const { client } = await start(t);

  client.send(post(chat('hi'), { headers: { origin: page } }));
  const answer = await client.answer();

  assert.equal(answer.status, 200);
  assertOpenTo(answer, page);
});

test('a stream for a page on the list says so in its head', async (t) => {
  const upstream = await startUpstream(t, [
    [send(streamHead()), send(chunk(sse(chatChunk({ content: 'a' }), '[DONE]'))), send(lastChunk)],
  ]);
  const gateway = await startTestGateway(t, {
    targets: [{ url: upstream.url }],
    more: { cors: { allow_origins: [page] } },
  });
  const client = await gateway.client();

  client.send(streamPost().toString().replace('host: a', `host: a\r\norigin: ${page}`));
  const answer = await client.answer();

  assert.match(answer.text, /\[DONE\]/);
  assertOpenTo(answer, page);
});

for (const origin of [
  other,
  'null',
  'https://app.example:8443',
  'http://app.example',
  'https://app.example.evil.example',
  'https://APP.example',
  `${page}, ${other}`,
  '*',
]) {
  test(`a page of ${origin} is refused while another is on the list`, async (t) => {
    const { upstream, client } = await start(t);

    client.send(post(chat('hi'), { headers: { origin } }));
    const refused = await client.answer();

    assertRefusal(refused, 403, 'origin_refused');
    assertClosed(refused);
    assert.equal(upstream.requests.length, 0);
  });
}

test('refusals can be read by a page on the list too', async (t) => {
  const { gateway } = await start(t);
  const requests: readonly (readonly [number, string | Buffer])[] = [
    [400, post('{', { headers: { origin: page } })],
    [404, post(chat('hi'), { path: '/nowhere', headers: { origin: page } })],
    [405, `PUT /v1/models HTTP/1.1\r\nhost: a\r\norigin: ${page}\r\n\r\n`],
    [415, post(chat('hi'), { headers: { origin: page, 'content-encoding': 'compress' } })],
  ];
  for (const [status, bytes] of requests) {
    const client = await gateway.client();

    client.send(bytes);
    const refused = await client.answer();

    assert.equal(refused.status, status);
    assertOpenTo(refused, page);
  }
});

test('a page on the list can read that the gateway is overloaded', async (t) => {
  const next = gate();
  const upstream = await startUpstream(t, [[hold(next), send(jsonReply(chatAnswer()))]]);
  const gateway = await startTestGateway(
    t,
    { targets: [{ url: upstream.url }], more: { cors: { allow_origins: [page] } } },
    { maxConcurrency: 1 },
  );
  const [first, second] = [await gateway.client(), await gateway.client()];
  first.send(post(chat('hi')));
  await upstream.request(0);

  second.send(post(chat('hi'), { headers: { origin: page } }));
  const refused = await second.answer();
  next.open();

  assertRefusal(refused, 503, 'overloaded');
  assertOpenTo(refused, page);
  await first.answer();
});

for (const path of ['/v1/chat/completions', '/nowhere', '/v1/models', '/healthz', '*']) {
  test(`a preflight for ${path} is answered the same as for any other path`, async (t) => {
    const { upstream, client } = await start(t, { allow_origins: [page], max_age_seconds: 60 });
    const asked = 'authorization,content-type,x-stainless-os';

    client.send(preflight(page, { 'access-control-request-headers': asked }, path));
    const answer = await client.answer();

    assert.equal(answer.status, 204);
    assertOpenTo(answer, page);
    assert.equal(answer.headers['access-control-allow-methods'], 'GET, HEAD, POST');
    assert.equal(answer.headers['access-control-allow-headers'], asked);
    assert.equal(answer.headers['access-control-max-age'], '60');
    assert.equal(answer.headers['access-control-allow-private-network'], undefined);
    assert.equal(answer.headers['content-length'], undefined);
    assert.equal(upstream.requests.length, 0);
  });

  test(`a preflight for ${path} of a page that is not on the list learns nothing`, async (t) => {
    const { client } = await start(t);

    client.send(preflight(other, {}, path));
    const refused = await client.answer();

    assertRefusal(refused, 403, 'origin_refused');
    assertClosed(refused);
  });
}

test('a preflight leaves no trace among the calls, and its connection can be used again', async (t) => {
  const { gateway, client } = await start(t);

  client.send(preflight(page));
  await client.answer();
  client.send(post(chat('hi'), { headers: { origin: page } }));
  await client.answer();

  assert.equal((await gateway.calls(1)).length, 1);
});

test('a page of a public network on the list may reach this private one', async (t) => {
  const { client } = await start(t);

  client.send(preflight(page, { 'access-control-request-private-network': 'true' }));

  assert.equal((await client.answer()).headers['access-control-allow-private-network'], 'true');
});

test('"*" lets every page in but those that nobody can tell', async (t) => {
  const { client } = await start(t, { allow_origins: ['*'] });

  client.send(post(chat('hi'), { headers: { origin: other } }));
  const served = await client.answer();
  client.send(post(chat('hi'), { headers: { origin: 'null' } }));
  const refused = await client.answer();

  assert.equal(served.status, 200);
  assertOpenTo(served, '*');
  assertRefusal(refused, 403, 'origin_refused');
  assertClosed(refused);
});

test('a list that is switched off lets no page in', async (t) => {
  const { client } = await start(t, { enabled: false, allow_origins: [page] });

  client.send(post(chat('hi'), { headers: { origin: page } }));
  const refused = await client.answer();

  assertRefusal(refused, 403, 'origin_refused');
  assertClosed(refused);
});

for (const [site, status] of [
  ['cross-site', 403],
  ['same-site', 403],
  ['same-origin', 200],
  ['none', 200],
] as const) {
  test(`a browser's request that names no page and comes from ${site} is answered with ${status}`, async (t) => {
    const { client } = await start(t);

    client.send(`GET /v1/models HTTP/1.1\r\nhost: a\r\nsec-fetch-site: ${site}\r\n\r\n`);

    assert.equal((await client.answer()).status, status);
  });
}

test('who is no web page is answered as ever, and caches are told that it depends', async (t) => {
  const { client } = await start(t);

  client.send(post(chat('hi')));
  const answer = await client.answer();

  assert.equal(answer.status, 200);
  assert.equal(answer.headers['vary'], 'Origin');
  assert.equal(answer.headers['access-control-allow-origin'], undefined);
});
