import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { codings, encoded } from '../support/encoded.ts';
import { assertRefusal } from '../support/envelope.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chat, post, type RawAnswer } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

const mebi = 1024 * 1024;
const upstream = await startUpstream({ after }, [[send(jsonReply(chatAnswer()))]]);
const targets = [{ url: upstream.url }];
const gateway = await startTestGateway({ after }, { targets });

async function answerTo(bytes: Buffer, from: TestGateway): Promise<RawAnswer> {
  const client = await from.client();
  client.send(bytes);
  return client.answer();
}

async function bufferedBytes(from: TestGateway): Promise<unknown> {
  const status: unknown = await fetch(`${from.gateway.adminUrl}/status`).then((page) => page.json());
  return Reflect.get(Object(status), 'buffered_bytes');
}

const member = gzipSync(Buffer.alloc(10 * mebi));
const frame = zstdCompressSync(Buffer.alloc(10 * mebi));

/** Of some kilobytes to ten megabytes, and far beyond the limit when decoded. */
const bombs: Readonly<Record<string, () => Buffer>> = {
  // Ten gigabytes in a thousand members.
  gzip: () => Buffer.concat(Array.from({ length: 1000 }, () => member)),
  deflate: () => deflateSync(Buffer.alloc(200 * mebi)),
  br: () => brotliCompressSync(Buffer.alloc(200 * mebi), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  zstd: () => Buffer.concat(Array.from({ length: 1000 }, () => frame)),
};

for (const [coding, encode] of Object.entries(codings)) {
  test(`a bomb in ${coding} ends at the limit, whatever it would become`, async (t) => {
    const bomb = bombs[coding]?.() ?? Buffer.alloc(0);
    // Were more held than the bomb and the limit at any time, the refusal would be another.
    const tight = await startTestGateway(t, { targets }, { maxBufferedBytes: 10 * mebi + bomb.length });

    const answer = await answerTo(encoded(bomb, coding), tight);

    assertRefusal(answer, 413, 'request_too_large');
    assert.match(answer.text, /10485760/);
    assert.equal(await bufferedBytes(tight), 0);
    assert.equal((await answerTo(post(chat('hi')), tight)).status, 200);
  });

  test(`the limit is on what a call in ${coding} is when decoded, and on what is sent`, async (t) => {
    const small = await startTestGateway(t, {
      targets: [{ url: upstream.url }],
      limits: { body_bytes: 4096 },
    });
    const around = chat('').length;
    const noise = Buffer.alloc(5000);

    const fits = await answerTo(encoded(encode(chat('x'.repeat(4096 - around))), coding), small);
    const over = await answerTo(encoded(encode(chat('x'.repeat(4097 - around))), coding), small);
    const sent = await answerTo(encoded(noise, coding), small);

    assert.equal(fits.status, 200);
    assertRefusal(over, 413, 'request_too_large');
    assertRefusal(sent, 413, 'request_too_large');
    assert.equal(await bufferedBytes(small), 0);
  });

  test(`a call in ${coding} counts decoded among what all calls hold`, async (t) => {
    const small = await startTestGateway(t, { targets }, { maxBufferedBytes: 5_000 });

    const refused = await answerTo(encoded(encode(chat('x'.repeat(6_000))), coding), small);
    const served = await answerTo(encoded(encode(chat('x'.repeat(3_000))), coding), small);

    assertRefusal(refused, 503, 'overloaded');
    assert.equal(served.status, 200);
    assert.equal(await bufferedBytes(small), 0);
  });
}

test('a zstd frame that wants more memory than HTTP allows is refused', async () => {
  const wide = zstdCompressSync(chat('hi'.repeat(9 * mebi)), {
    params: { [constants.ZSTD_c_windowLog]: 24, [constants.ZSTD_c_contentSizeFlag]: 0 },
  });

  assertRefusal(await answerTo(encoded(wide, 'zstd'), gateway), 400, 'request_malformed');
});

test('nesting and values of a decoded call are limited as of a plain one', async () => {
  const deep = `{"messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const wide = `{"messages":[${'"",'.repeat(300_000)}1]}`;

  assertRefusal(await answerTo(encoded(gzipSync(deep), 'gzip'), gateway), 400, 'request_malformed');
  assertRefusal(await answerTo(encoded(zstdCompressSync(wide), 'zstd'), gateway), 400, 'request_malformed');
});
