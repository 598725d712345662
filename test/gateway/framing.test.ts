import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { assertNoDescriptorLeft, openDescriptors } from '../support/descriptors.ts';
import type { Cleanup } from '../support/cleanup.ts';
import { assertRefusal } from '../support/envelope.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunk, jsonReply, streamHead } from '../support/reply-bytes.ts';
import { chatAnswer, chatChunk, send, silence, sse, startUpstream } from '../support/upstream.ts';

const body = chat('hi');
const length = Buffer.byteLength(body);
const line = 'POST /v1/chat/completions HTTP/1.1\r\n';

async function start(t: Cleanup, limits: Readonly<Record<string, number>> = {}) {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }], limits });
  return { upstream, gateway };
}

async function assertServes(gateway: TestGateway): Promise<void> {
  const client = await gateway.client();
  client.send(post(body));
  assert.equal((await client.answer()).status, 200);
  client.socket.destroy();
}

const smuggled: Readonly<Record<string, string>> = {
  'both a length and chunks': `${line}host: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  'chunks and then a length': `${line}host: a\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`,
  'two different lengths': `${line}host: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!`,
  'the same length twice': `${line}host: a\r\ncontent-length: ${length}\r\ncontent-length: ${length}\r\n\r\n${body}`,
  'a list of lengths': `${line}host: a\r\ncontent-length: 5, 5\r\n\r\nhello`,
  'a negative length': `${line}host: a\r\ncontent-length: -1\r\n\r\n`,
  'a signed length': `${line}host: a\r\ncontent-length: +5\r\n\r\nhello`,
  'a hexadecimal length': `${line}host: a\r\ncontent-length: 0x5\r\n\r\nhello`,
  'a length beyond 64 bits': `${line}host: a\r\ncontent-length: 99999999999999999999\r\n\r\n`,
  'an unknown transfer coding': `${line}host: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'chunked that is not last': `${line}host: a\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  'a chunk size that is none': `${line}host: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n`,
  'a chunk size with a sign': `${line}host: a\r\ntransfer-encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n`,
  'a chunk size beyond 64 bits': `${line}host: a\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nx`,
  'a chunk longer than its size': `${line}host: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n`,
  'a folded field': `${line}host: a\r\nx: 1\r\n 2\r\ncontent-length: 0\r\n\r\n`,
  'a space before the colon': `${line}host : a\r\ncontent-length: 0\r\n\r\n`,
  'a bare LF between fields': `${line}host: a\ncontent-length: 0\r\n\r\n`,
  'a bare CR in a field': `${line}host: a\r\nx: 1\r2\r\ncontent-length: 0\r\n\r\n`,
  'a NUL in a field': `${line}host: a\r\nx: 1\u00002\r\ncontent-length: 0\r\n\r\n`,
  'an empty field name': `${line}host: a\r\n: x\r\ncontent-length: 0\r\n\r\n`,
  'no version': 'POST /v1/chat/completions\r\nhost: a\r\n\r\n',
  'an unknown version': 'POST /v1/chat/completions HTTP/3.1\r\nhost: a\r\n\r\n',
  'an unknown method': 'FETCH /v1/chat/completions HTTP/1.1\r\nhost: a\r\n\r\n',
  'a TLS greeting': '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  'an HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'no Host': `${line}content-length: ${length}\r\n\r\n${body}`,
};

const shared = await start({ after });

for (const [what, bytes] of Object.entries(smuggled)) {
  test(`a request with ${what} is refused and never reaches a provider`, async () => {
    const { upstream, gateway } = shared;
    const client = await gateway.client();

    client.send(Buffer.from(bytes, 'latin1'));
    const answer = await client.answer();

    assertRefusal(answer, 400, 'request_malformed');
    assert.equal(answer.headers['connection'], 'close');
    await client.ended();
    assert.equal(client.received.length, 0, 'one answer and no more');
    assert.equal(upstream.requests.length, 0);
  });
}

test('a head larger than the limit is refused with 431', async (t) => {
  const { gateway } = await start(t);
  const client = await gateway.client();

  client.send(`${line}host: a\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`);

  assertRefusal(await client.answer(), 431, 'headers_too_large');
});

test('more fields than are read are refused with 431: the one that matters may be among the rest', async (t) => {
  const { gateway, upstream } = await start(t);
  const client = await gateway.client();
  const fields = Array.from({ length: 300 }, (_, at) => `x-${at}: 1\r\n`).join('');

  client.send(`${line}host: a\r\n${fields}origin: http://evil\r\ncontent-length: ${length}\r\n\r\n${body}`);

  assertRefusal(await client.answer(), 431, 'headers_too_large');
  assert.equal(upstream.requests.length, 0);
});

test('headers that never end are answered with 408', async (t) => {
  const { gateway } = await start(t, { headers_seconds: 1, receive_seconds: 2 });
  const client = await gateway.client();

  client.send(`${line}host: a\r\nx: `);

  assertRefusal(await client.answer(), 408, 'request_timeout');
  await client.ended();
});

test('a body that never ends is answered with 408', async (t) => {
  const { gateway, upstream } = await start(t, { headers_seconds: 1, receive_seconds: 1 });
  const client = await gateway.client();

  client.send(`${line}host: a\r\ncontent-length: 1000\r\n\r\n{"mod`);

  assertRefusal(await client.answer(), 408, 'request_timeout');
  await client.ended();
  assert.equal(upstream.requests.length, 0);
  const [call] = await gateway.calls(1);
  assert.equal(call?.['status'], 408);
});

test('a receive time shorter than the header time is taken as it is', async (t) => {
  const { gateway } = await start(t, { receive_seconds: 5 });

  await assertServes(gateway);
});

test('a chunked body is put together, extensions and trailers aside', async (t) => {
  const { gateway, upstream } = await start(t);
  const client = await gateway.client();
  const half = length >> 1;
  const chunks = `${half.toString(16)};a=b\r\n${body.slice(0, half)}\r\n${(length - half).toString(16)}\r\n${body.slice(half)}\r\n`;

  client.send(
    `${line}host: a\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\norigin: http://evil\r\n\r\n`,
  );

  assert.equal((await client.answer()).status, 200);
  assert.equal((await upstream.request(0)).body.toString(), body);
});

test('bytes that arrive one by one are one request', async (t) => {
  const { gateway } = await start(t);
  const client = await gateway.client();

  for (const byte of post(body)) await client.deliver(Buffer.of(byte));

  assert.equal((await client.answer()).status, 200);
});

test('pipelined requests are answered in their order', async (t) => {
  const upstream = await startUpstream(t, async (request, connection) => {
    const first = request.body.includes('slow');
    if (first) await upstream.request(1);
    const answer = chatAnswer({ contents: [first ? 'slow' : 'quick'] });
    await connection.send(jsonReply(answer));
  });
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] });
  const client = await gateway.client();

  client.send(
    Buffer.concat([
      post(chat('slow')),
      post(chat('quick')),
      Buffer.from('GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n'),
    ]),
  );
  const [first, second, third] = [await client.answer(), await client.answer(), await client.answer()];

  assert.match(first.text, /slow/);
  assert.match(second.text, /quick/);
  assertRefusal(third, 404, 'no_route');
});

test('garbage behind a request does not get into the answer under way', async (t) => {
  const event = sse(chatChunk({ content: 'a' }));
  const upstream = await startUpstream(t, [[send(streamHead()), send(chunk(event)), silence()]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] });
  const client = await gateway.client();

  client.send(streamPost());
  await client.text(event);
  client.send('garbage\r\n\r\n');
  await client.ended();

  assert.doesNotMatch(client.received.toString(), /HTTP\/1\.1 400/);
  await upstream.peerClosed(0);
});

test('Expect: 100-continue is answered before the body is sent', async (t) => {
  const { gateway } = await start(t);
  const client = await gateway.client();

  client.send(`${line}host: a\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`);
  await client.text('100 Continue');
  client.send(body);
  const answer = await client.answer();

  assert.deepEqual(answer.informational, [100]);
  assert.equal(answer.status, 200);
});

test('an HTTP/1.0 client without a Host is served, and the connection closed', async (t) => {
  const { gateway } = await start(t);
  const client = await gateway.client();

  client.send(`POST /v1/chat/completions HTTP/1.0\r\ncontent-length: ${length}\r\n\r\n${body}`);
  const answer = await client.answer();

  assert.equal(answer.status, 200);
  assert.equal(answer.headers['transfer-encoding'], undefined);
  await client.ended();
});

test('CONNECT is refused, and a client that resets there does no harm', async (t) => {
  const { gateway } = await start(t);
  const polite = await gateway.client();
  const rude = await gateway.client();

  polite.send('CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n');
  await rude.deliver('CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n');
  rude.socket.resetAndDestroy();
  await rude.closed();

  assertRefusal(await polite.answer(), 405, 'method_not_allowed');
  await polite.ended();
  await assertServes(gateway);
});

test('an upgrade is an ordinary request', async (t) => {
  const { gateway } = await start(t);
  const client = await gateway.client();

  client.send(
    'GET /v1/chat/completions HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  );

  assertRefusal(await client.answer(), 405, 'method_not_allowed');
});

test('a refused client that keeps sending and never closes holds no descriptor', async (t) => {
  const { gateway } = await start(t);
  const before = openDescriptors();
  for (const bytes of [
    'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n',
    'garbage\r\n\r\n',
    smuggled['two different lengths'] ?? '',
  ]) {
    const client = await gateway.client();
    client.send(bytes);
    await client.answer();
    client.send('more of it');
    await client.ended();
    client.socket.on('error', () => undefined);
  }

  // The clients' own halves stay open on purpose.
  await assertNoDescriptorLeft(before + 3);
});
