import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Cleanup } from '../support/cleanup.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post, type RawAnswer, streamPost } from '../support/raw-client.ts';
import { chunk, lastChunk, reply, streamHead } from '../support/reply-bytes.ts';
import { eventsOf, fieldsOf } from '../support/streams.ts';
import {
  chatAnswer,
  chatChunk,
  everyByte,
  gate,
  hold,
  send,
  sse,
  startUpstream,
  type Step,
} from '../support/upstream.ts';

// What a client makes of an answer does not depend on its content type: SDKs that asked for a stream read one.

async function start(t: Cleanup, steps: readonly Step[]) {
  const upstream = await startUpstream(t, [steps]);
  const gateway = await startTestGateway(t, {
    targets: [{ url: upstream.url }],
    chain: ['pii-detector'],
    policy: { 'pii-detector': {} },
  });
  return { gateway, client: await gateway.client() };
}

async function answerTo(t: Cleanup, bytes: Buffer, isStream: boolean, isCut = false): Promise<RawAnswer> {
  const { client } = await start(t, [send(bytes, isCut ? everyByte(bytes) : [])]);
  client.send(isStream ? streamPost() : post(chat('hi')));
  return client.answer();
}

const pieces = ['Card 4111 11', '11 1111 11', '11 ok'] as const;
const chunks = pieces.map((content) => chatChunk({ content }));
const stops = chatChunk({ finishReason: 'stop' });
const usage = chatChunk({ usage: { prompt_tokens: 7, completion_tokens: 9 } });
const stream = sse(...chunks, stops, usage, '[DONE]');

const types = [
  'application/json',
  'text/plain',
  'text/html; charset=utf-8',
  'application/octet-stream',
  'application/x-ndjson',
  '',
] as const;
const beginnings = [
  '',
  '\ufeff',
  '\n\n',
  ' \r\n\r\n',
  ': ping\n\n',
  'event: x\n',
  'id: 1\nretry: 5\n',
] as const;

for (const type of types) {
  test(`an event stream is enforced as one under the content type "${type}", asked for or not`, async (t) => {
    for (const isStream of [true, false]) {
      for (const begin of beginnings) {
        const head = streamHead({ headers: { 'content-type': type } });
        const bytes = Buffer.concat([head, chunk(begin + stream), lastChunk]);

        const { status, headers, text } = await answerTo(t, bytes, isStream, begin === '\ufeff');

        assert.equal(status, 200);
        assert.equal(headers['content-type'], 'text/event-stream');
        assert.equal(headers['x-keeptrusts-enforcement'], 'realtime');
        assert.equal(
          fieldsOf(text.trimStart()).get('.choices.0.delta.content'),
          'Card [CREDIT_CARD] ok',
          begin,
        );
        assert.equal(eventsOf(text).at(-1), '[DONE]');
      }
    }
  });
}

test('an event stream without a content type, or compressed, is enforced as one', async (t) => {
  const none = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
  const packed = streamHead({ headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } });

  for (const bytes of [
    Buffer.concat([none, chunk(stream), lastChunk]),
    Buffer.concat([packed, chunk(gzipSync(stream)), lastChunk]),
  ]) {
    const { headers, text } = await answerTo(t, bytes, true);

    assert.equal(headers['content-type'], 'text/event-stream');
    assert.equal(fieldsOf(text).get('.choices.0.delta.content'), 'Card [CREDIT_CARD] ok');
  }
});

test('an event stream under another content type is shown as it comes, its usage read and nothing of it uninspected', async (t) => {
  const rest = gate();
  const first = sse(chatChunk({ content: 'so it ' }));
  const { client, gateway } = await start(t, [
    send(streamHead({ headers: { 'content-type': 'application/json' } })),
    send(chunk(first)),
    hold(rest),
    send(chunk(sse(stops, usage, '[DONE]'))),
    send(lastChunk),
  ]);

  client.send(streamPost());
  await client.until('the first event', () => (client.received.includes('so it ') ? true : undefined));
  rest.open();
  await client.answer();

  const [call] = await gateway.calls(1);
  assert.equal(call?.['output_tokens'], 9);
  assert.equal(call?.['stream'], true);
  assert.equal(call?.['uninspected'], undefined);
});

const json = chunks.map((one) => JSON.stringify(one));
const refused: Readonly<Record<string, string | Buffer>> = {
  'lines of JSON': `${json.join('\n')}\n`,
  'lines of JSON with CR LF': `${json.join('\r\n')}\r\n`,
  'documents in a row': json.join(''),
  'a byte order mark and lines of JSON': `\ufeff${json.join('\n')}`,
  'a list of documents': `[${json.join(',\n')}]`,
  'a JSON text sequence': json.map((one) => `\x1e${one}\n`).join(''),
  'an answer and more': JSON.stringify(chatAnswer()) + json.join('\n'),
  'parts of a multipart body': json
    .map((one) => `--b\r\ncontent-type: application/json\r\n\r\n${one}\r\n`)
    .join(''),
  'plain text': pieces.join('\n'),
  'a page': `<p>${pieces.join('</p>\n<p>')}</p>`,
  'a document in UTF-16': Buffer.from(
    JSON.stringify(chatAnswer({ contents: ['4111 1111 1111 1111'] })),
    'utf16le',
  ),
  'bytes that are compressed and do not say so': gzipSync(stream),
  'lines of JSON, then events': `${json.join('\n')}\n${sse('[DONE]')}`,
  'events that begin with a blank': stream.replaceAll('data:', ' data:'),
  'events without blank lines between them': stream.replaceAll('\n\n', '\n'),
  'events of lines of JSON': `data: ${json.join('\ndata: ')}\n\n${sse('[DONE]')}`,
};

for (const [what, body] of Object.entries(refused)) {
  test(`an answer that is neither one document nor a stream is refused: ${what}`, async (t) => {
    for (const isStream of [true, false]) {
      for (const type of ['application/json', 'application/x-ndjson', 'text/event-stream', 'text/plain']) {
        const bytes = reply({ headers: { 'content-type': type }, body });

        const { text } = await answerTo(t, bytes, isStream);

        assert.match(text, /"code":"upstream_(?:invalid|cut_off)"/, `${type} ${text}`);
        // An id is drawn at random, and may have these digits.
        assert.doesNotMatch(text.replace(/"request_id":"[^"]*"/, ''), /4111|11 11|\[DONE\]/, type);
      }
    }
  });
}

test('one document is an answer under any content type, also where a stream was asked for', async (t) => {
  const body = JSON.stringify(chatAnswer({ contents: ['to ann@example.com'] }));
  for (const isStream of [true, false]) {
    for (const type of ['application/json', 'text/plain', 'text/event-stream', '']) {
      const { status, text } = await answerTo(
        t,
        reply({ headers: { 'content-type': type }, body: `\n${body}\n` }),
        isStream,
        true,
      );

      assert.equal(status, 200);
      assert.equal(text, `\n${body.replace('ann@example.com', '[EMAIL]')}\n`);
    }
  }
});

const errors: readonly (readonly [what: string, sent: string, got: string])[] = [
  ['a page', '<p>ask ann@example.com</p>', '<p>ask [EMAIL]</p>'],
  ['text', 'ask ann@example.com', 'ask [EMAIL]'],
  ['text that begins like a field', 'id: 5 of ann@example.com', 'id: 5 of [EMAIL]'],
  ['a document', '{"error":"ask ann@example.com"}', '{"error":"ask [EMAIL]"}'],
  ['a list', '[{"error":"ask ann@example.com"}]', '[{"error":"ask [EMAIL]"}]'],
  [
    'an event',
    'data: {"error":{"message":"ask ann@example.com"}}',
    'data: {"error":{"message":"ask [EMAIL]"}}',
  ],
  ['nothing', '', ''],
];

test('the body of an error is judged as what its client reads, and keeps its status', async (t) => {
  for (const [what, sent, got] of errors) {
    for (const isStream of [true, false]) {
      const { status, text } = await answerTo(t, reply({ status: 400, body: sent }), isStream);

      assert.equal(status, 400, what);
      assert.equal(text.trimEnd(), got, what);
    }
  }
});

test('an event stream with the status of an error is enforced as one', async (t) => {
  const { status, text } = await answerTo(t, reply({ status: 400, body: stream }), true);

  assert.equal(status, 400);
  assert.equal(fieldsOf(text.trimEnd()).get('.choices.0.delta.content'), 'Card [CREDIT_CARD] ok');
});

test('an error of several documents is refused', async (t) => {
  const list = `[${json.join(',\n')}]`;
  const sequence = json.map((one) => `\x1e${one}\n`).join('');
  for (const body of [json.join('\n'), json.join(''), sequence, list]) {
    const { status, text } = await answerTo(t, reply({ status: 400, body }), true);

    assert.equal(status, 502);
    assert.doesNotMatch(text, /11 11/);
  }
});
