import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { chunkedReply } from '../support/reply-bytes.ts';
import { chatChunk, send, sse, startUpstream } from '../support/upstream.ts';

const counts = (prompt_tokens: number, completion_tokens: number): object => ({
  prompt_tokens,
  completion_tokens,
});
const hi = chatChunk({ content: 'Hi ' });
const end = chatChunk({ finishReason: 'stop' });
const last = (usage: object): object => ({ choices: [], usage });
const responses = (usage: object, type = 'completed'): readonly object[] => [
  { type: 'response.output_text.delta', sequence_number: 0, delta: 'Hi' },
  { type: `response.${type}`, sequence_number: 1, response: { status: type, output: [], usage } },
];

/** Where the stream of a provider says what it took: 7 tokens in, 3 out. */
const streams: Readonly<Record<string, readonly [events: readonly object[], path?: string]>> = {
  'in an event of its own': [[hi, end, last(counts(7, 3))]],
  'beside the end': [[hi, { ...end, usage: counts(7, 3) }]],
  'beside the last words': [[hi, { ...hi, usage: counts(7, 3) }, end]],
  'in x_groq': [[hi, { ...end, x_groq: { id: 'r', usage: counts(7, 3) } }]],
  'in x_groq, and zeros behind it': [[hi, { ...end, x_groq: { usage: counts(7, 3) } }, last(counts(0, 0))]],
  'in every event, growing': [[{ ...hi, usage: counts(7, 1) }, { ...hi, usage: counts(7, 2) }, { ...end, usage: counts(7, 3) }]],
  'in every event, then zeros': [[{ ...hi, usage: counts(7, 2) }, { ...end, usage: counts(7, 3) }, last(counts(0, 0))]],
  'in every event, null before': [[{ ...hi, usage: null }, { ...end, usage: null }, last(counts(7, 3))]],
  'and null behind it': [[hi, { ...end, usage: counts(7, 3) }, { ...end, usage: null }]],
  'in halves': [[{ ...hi, usage: counts(7, 0) }, { ...end, usage: counts(0, 3) }]],
  'in the choice': [[hi, { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: counts(7, 3) }] }]],
  'and nonsense behind it': [[hi, { ...end, usage: counts(7, 3) }, last({ prompt_tokens: '9', completion_tokens: -1 })]],
  'in a response': [responses({ input_tokens: 7, output_tokens: 3 }), '/v1/responses'],
  'in a response that is incomplete': [responses({ input_tokens: 7, output_tokens: 3 }, 'incomplete'), '/v1/responses'],
}; // prettier-ignore

for (const [where, [events, path = '/v1/chat/completions']] of Object.entries(streams)) {
  test(`the usage of a stream is read, not estimated, ${where}`, async (t) => {
    const upstream = await startUpstream(t, [[send(chunkedReply([sse(...events, '[DONE]')]))]]);
    const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }], chain: ['pii-detector'] });
    const client = await gateway.client();

    client.send(post(chat('hi', { stream: true, input: 'hi' }), { path }));
    await client.answer();

    const [call] = await gateway.calls(1);
    assert.deepEqual(
      [call?.['input_tokens'], call?.['output_tokens'], call?.['tokens_estimated']],
      [7, 3, undefined],
    );
  });
}
