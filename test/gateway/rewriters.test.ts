import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { GatewayStartError } from '../../src/gateway-start-error.ts';
import { startTestGateway } from '../support/gateway.ts';
import { streamPost } from '../support/raw-client.ts';
import { chunk, chunkedReply, streamHead } from '../support/reply-bytes.ts';
import { fieldsOf } from '../support/streams.ts';
import {
  chatChunk,
  gate,
  hold,
  send,
  type Script,
  silence,
  sse,
  startUpstream,
} from '../support/upstream.ts';

const disclaimer = { name: 'advice', pattern: '$', replacement: ' Not advice.', condition: '(?i)\\bbuy\\b' };

interface Given {
  readonly limits?: Readonly<Record<string, number>>;
  readonly settings?: object;
}

async function start(t: TestContext, script: Script, { limits = {}, settings = {} }: Given = {}) {
  const upstream = await startUpstream(t, script);
  const gateway = await startTestGateway(t, {
    targets: [{ url: upstream.url }],
    chain: ['response-rewriter', 'pii-detector'],
    policy: { 'response-rewriter': { rules: [disclaimer], ...settings }, 'pii-detector': {} },
    limits,
  });
  return gateway.client();
}

function streamed(...pieces: readonly string[]): string {
  const events = pieces.map((content) => chatChunk({ content }));
  return sse(...events, chatChunk({ finishReason: 'stop' }), '[DONE]');
}

for (const [last, left] of [
  [' BUY it.', 'You may BUY it. Not advice.'],
  [' see it.', 'You may see it.'],
] as const) {
  test(`a rule with a condition is applied to the whole of a streamed answer: "${left}"`, async (t) => {
    const client = await start(t, [[send(chunkedReply([streamed('You', ' may', last)]))]]);

    client.send(streamPost());
    const { text, headers } = await client.answer();

    assert.equal(headers['x-keeptrusts-enforcement'], 'buffered');
    assert.equal(fieldsOf(text).get('.choices.0.delta.content'), left);
    assert.match(text, /\[DONE\]\n\n$/u);
  });
}

const limits = { sse_event_bytes: 1024, answer_bytes: 40_000 };
const words = Array.from({ length: 100 }, () => 'Words to buy. ');

test('an answer of many events is within the limit of an answer, whatever that of an event', async (t) => {
  const client = await start(t, [[send(chunkedReply([streamed(...words)]))]], { limits });

  client.send(streamPost());
  const { text } = await client.answer();

  assert.equal(fieldsOf(text).get('.choices.0.delta.content'), `${words.join('')} Not advice.`);
});

test('an answer beyond the limit is refused before its end', async (t) => {
  const begun = gate();
  const first = chunk(sse(chatChunk({ content: 'Words. ' })));
  const many = chunk(sse(...[...words, ...words, ...words].map((content) => chatChunk({ content }))));
  const client = await start(t, [[send(streamHead()), send(first), hold(begun), send(many), silence()]], {
    limits: { ...limits, waiting_comment_seconds: 1 },
  });

  client.send(streamPost());
  await client.text(': waiting');
  begun.open();
  const { text } = await client.answer();

  assert.match(text, /judged as a whole, is larger than 40000 bytes/u);
});

test('a condition cannot be told in real time, which is refused', async (t) => {
  await assert.rejects(start(t, [], { settings: { streaming_mode: 'realtime' } }), (error) => {
    assert.ok(error instanceof GatewayStartError);
    const [issue] = error.issues;
    assert.deepEqual([issue?.code, issue?.path], ['E018', 'policy.response-rewriter.streaming_mode']);
    return true;
  });
});
