import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  createZstdCompress,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { Transform } from 'node:stream';
import { assertRefusal, errorOf } from '../support/envelope.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunk, lastChunk, reply, streamHead } from '../support/reply-bytes.ts';
import {
  chatAnswer,
  chatChunk,
  gate,
  hold,
  type Script,
  send,
  silence,
  sse,
  startUpstream,
} from '../support/upstream.ts';

const whole: Readonly<Record<string, (text: string) => Buffer>> = {
  gzip: (text) => gzipSync(text),
  'x-gzip': (text) => gzipSync(text),
  GZIP: (text) => gzipSync(text),
  deflate: (text) => deflateSync(text),
  br: (text) => brotliCompressSync(text),
  zstd: (text) => zstdCompressSync(text),
};

async function start(t: TestContext, script: Script, limits: Readonly<Record<string, number>> = {}) {
  const upstream = await startUpstream(t, script);
  const config = { targets: [{ url: upstream.url }], chain: ['pii-detector'], limits };
  const gateway = await startTestGateway(t, config);
  return { upstream, gateway, client: await gateway.client() };
}

const body = JSON.stringify(chatAnswer({ contents: ['Write to ann@example.com.'] }));

for (const [encoding, encode] of Object.entries(whole)) {
  test(`an answer in ${encoding} is decoded, judged and sent plain`, async (t) => {
    const bytes = encode(body);
    const { client } = await start(t, [
      [send(reply({ body: bytes, headers: { 'content-encoding': encoding } }))],
    ]);

    client.send(post(chat('hi')));
    const answer = await client.answer();

    assert.equal(answer.text, body.replace('ann@example.com', '[EMAIL]'));
    assert.equal(answer.headers['content-encoding'], undefined);
  });
}

for (const encoding of ['compress', 'gzip, br', 'aes128gcm']) {
  test(`an answer in ${encoding} cannot be judged, and is refused`, async (t) => {
    const steps = [send(reply({ body: 'x', headers: { 'content-encoding': encoding } }))];
    const { client } = await start(t, [steps]);

    client.send(post(chat('hi')));

    assertRefusal(await client.answer(), 502, 'upstream_invalid');
  });
}

for (const [encoding, encode] of Object.entries(whole)) {
  test(`an answer in ${encoding} that is cut off counts as cut off`, async (t) => {
    const bytes = encode(body).subarray(0, -9);
    const { client } = await start(t, [
      [send(reply({ body: bytes, headers: { 'content-encoding': encoding } }))],
    ]);

    client.send(post(chat('hi')));

    assertRefusal(await client.answer(), 502, 'upstream_cut_off');
  });
}

test('an answer that says gzip and is not is refused', async (t) => {
  const { client } = await start(t, [[send(reply({ body, headers: { 'content-encoding': 'gzip' } }))]]);

  client.send(post(chat('hi')));

  assertRefusal(await client.answer(), 502, 'upstream_cut_off');
});

test('an answer that is small on the wire and large decoded is refused', async (t) => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const steps = [send(reply({ body: bomb, headers: { 'content-encoding': 'gzip' } }))];
  const { client } = await start(t, [steps], { answer_bytes: 1_000_000 });

  client.send(post(chat('hi')));

  assertRefusal(await client.answer(), 502, 'upstream_too_large');
});

const streamed: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
  deflate: () => createDeflate({ flush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdCompress({ flush: constants.ZSTD_e_flush }),
};

/** The bytes a provider sends for these texts, each flushed by itself. */
async function encoded(encoder: Transform, texts: readonly string[]): Promise<readonly Buffer[]> {
  const pieces: Buffer[] = [];
  let current: Buffer[] = [];
  encoder.on('data', (part: Buffer) => current.push(part));
  const take = (): void => {
    pieces.push(Buffer.concat(current));
    current = [];
  };
  for (const text of texts) {
    await new Promise<void>((resolve) => {
      encoder.write(text, () => resolve());
    });
    take();
  }
  await new Promise<void>((resolve) => {
    encoder.on('end', () => resolve());
    encoder.end();
  });
  take();
  return pieces;
}

for (const [encoding, encoder] of Object.entries(streamed)) {
  test(`each event of a stream in ${encoding} arrives before the next is sent`, async (t) => {
    const events = [
      sse(chatChunk({ content: 'Write to ' })),
      sse(chatChunk({ content: 'ann@exam' }), chatChunk({ content: 'ple.com now. ' })),
      sse(chatChunk({ finishReason: 'stop' }), '[DONE]'),
    ];
    const pieces = await encoded(encoder(), events);
    const gates = [gate(), gate(), gate()];
    const steps = pieces.flatMap((piece, at) => {
      const next = gates[at];
      return [...(piece.length > 0 ? [send(chunk(piece))] : []), ...(next === undefined ? [] : [hold(next)])];
    });
    const head = send(streamHead({ headers: { 'content-encoding': encoding } }));
    const { client } = await start(t, [[head, ...steps, send(lastChunk)]]);

    client.send(streamPost());
    await client.text('Write to ');
    gates[0]?.open();
    await client.text('[EMAIL]');
    for (const one of gates) one.open();
    const { text } = await client.answer();

    assert.doesNotMatch(text, /ann@|ple\.com/);
    assert.match(text, /\[EMAIL\]/);
    assert.match(text, /\[DONE\]/);
  });
}

test('a stream in gzip that turns into garbage ends with an error event', async (t) => {
  const [piece = Buffer.alloc(0)] = await encoded(createGzip({ flush: constants.Z_SYNC_FLUSH }), [
    sse(chatChunk({ content: 'a' })),
  ]);
  const head = send(streamHead({ headers: { 'content-encoding': 'gzip' } }));
  const garbage = Buffer.alloc(200, 0xff);
  const { client } = await start(t, [[head, send(chunk(piece)), send(chunk(garbage)), silence()]]);

  client.send(streamPost());
  const { text } = await client.answer();

  const last = text.trimEnd().split('\n\n').at(-1) ?? '';
  assert.equal(errorOf(last.slice('data: '.length))['code'], 'upstream_cut_off');
});
