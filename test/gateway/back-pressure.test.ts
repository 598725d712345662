import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startTestGateway, until } from '../support/gateway.ts';
import { type RawClient, streamPost } from '../support/raw-client.ts';
import { chunk, lastChunk, streamHead } from '../support/reply-bytes.ts';
import { chatChunk, sse, startUpstream } from '../support/upstream.ts';

const mebi = 1024 * 1024;
const pieceBytes = 64 * 1024;
const pieces = 1024;
const total = pieces * pieceBytes;
// The kernel alone takes several megabytes on each of the two connections.
const bound = 24 * mebi;

const event = sse(chatChunk({ content: 'x '.repeat(pieceBytes / 2) }));
const end = sse(chatChunk({ finishReason: 'stop' }), '[DONE]');

/** A provider that sends 64 MB as fast as it may, and how much of it was taken. */
async function start(t: TestContext, chain: readonly string[]) {
  let written = 0;
  const upstream = await startUpstream(t, async (_request, connection) => {
    await connection.send(streamHead());
    const bytes = chunk(event);
    for (let at = 0; at < pieces && connection.isOpen; at += 1) {
      await connection.send(bytes);
      written += pieceBytes;
    }
    await connection.send(Buffer.concat([chunk(end), lastChunk]));
  });
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }], chain });
  const client = await gateway.client();
  return { upstream, gateway, client, written: () => written };
}

/** Resolves when nothing more is taken, or everything is. */
async function stalled(written: () => number): Promise<void> {
  let last = written();
  let since = performance.now();
  await until(
    'the provider to stall',
    () => {
      const now = written();
      if (now !== last || now === 0) {
        last = now;
        since = performance.now();
      }
      return now >= total || performance.now() - since > 300 ? true : undefined;
    },
    20_000,
  );
}

/** Reads on until the stream has ended well; returns how many bytes came. */
async function readToEnd({ socket }: RawClient): Promise<number> {
  let received = 0;
  let tail = '';
  socket.removeAllListeners('data');
  socket.on('data', (part: Buffer) => {
    received += part.length;
    tail = (tail + part.subarray(-200).toString('latin1')).slice(-200);
  });
  socket.resume();
  await until('the end of the stream', () => (tail.includes('[DONE]') ? true : undefined), 20_000);
  return received;
}

for (const chain of [[], ['pii-detector']]) {
  test(`a client that does not read stops the provider, and loses nothing, ${chain.length} policies`, async (t) => {
    const { client, written } = await start(t, chain);
    client.socket.pause();
    const before = process.memoryUsage.rss();

    client.send(streamPost());
    await stalled(written);
    const takenWhileStalled = written();
    const grown = process.memoryUsage.rss() - before;
    const received = await readToEnd(client);

    assert.ok(takenWhileStalled < bound, `${takenWhileStalled} of ${total} bytes were taken`);
    assert.ok(grown < 2 * bound, `${grown} bytes of memory`);
    assert.ok(received > total, `${received} of ${total} bytes arrived`);
  });
}

test('a client that leaves while the provider is paused has it cancelled at once', async (t) => {
  const { client, upstream, written } = await start(t, ['pii-detector']);
  client.socket.pause();
  client.send(streamPost());
  await stalled(written);

  const leftAt = performance.now();
  client.socket.resetAndDestroy();

  await upstream.drained();
  assert.ok(performance.now() - leftAt < 200);
});

test('the clock of silence does not blame a provider for a client that does not read', async (t) => {
  const upstream = await startUpstream(t, async (_request, connection) => {
    await connection.send(streamHead());
    for (let at = 0; at < 400 && connection.isOpen; at += 1) await connection.send(chunk(event));
    await connection.send(Buffer.concat([chunk(end), lastChunk]));
  });
  const targets = [{ url: upstream.url, more: { idle_timeout_seconds: 1 } }];
  const gateway = await startTestGateway(t, { targets });
  const client = await gateway.client();
  client.socket.pause();

  client.send(streamPost());
  await upstream.request(0);
  const from = performance.now();
  await until('longer than the clock allows', () => (performance.now() - from > 1500 ? true : undefined));

  assert.ok((await readToEnd(client)) > 400 * pieceBytes);
});
