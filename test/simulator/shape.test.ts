import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatBody, payloads, post, rawChat, receive, start, streamedText, words } from './start.ts';

test('events=N is exactly so many text deltas', async (t) => {
  const simulator = await start(t);

  const text = await (await post(simulator, words(''))).text();

  assert.equal(streamedText(text), 'a '.repeat(10));
  // The role before them, the reason and the closing event after.
  assert.equal(payloads(text).length, 23);
});

test('a hundred thousand events arrive whole', async (t) => {
  const simulator = await start(t);

  const text = await (await post(simulator, chatBody('#sim say=x events=100000', { stream: true }))).text();

  assert.equal(streamedText(text), 'x'.repeat(100_000));
  assert.ok(text.endsWith('data: [DONE]\n\n'));
});

test('split cuts the text after so many characters', async (t) => {
  const simulator = await start(t);

  const text = await (
    await post(simulator, chatBody('#sim say="jane@example.com" split=4', { stream: true }))
  ).text();

  assert.equal(streamedText(text), 'jane@example.com');
  assert.equal(payloads(text).length, 4 + 3);
});

test('usage=off reports none, even when asked', async (t) => {
  const simulator = await start(t);
  const more = { stream_options: { include_usage: true } };

  const streamed = await (await post(simulator, chatBody('#sim usage=off', { stream: true, more }))).text();
  const whole = await (await post(simulator, chatBody('#sim usage=off'))).text();

  assert.ok(!streamed.includes('usage'));
  assert.ok(!whole.includes('usage'));
});

test('crlf ends every line with CR LF', async (t) => {
  const simulator = await start(t);

  const text = await (await post(simulator, words('crlf'))).text();

  assert.equal(text.match(/\r\n/g)?.length, 2 * 23);
  assert.ok(!/[^\r]\n/.test(text));
});

for (const stream of [true, false]) {
  const kind = stream ? 'stream' : 'whole answer';

  test(`gzip compresses a ${kind}, asked for or not`, async (t) => {
    const simulator = await start(t);
    const plain = await (await post(simulator, chatBody('#sim say="hello there"', { stream }))).text();

    const { reads, text } = await receive(
      rawChat(t, simulator, chatBody('#sim say="hello there" gzip', { stream })),
    );

    assert.match(text, /\r\ncontent-encoding: gzip\r\n/);
    const bytes = Buffer.concat(reads);
    assert.ok(bytes.includes(Buffer.from([0x1f, 0x8b])));
    const decoded = await (await post(simulator, chatBody('#sim say="hello there" gzip', { stream }))).text();
    assert.equal(
      stream ? streamedText(decoded) : contentOf(decoded),
      stream ? streamedText(plain) : contentOf(plain),
    );
  });

  test(`chunk cuts a ${kind} at every so many bytes`, async (t) => {
    const simulator = await start(t);
    const prompt = '#sim say="h\u00e9llo \u{1f600}"';
    const plain = await (await post(simulator, chatBody(prompt, { stream }))).text();

    const response = await post(simulator, chatBody(`${prompt} chunk=1`, { stream }));
    const socket = rawChat(t, simulator, chatBody(`${prompt} chunk=7`, { stream }));
    const { reads } = await receive(socket);

    assert.equal(stripIds(await response.text()), stripIds(plain));
    assert.ok(reads.length > 20, `${reads.length} reads`);
  });

  test(`reasoning comes before a ${kind}`, async (t) => {
    const simulator = await start(t);

    const text = await (
      await post(simulator, chatBody('#sim reasoning="let me think" say=ok', { stream }))
    ).text();

    const parts = [...text.matchAll(/"reasoning_content":"([^"]*)"/g)].map(([, part]) => part);
    assert.equal(parts.join(''), 'let me think');
    assert.equal(parts.length > 1, stream);
  });
}

for (const directives of ['per=6', 'per=6 gap=1']) {
  test(`${directives} puts so many events into each write`, async (t) => {
    const simulator = await start(t);

    const { reads } = await receive(rawChat(t, simulator, words(directives)));

    const counts = reads.map((read) => payloads(read.toString()).length).filter((count) => count > 0);
    assert.deepEqual(counts, [6, 6, 6, 5]);
  });
}

test('a compressed stream can be read as far as it has come', async (t) => {
  const simulator = await start(t);
  const response = await post(simulator, words('gzip per=1 stall=5'));
  let text = '';

  for await (const part of response.body ?? []) {
    text += Buffer.from(part).toString();
    if (payloads(text).length === 5) break;
  }

  assert.equal(payloads(text).length, 5);
});

test('writes of so many events arrive as the same bytes as others', async (t) => {
  const simulator = await start(t);
  const plain = await (await post(simulator, words(''))).text();

  const first = await (await post(simulator, words('per=5'))).text();
  const again = await (await post(simulator, words('per=5'))).text();

  assert.equal(again, first);
  assert.equal(stripIds(first), stripIds(plain));
});

function stripIds(text: string): string {
  return text
    .replaceAll(/chatcmpl-sim[0-9a-f]+/g, 'id')
    .replaceAll(/"usage":\{[^}]*\{[^}]*\}[^}]*\{[^}]*\}\}/g, 'usage');
}

function contentOf(text: string): string {
  return /"content":"([^"]*)"/.exec(text)?.[1] ?? '';
}
