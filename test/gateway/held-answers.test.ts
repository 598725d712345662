import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { errorOf } from '../support/envelope.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunk, jsonReply, lastChunk, streamHead } from '../support/reply-bytes.ts';
import {
  chatAnswer,
  chatChunk,
  gate,
  hold,
  type Script,
  send,
  sse,
  startUpstream,
  type Step,
} from '../support/upstream.ts';

const maxBufferedBytes = 50_000;
const tenKilobytes = 'a word. '.repeat(1_250);

async function start(t: TestContext, script: Script, streamingMode = 'buffered') {
  const upstream = await startUpstream(t, script);
  const policy = { 'pii-detector': { streaming_mode: streamingMode } };
  const gateway = await startTestGateway(
    t,
    { targets: [{ url: upstream.url }], chain: ['pii-detector'], policy },
    { maxBufferedBytes },
  );
  return { upstream, gateway };
}

async function bufferedBytes({ gateway }: TestGateway): Promise<number> {
  const response = await fetch(`${gateway.adminUrl}/status`);
  const status: unknown = await response.json();
  if (typeof status !== 'object' || status === null || !('buffered_bytes' in status)) return -1;
  return Number(status.buffered_bytes);
}

const event = sse(chatChunk({ content: tenKilobytes }));
const end = sse(chatChunk({ finishReason: 'stop' }), '[DONE]');

/** A stream of so many events of ten kilobytes. */
function stream(events: number, ...between: readonly Step[]): Script {
  const pieces = Array.from({ length: events }, () => send(chunk(event)));
  return [[send(streamHead()), ...pieces, ...between, send(chunk(end)), send(lastChunk)]];
}

test('what is held of a stream counts until the exchange is over', async (t) => {
  const last = gate();
  const { gateway } = await start(t, stream(3, hold(last)));
  const client = await gateway.client();

  client.send(streamPost());
  let held = 0;
  while (held < 3 * tenKilobytes.length) held = await bufferedBytes(gateway);
  last.open();
  const { text } = await client.answer();
  await gateway.calls(1);

  assert.match(text, /\[DONE\]/);
  assert.ok(held < maxBufferedBytes);
  assert.equal(await bufferedBytes(gateway), 0);
});

test('a stream for which there is no more room ends with an error, and shows nothing', async (t) => {
  const { upstream, gateway } = await start(t, stream(6));
  const client = await gateway.client();

  client.send(streamPost());
  const { text } = await client.answer();

  assert.match(text, /^data: [^\n]*\n\n$/);
  const { code, message } = errorOf(text.slice('data: '.length));
  assert.equal(code, 'overloaded');
  assert.match(String(message), /--max-buffered-bytes/);
  await upstream.peerClosed(0);
  const [call] = await gateway.calls(1);
  assert.equal(call?.['code'], 'overloaded');
  assert.equal(await bufferedBytes(gateway), 0);
});

test('a stream that is shown as it comes holds nothing that counts', async (t) => {
  const { gateway } = await start(t, stream(6), 'realtime');
  const client = await gateway.client();

  client.send(streamPost());

  assert.match((await client.answer()).text, /\[DONE\]/);
});

test('a whole answer for which there is no more room is refused, and no other target is asked', async (t) => {
  const large = jsonReply(chatAnswer({ contents: [tenKilobytes.repeat(6)] }));
  const { upstream, gateway } = await start(t, [[send(large)], [send(jsonReply(chatAnswer()))]]);
  const client = await gateway.client();

  client.send(post(chat('hi')));
  const { status, headers, text } = await client.answer();
  client.send(post(chat('hi')));
  const next = await client.answer();

  assert.equal(status, 503);
  assert.equal(errorOf(text)['code'], 'overloaded');
  assert.equal(headers['retry-after'], '1');
  assert.equal(next.status, 200);
  assert.equal(upstream.requests.length, 2);
  await gateway.calls(2);
  assert.equal(await bufferedBytes(gateway), 0);
});

test('whole answers of several calls count together', async (t) => {
  const last = gate();
  const bytes = jsonReply(chatAnswer({ contents: [tenKilobytes.repeat(3)] }));
  const half = [send(bytes.subarray(0, -1)), hold(last), send(bytes.subarray(-1))];
  const { gateway } = await start(t, [half, half]);
  const [first, second] = [await gateway.client(), await gateway.client()];

  first.send(post(chat('hi')));
  let held = 0;
  while (held < 3 * tenKilobytes.length) held = await bufferedBytes(gateway);
  second.send(post(chat('hi')));
  const refused = await second.answer();
  last.open();

  assert.equal(refused.status, 503);
  assert.equal((await first.answer()).status, 200);
});
