import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { assertRefusal, errorOf } from '../support/envelope.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunk, chunkedReply, jsonReply, lastChunk, streamHead } from '../support/reply-bytes.ts';
import {
  chatAnswer,
  chatChunk,
  everyByte,
  gate,
  hold,
  type Script,
  send,
  silence,
  sse,
  startUpstream,
} from '../support/upstream.ts';

async function start(t: Cleanup, script: Script, action?: 'redact' | 'block') {
  const upstream = await startUpstream(t, script);
  const gateway = await startTestGateway(t, {
    targets: [{ url: upstream.url }],
    chain: action === undefined ? [] : ['pii-detector'],
    policy: action === undefined ? {} : { 'pii-detector': { action } },
  });
  return { upstream, gateway, client: await gateway.client() };
}

const end = sse(chatChunk({ finishReason: 'stop' }), '[DONE]');

for (const action of [undefined, 'redact'] as const) {
  test(`each event arrives before the next is sent, ${action ?? 'without a policy'}`, async (t) => {
    const texts = ['First words, ', 'then others, ', 'and the last. '];
    const gates = texts.map(() => gate());
    const steps = texts.flatMap((content, at) => [
      send(chunk(sse(chatChunk({ content })))),
      hold(gates[at] ?? gate()),
    ]);
    const { client } = await start(
      t,
      [[send(streamHead()), ...steps, send(chunk(end)), send(lastChunk)]],
      action,
    );

    client.send(streamPost());
    for (const [at, content] of texts.entries()) {
      await client.text(content);
      assert.ok(!client.received.toString().includes(texts[at + 1] ?? '[DONE]'));
      gates[at]?.open();
    }

    assert.match((await client.answer()).text, /\[DONE\]/);
  });
}

test('text that can become part of a match waits for the next event, and no longer', async (t) => {
  const [first, second] = [gate(), gate()];
  const { client } = await start(
    t,
    [
      [
        send(streamHead()),
        send(chunk(sse(chatChunk({ content: 'Mail to ' }), chatChunk({ content: 'ann@exam' })))),
        hold(first),
        send(chunk(sse(chatChunk({ content: 'ple.com, ' })))),
        hold(second),
        send(chunk(end)),
        send(lastChunk),
      ],
    ],
    'redact',
  );

  client.send(streamPost());
  const before = await client.text('Mail to ');
  first.open();
  const afterwards = await client.text('[EMAIL]');
  second.open();
  const { text } = await client.answer();

  assert.doesNotMatch(before, /ann/);
  assert.doesNotMatch(afterwards, /DONE/);
  assert.doesNotMatch(text, /ann|ple\.com/);
});

// One event in two forms of line ends, with characters of more than one byte around the address.
const answer = [
  sse(chatChunk({ role: 'assistant', content: '' })),
  sse(chatChunk({ content: 'Écrivez à ann@ex' }), chatChunk({ content: 'ample.com, 😀.' })).replaceAll(
    '\n',
    '\r\n',
  ),
  'data:{"choices":[{"index":1,"delta":{"content":"bob@example.org "}}]}\n\n',
  sse(chatChunk({ finishReason: 'stop' }), '[DONE]'),
].join('');

const everywhere = everyByte(answer);
let cut: readonly number[] = [];
const splitting = await start(
  { after },
  async (_request, connection) => {
    await connection.send(streamHead({ headers: { 'transfer-encoding': 'identity', connection: 'close' } }));
    await connection.send(answer, cut);
    connection.end();
  },
  'redact',
);

async function receivedWith(cuts: readonly number[]): Promise<string> {
  cut = cuts;
  const client = await splitting.gateway.client();
  client.send(streamPost());
  const { text } = await client.answer();
  client.socket.destroy();
  return contents(text);
}

/** The text of each choice, put together as a client does. */
function contents(stream: string): string {
  const texts = new Map<string, string>();
  for (const [, data = ''] of stream.matchAll(/^data: ?(\{.*\})\r?$/gm)) {
    const found = /"choices":\[\{"index":(\d+),"delta":\{.*?"content":("(?:[^"\\]|\\.)*")/.exec(data);
    if (found === null) continue;
    const [, index = '', json = '""'] = found;
    texts.set(index, (texts.get(index) ?? '') + String(JSON.parse(json)));
  }
  return JSON.stringify([...texts].toSorted(([a], [b]) => a.localeCompare(b)));
}

const expected = '[["0","Écrivez à [EMAIL], 😀."],["1","[EMAIL] "]]';

test('an answer that arrives in one piece is enforced', async () => {
  assert.equal(await receivedWith([]), expected);
});

test('an answer that is cut at every byte at once gives the same text', async () => {
  assert.equal(await receivedWith(everywhere), expected);
});

test('an answer that is cut in two at any byte gives the same text', async () => {
  for (const at of everywhere) assert.equal(await receivedWith([at]), expected, `cut at ${at}`);
});

test('a denial in the middle of a stream discards what is withheld and says why', async (t) => {
  const harmless = sse(chatChunk({ content: 'Harmless words. ' }));
  const { client, upstream, gateway } = await start(
    t,
    [
      [
        send(streamHead()),
        send(chunk(harmless)),
        send(chunk(sse(chatChunk({ content: 'ann@example.com. ' })))),
        silence(),
      ],
    ],
    'block',
  );

  client.send(streamPost());
  const { text } = await client.answer();

  assert.ok(text.startsWith(harmless));
  const last = text.slice(harmless.length);
  assert.match(last, /^data: [^\n]*\n\n$/);
  const error = errorOf(last.slice('data: '.length));
  assert.deepEqual([error['code'], error['policy']], ['output_blocked', 'pii-detector']);
  await upstream.peerClosed(0);
  const [call] = await gateway.calls(1);
  assert.equal(call?.['verdict'], 'deny');
});

test('a denied request is answered with 409, is not to be retried, and reaches no provider', async (t) => {
  const { client, upstream } = await start(t, [[send(jsonReply(chatAnswer()))]], 'block');

  client.send(post(chat('I am ann@example.com.')));
  const refused = await client.answer();

  assertRefusal(refused, 409, 'input_blocked');
  assert.equal(refused.headers['x-should-retry'], 'false');
  assert.equal(errorOf(refused.text)['policy'], 'pii-detector');
  assert.equal(upstream.requests.length, 0);
});

test('a denied answer that is not streamed is withheld whole', async (t) => {
  const { client } = await start(
    t,
    [[send(jsonReply(chatAnswer({ contents: ['ann@example.com'] })))]],
    'block',
  );

  client.send(post(chat('hi')));

  assertRefusal(await client.answer(), 409, 'output_blocked');
});

test('the usage chunk is hidden from a client that did not ask for it', async (t) => {
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
  const events = [
    sse(chatChunk({ content: 'a. ' })),
    sse(chatChunk({ finishReason: 'stop' })),
    sse(chatChunk({ usage })),
    sse('[DONE]'),
  ];
  const { client, gateway } = await start(t, [[send(chunkedReply(events))]], 'redact');

  client.send(streamPost());
  const hidden = await client.answer();
  client.send(post(chat('hi', { stream: true, stream_options: { include_usage: true } })));
  const shown = await client.answer();

  assert.equal(hidden.text, events.filter((_, at) => at !== 2).join(''));
  assert.equal(shown.text, events.join(''));
  const [call] = await gateway.calls(1);
  assert.deepEqual([call?.['input_tokens'], call?.['output_tokens']], [3, 4]);
});

test('a provider that keeps its stream open after [DONE] is let go', async (t) => {
  const script = [
    [
      send(streamHead()),
      send(chunk(sse(chatChunk({ content: 'All there is.' })))),
      send(chunk(end)),
      silence(),
    ],
  ];
  const { client, upstream } = await start(t, script);

  client.send(streamPost());

  assert.match((await client.answer()).text, /\[DONE\]/);
  await upstream.peerClosed(0);
});
