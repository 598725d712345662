import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import OpenAI, {
  APIConnectionTimeoutError,
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai';
import { startTestGateway, type ConfigLines } from '../support/gateway.ts';
import { chunk, jsonReply, streamHead } from '../support/reply-bytes.ts';
import { chatChunk, close, type Script, send, silence, sse, startUpstream } from '../support/upstream.ts';

const model = 'sim';
const messages = (content: string) => [{ role: 'user' as const, content }];

function sdk(url: string, options: ConstructorParameters<typeof OpenAI>[0] = {}): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'of-the-app', ...options });
}

async function startSimulated(t: TestContext, config: Partial<ConfigLines> = {}) {
  const chain = ['pii-detector'];
  const more = { providers: { targets: [{ id: 'sim', provider: 'simulator', model }] } };
  const gateway = await startTestGateway(t, { targets: [], chain, more, ...config });
  return { gateway, client: sdk(gateway.url) };
}

async function startScripted(t: TestContext, script: Script) {
  const upstream = await startUpstream(t, script);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }], chain: ['pii-detector'] });
  return { upstream, gateway };
}

// Asked so, the model brings up an address of its own: what is redacted is the answer.
const contact = 'How can I contact support?';
const redacted = 'You can reach our support team at [EMAIL] or [PHONE].';

test('chat is answered, with the address in it redacted', async (t) => {
  const { client } = await startSimulated(t);

  const answer = await client.chat.completions.create({
    model,
    messages: messages(contact),
  });

  assert.equal(answer.choices[0]?.message.content, redacted);
  assert.ok((answer.usage?.total_tokens ?? 0) > 0);
});

test('chat is streamed, with the address in it redacted', async (t) => {
  const { client } = await startSimulated(t);

  const stream = await client.chat.completions.create({
    model,
    stream: true,
    messages: messages(`${contact} #sim split=3`),
  });
  let text = '';
  for await (const event of stream) text += event.choices[0]?.delta.content ?? '';

  assert.equal(text, redacted);
});

test('tool calls arrive, whole and streamed', async (t) => {
  const { client } = await startSimulated(t);
  const call = {
    model,
    messages: messages(`#sim tool=lookup args='{"city":"Bern"}'`),
    tools: [{ type: 'function' as const, function: { name: 'lookup', parameters: { type: 'object' } } }],
  };

  const whole = await client.chat.completions.create(call);
  const streamed = await client.chat.completions.stream(call).finalChatCompletion();

  for (const answer of [whole, streamed]) {
    const tool = answer.choices[0]?.message.tool_calls?.[0];
    assert.ok(tool?.type === 'function');
    assert.deepEqual([tool.function.name, JSON.parse(tool.function.arguments)], ['lookup', { city: 'Bern' }]);
  }
});

test('embeddings arrive as numbers', async (t) => {
  const { client } = await startSimulated(t);

  const { data } = await client.embeddings.create({ model, input: ['one', 'two'] });

  assert.equal(data.length, 2);
  assert.ok((data[0]?.embedding.length ?? 0) > 0);
});

test('responses arrive, whole and streamed', async (t) => {
  const { client } = await startSimulated(t);
  const input = `${contact} #sim split=4`;

  const whole = await client.responses.create({ model, input });
  const streamed = await client.responses.stream({ model, input }).finalResponse();
  let deltas = '';
  for await (const event of await client.responses.create({ model, input, stream: true })) {
    if (event.type === 'response.output_text.delta') deltas += event.delta;
  }

  assert.equal(whole.output_text, redacted);
  assert.equal(streamed.output_text, redacted);
  assert.equal(deltas, redacted);
});

test('models are listed and found', async (t) => {
  const { client } = await startSimulated(t);

  const { data } = await client.models.list();
  const one = await client.models.retrieve(model);

  assert.deepEqual(
    data.map(({ id }) => id),
    [model],
  );
  assert.equal(one.id, model);
});

test('a background answer is refused: it would be fetched past every policy', async (t) => {
  const { client } = await startSimulated(t);

  await assert.rejects(client.responses.create({ model, input: 'hi', background: true }), (error) => {
    assert.ok(error instanceof BadRequestError);
    assert.equal(error.code, 'request_unsupported');
    return true;
  });
});

test('a denial is a ConflictError, and is sent once', async (t) => {
  const { gateway, client } = await startSimulated(t, { policy: { 'pii-detector': { action: 'block' } } });

  await assert.rejects(
    client.chat.completions.create({ model, messages: messages('I am ann@example.com.') }),
    (error) => {
      assert.ok(error instanceof ConflictError);
      assert.equal(error.code, 'input_blocked');
      assert.equal(error.type, 'policy_violation');
      return true;
    },
  );
  await client.models.list();

  const calls = await gateway.calls(2);
  assert.deepEqual(
    calls.map(({ endpoint }) => endpoint),
    ['chat_completions', 'models'],
  );
});

test('a denial within a stream is an exception, after the words that were let go', async (t) => {
  const { client } = await startSimulated(t, { policy: { 'pii-detector': { action: 'block' } } });
  const stream = await client.chat.completions.create({
    model,
    stream: true,
    messages: messages('Which e-mail address reaches support?'),
  });
  let text = '';

  await assert.rejects(
    async () => {
      for await (const event of stream) text += event.choices[0]?.delta.content ?? '';
    },
    (error) => error instanceof APIError && error.code === 'output_blocked',
  );
  assert.equal(text.trimEnd(), 'You can reach our support team at');
});

const errorClasses = [
  [400, BadRequestError, 1],
  [401, AuthenticationError, 1],
  [403, PermissionDeniedError, 1],
  [404, NotFoundError, 1],
  [422, UnprocessableEntityError, 1],
  [429, RateLimitError, 3],
  [500, InternalServerError, 3],
] as const;

for (const [status, expected, requests] of errorClasses) {
  test(`a provider's ${status} is its ${expected.name}, asked ${requests} times`, async (t) => {
    const body = { error: { message: 'of the provider', type: 't', code: 'c' } };
    const headers = { 'retry-after-ms': 1, 'x-request-id': 'up-7' };
    const bytes = jsonReply(body, {
      status,
      headers: { ...headers, 'content-length': JSON.stringify(body).length },
    });
    const { upstream, gateway } = await startScripted(t, [[send(bytes)]]);

    await assert.rejects(
      sdk(gateway.url).chat.completions.create({ model, messages: messages('hi') }),
      (error) => {
        assert.ok(error instanceof expected);
        assert.equal(error.requestID, 'up-7');
        assert.match(error.message, /of the provider/);
        return true;
      },
    );

    assert.equal(upstream.requests.length, requests);
  });
}

test('a provider that dies within a stream is an exception', async (t) => {
  const event = sse(chatChunk({ content: 'Half ' }));
  const { gateway } = await startScripted(t, [[send(streamHead()), send(chunk(event)), close()]]);
  const stream = await sdk(gateway.url).chat.completions.create({
    model,
    stream: true,
    messages: messages('hi'),
  });

  await assert.rejects(
    async () => {
      for await (const _ of stream);
    },
    (error) => error instanceof APIError && error.code === 'upstream_cut_off',
  );
});

test('an abort of a stream reaches the provider', async (t) => {
  const event = sse(chatChunk({ content: 'Half ' }));
  const { upstream, gateway } = await startScripted(t, [[send(streamHead()), send(chunk(event)), silence()]]);
  const stream = await sdk(gateway.url).chat.completions.create({
    model,
    stream: true,
    messages: messages('hi'),
  });

  for await (const _ of stream) break;

  await upstream.peerClosed(0);
  const [call] = await gateway.calls(1);
  assert.equal(call?.['aborted'], 'client');
});

test('a timeout of the SDK reaches the provider', async (t) => {
  const { upstream, gateway } = await startScripted(t, [[silence()]]);
  const client = sdk(gateway.url, { timeout: 100, maxRetries: 0 });

  await assert.rejects(
    client.chat.completions.create({ model, messages: messages('hi') }),
    APIConnectionTimeoutError,
  );

  await upstream.peerClosed(0);
});
