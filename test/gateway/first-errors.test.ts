import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import OpenAI, { BadRequestError } from 'openai';
import { errorOf } from '../support/envelope.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunk, chunkedReply, streamHead } from '../support/reply-bytes.ts';
import { chatChunk, send, silence, sse, startUpstream } from '../support/upstream.ts';

const message = 'the maximum context length is 8192 tokens';
const goodStream = chunkedReply([
  sse(chatChunk({ content: 'from the second' }), chatChunk({ finishReason: 'stop' }), '[DONE]'),
]);

async function start(t: TestContext, begin: string, path = '/v1/chat/completions') {
  const first = await startUpstream(t, [[send(streamHead()), send(chunk(begin)), silence()]]);
  const second = await startUpstream(t, [[send(goodStream)]]);
  const chain = ['pii-detector'];
  const targets = [{ url: first.url }, { url: second.url }];
  const alone = await startTestGateway(t, { targets: targets.slice(0, 1), chain });
  const both = await startTestGateway(t, { targets, chain });
  const body = chat('hi', { stream: true, input: 'hi' });
  const ask = async (gateway: typeof alone) => {
    const client = await gateway.client();
    client.send(post(body, { path }));
    return client.answer();
  };
  return { first, second, alone: () => ask(alone), both: () => ask(both), url: alone.url };
}

const bad = { message, code: 400, type: 'invalid_request_error' };
const typed = { type: 'error', code: 'context_length_exceeded', message, param: null, sequence_number: 0 };
const failed = {
  type: 'response.failed',
  sequence_number: 2,
  response: { status: 'failed', error: { code: 'invalid_prompt', message }, output: [] },
};
const role = chatChunk({ role: 'assistant', content: '' });
const created = {
  type: 'response.created',
  sequence_number: 0,
  response: { status: 'in_progress', error: null, output: [] },
};
const responses = '/v1/responses';

/** How a stream begins that ends the search, and where it is asked for. */
const beginnings: Readonly<Record<string, readonly [begin: string, path?: string]>> = {
  'an error': [sse({ error: bad })],
  'an error beside no choices': [sse({ choices: [], error: bad })],
  'an error beside an empty choice': [sse({ ...role, error: bad })],
  'an error behind a role': [sse(role, { error: bad })],
  'an error behind comments': [`: hi\n\n${sse({ error: bad })}`],
  'an error that is named': [`event: error\n${sse({ error: bad })}`],
  'an error whose code is text': [sse({ error: { ...bad, code: '400' } })],
  'an error without a number': [sse({ error: { message, code: 'context_length_exceeded' } })],
  'an error of its own kind': [sse({ object: 'error', ...bad })],
  'an error in a list': [sse([{ error: bad }])],
  'a message with a code': [sse({ message, code: 400 })],
  'a typed error': [sse({ type: 'error', error: bad })],
  'a Responses error': [`event: error\n${sse(typed)}`, responses],
  'a Responses error behind its beginning': [sse(created, typed), responses],
  'a Responses error without a type': [sse({ error: bad }), responses],
  'a failed response': [sse(created, failed), responses],
}; // prettier-ignore

for (const [what, [begin, path]] of Object.entries(beginnings)) {
  test(`a stream that begins with ${what} is the provider's own 400, and no other target is asked`, async (t) => {
    const { first, second, both } = await start(t, begin, path);

    const answer = await both();

    assert.equal(answer.status, 400);
    assert.equal(answer.headers['content-type'], 'application/json');
    assert.equal(errorOf(answer.text)['message'], message);
    assert.equal(second.requests.length, 0);
    await first.peerClosed(0);
  });
}

const retried: readonly (readonly [error: object, status: number])[] = [
  [{ error: { message, code: 500 } }, 500],
  [{ error: { message, code: 503 } }, 503],
  [{ error: { message, code: 408 } }, 408],
  [{ error: { message, code: 'rate_limit_exceeded' } }, 429],
  [{ error: { message, type: 'insufficient_quota' } }, 429],
  [{ type: 'error', error: { type: 'overloaded_error', message } }, 529],
  [{ error: { message, code: 401 } }, 401],
  [{ error: { message, code: 'model_not_found' } }, 404],
  [{ error: { message } }, 502],
];

for (const [error, status] of retried) {
  test(`behind ${JSON.stringify(error)} the next target is asked, and the last one's is ${status}`, async (t) => {
    const { alone, both } = await start(t, sse(role, error));

    assert.match((await both()).text, /from the second/);
    const answer = await alone();
    assert.equal(answer.status, status);
    assert.equal(errorOf(answer.text)['message'], message);
  });
}

test('an error in plain words is told in the shape that clients read', async (t) => {
  const { alone } = await start(t, 'event: error\ndata: upstream "a" is down\n\n');

  const answer = await alone();

  assert.equal(answer.status, 502);
  assert.equal(errorOf(answer.text)['message'], 'upstream "a" is down');
});

test('a policy judges what an error says before any content', async (t) => {
  const { alone } = await start(t, sse({ error: { ...bad, message: 'no ann@example.com' } }));
  const plain = await start(t, 'event: error\ndata: no ann@example.com\n\n');

  assert.equal(errorOf((await alone()).text)['message'], 'no [EMAIL]');
  assert.equal(errorOf((await plain.alone()).text)['message'], 'no [EMAIL]');
});

test('a client library throws what the provider said, once', async (t) => {
  const { first, url } = await start(t, sse({ error: bad }));
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'x' });

  const asked = client.chat.completions.create({ model: 'm', stream: true, messages: [] });

  await assert.rejects(asked, (error) => error instanceof BadRequestError && error.message.includes(message));
  assert.equal(first.requests.length, 1);
});

test('an error behind content is passed on, and the stream ends with it', async (t) => {
  const content = sse(chatChunk({ content: 'so far ' }), { error: bad });
  const upstream = await startUpstream(t, [[send(streamHead()), send(chunk(content)), silence()]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] });
  const client = await gateway.client();

  client.send(streamPost());
  const { status, text } = await client.answer();

  assert.deepEqual([status, text], [200, content]);
});
