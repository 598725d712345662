import assert from 'node:assert/strict';
import test from 'node:test';
import OpenAI, { APIError } from 'openai';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { chunkedReply } from '../support/reply-bytes.ts';
import { chatChunk, send, sse, startUpstream } from '../support/upstream.ts';

const created = {
  type: 'response.created',
  sequence_number: 0,
  response: { status: 'in_progress', error: null, output: [] },
};
const said = (type: string, at: number, more: object = {}): object => ({
  type,
  sequence_number: at,
  ...more,
});
const delta = (at: number, text: string): object =>
  said('response.output_text.delta', at, { output_index: 0, content_index: 0, item_id: 'i', delta: text });

/** What ends a Responses stream from our side, and the last number that the client has seen by then. */
const ends: Readonly<Record<string, readonly [events: string, code: string, number: number]>> = {
  'breaks off': [sse(created, delta(1, 'one '), delta(2, 'two ')), 'upstream_cut_off', 3],
  'holds what a policy blocks': [sse(created, delta(1, 'one '), delta(2, 'mail ann@example.com now')), 'output_blocked', 2],
  'numbers itself from elsewhere': [`${sse(said('response.created', 40), delta(41, 'one '))}: x\n\n`, 'upstream_cut_off', 42],
  'talks of numbers in its text': [sse(created, delta(6, '"sequence_number":99 ')), 'upstream_cut_off', 7],
  'has no numbers': [sse({ type: 'response.output_text.delta', delta: 'one ' }), 'upstream_cut_off', 0],
}; // prettier-ignore

for (const [what, [events, code, number]] of Object.entries(ends)) {
  test(`a typed client decodes our error where a Responses stream ${what}`, async (t) => {
    const upstream = await startUpstream(t, [[send(chunkedReply([events]))]]);
    const gateway = await startTestGateway(t, {
      targets: [{ url: upstream.url }],
      chain: ['pii-detector'],
      policy: { 'pii-detector': { action: 'block' } },
    });
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'x', maxRetries: 0 });

    const stream = await client.responses.create({ model: 'm', input: 'hi', stream: true });
    const numbers: (number | undefined)[] = [];
    const reading = (async () => {
      for await (const event of stream) numbers.push(event.sequence_number);
    })();

    await assert.rejects(reading, (error) => {
      assert.ok(error instanceof APIError);
      const { message: told, request_id: _, policy: __, ...fields } = Object(error.error);
      assert.deepEqual(fields, { type: 'error', sequence_number: number, code, param: null });
      assert.notEqual(told, '');
      return true;
    });
    assert.equal(numbers.at(-1), number === 0 ? undefined : number - 1);
  });
}

test('the error of a Responses stream is an event named `error`, that of a chat stream is data', async (t) => {
  const begun = { chat: chatChunk({ content: 'so ' }), responses: delta(0, 'so ') };
  const upstreams = await Promise.all(
    Object.values(begun).map((event) => startUpstream(t, [[send(chunkedReply([sse(event)]))]])),
  );
  const lastOf = async (at: number, path: string): Promise<string> => {
    const gateway = await startTestGateway(t, { targets: [{ url: upstreams[at]?.url ?? '' }] });
    const client = await gateway.client();
    client.send(post(chat('hi', { stream: true, input: 'hi' }), { path }));
    return (await client.answer()).text.trimEnd().split('\n\n').at(-1) ?? '';
  };

  assert.match(await lastOf(0, '/v1/chat/completions'), /^data: \{"error":\{"type":"upstream_error",/);
  assert.match(await lastOf(1, '/v1/responses'), /^event: error\ndata: \{/);
});

test('a client library throws our error of a chat stream', async (t) => {
  const upstream = await startUpstream(t, [[send(chunkedReply([sse(chatChunk({ content: 'so ' }))]))]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] });
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'x', maxRetries: 0 });

  const stream = await client.chat.completions.create({ model: 'm', stream: true, messages: [] });

  await assert.rejects(
    async () => {
      for await (const _ of stream);
    },
    (error) => error instanceof APIError && error.code === 'upstream_cut_off',
  );
});
