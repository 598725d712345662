import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request as ask } from 'undici';
import {
  chunk,
  chunkedGarbage,
  chunkedReply,
  compressedReply,
  hugeHead,
  informational,
  jsonReply,
  lastChunk,
  reply,
  streamHead,
} from './reply-bytes.ts';
import { RequestReader } from './request-reader.ts';
import {
  chatAnswer,
  chatChunk,
  close,
  everyByte,
  gate,
  hold,
  reset,
  send,
  sendThenClose,
  silence,
  sse,
  startUpstream,
} from './upstream.ts';

const call = 'POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd';

function open(t: TestContext, port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  return socket;
}

function bodyOf(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
}

async function readAll(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part);
  return Buffer.concat(parts).toString();
}

test('a request is recorded exactly as it came', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const socket = open(t, upstream.port);

  socket.write(call);
  const request = await upstream.request(0);

  assert.equal(request.head.toString() + request.rawBody.toString(), call);
  assert.equal(`${request.method} ${request.path}`, 'POST /v1/x');
  assert.deepEqual(request.headers, { host: 'a', 'content-length': '4' });
});

test('a reply is exactly the bytes of the script, wherever they are cut', async (t) => {
  const bytes = chunkedReply([sse(chatChunk({ content: 'é' })), sse('[DONE]')]);
  const upstream = await startUpstream(t, [[send(bytes, everyByte(bytes)), close()]]);
  const socket = open(t, upstream.port);
  let reads = 0;
  socket.on('data', () => reads++);

  socket.write(call);
  const received = await readAll(socket);

  assert.equal(received, bytes.toString());
  assert.equal(reads, bytes.length);
});

test('each request takes the next entry of the script, and the last entry stays', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(1))], [send(jsonReply(2))]]);

  const first = await ask(upstream.url);
  const second = await ask(upstream.url);
  const third = await ask(upstream.url);

  const bodies = await Promise.all([first, second, third].map(({ body }) => body.json()));
  assert.deepEqual(bodies, [1, 2, 2]);
  assert.equal(upstream.requests.length, 3);
});

test('a held reply goes on when the test says so', async (t) => {
  const go = gate();
  const upstream = await startUpstream(t, [
    [send(streamHead()), hold(go), send(chunk('late')), send(lastChunk)],
  ]);
  const { body } = await ask(upstream.url);

  go.open();

  assert.equal(await body.text(), 'late');
});

test('a peer that leaves is noticed, with the time', async (t) => {
  const upstream = await startUpstream(t, [[silence()]]);
  const socket = open(t, upstream.port);
  socket.write(call);
  await upstream.request(0);
  assert.equal(upstream.openConnections(), 1);

  const left = performance.now();
  socket.destroy();

  assert.ok((await upstream.peerClosed(0)) >= left);
  await upstream.drained();
});

test('a socket the upstream closes itself is not held against the peer', async (t) => {
  const upstream = await startUpstream(t, [[...sendThenClose(reply({ body: 'abcdef' }), 10)]]);
  const socket = open(t, upstream.port);

  socket.write(call);
  const received = await readAll(socket);
  await upstream.drained();

  assert.equal(received, 'HTTP/1.1 2');
  assert.equal(upstream.connections[0]?.peerClosedAt, undefined);
});

test('a reset reaches the peer as a reset', async (t) => {
  const upstream = await startUpstream(t, [[reset()]]);
  const socket = open(t, upstream.port);

  socket.write(call);
  const [error] = await once(socket, 'error');

  assert.equal(error.code, 'ECONNRESET');
});

test('a script that fails fails its test', async (t) => {
  const after = t.mock.fn<TestContext['after']>();
  const upstream = await startUpstream({ after }, () => {
    throw new Error('wrong path');
  });

  await assert.rejects(ask(upstream.url));

  const [stop] = after.mock.calls[0]?.arguments ?? [];
  await assert.rejects(async () => stop?.(t, () => undefined), /wrong path/);
});

test('odd replies have the bytes they promise', () => {
  assert.match(
    reply({ headers: { 'content-length': 99 }, body: 'a' }).toString(),
    /content-length: 99\r\n\r\na$/,
  );
  assert.match(chunkedGarbage('ab').toString(), /\r\n2\r\nab\r\nnot a size\r\n$/);
  assert.equal(informational(103).toString(), 'HTTP/1.1 103 Scripted\r\n\r\n');
  assert.ok(hugeHead(70_000).length > 70_000);
});

test('compressed replies decompress', () => {
  const gzip = compressedReply('hello', 'gzip');
  const br = compressedReply('hello', 'br');

  assert.equal(gunzipSync(bodyOf(gzip)).toString(), 'hello');
  assert.equal(brotliDecompressSync(bodyOf(br)).toString(), 'hello');
});

test('requests are read the same, cut anywhere and one behind the other', () => {
  const chunked =
    'POST /y HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n';
  const wire = Buffer.from(call + chunked + call);

  for (let cut = 0; cut <= wire.length; cut++) {
    const reader = new RequestReader();
    const requests = [...reader.push(wire.subarray(0, cut)), ...reader.push(wire.subarray(cut))];
    assert.deepEqual(
      requests.map(({ path, body }) => `${path} ${body.toString()}`),
      ['/v1/x abcd', '/y abcde', '/v1/x abcd'],
      `cut at ${cut}`,
    );
  }
});
