import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI, {
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { sdk, start } from './start.ts';

const weather = {
  name: 'get_weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
    required: ['city', 'days'],
  },
};
function user(content: string): OpenAI.ChatCompletionMessageParam[] {
  return [{ role: 'user', content }];
}

test('text completions answer each prompt', async (t) => {
  const client = sdk(await start(t));

  const answer = await client.completions.create({ model: 'm', prompt: ['rain', 'snow'], n: 2, logprobs: 1 });
  const stream = await client.completions.create({ model: 'm', prompt: 'rain', echo: true, stream: true });
  let streamed = '';
  for await (const chunk of stream) streamed += chunk.choices[0]?.text ?? '';

  assert.deepEqual(
    answer.choices.map(({ index }) => index),
    [0, 1, 2, 3],
  );
  assert.match(answer.choices[2]?.text ?? '', /snow/);
  assert.equal(answer.choices[0]?.logprobs?.tokens?.join(''), answer.choices[0]?.text);
  assert.equal(streamed, `rain${answer.choices[0]?.text}`);
});

test('token arrays are prompts and inputs too', async (t) => {
  const client = sdk(await start(t));

  const completion = await client.completions.create({ model: 'm', prompt: [1, 2, 3] });
  const embedding = await client.embeddings.create({ model: 'm', input: [[1, 2], [3]] });

  assert.equal(completion.usage?.prompt_tokens, 3);
  assert.equal(embedding.data.length, 2);
  assert.equal(embedding.usage.prompt_tokens, 3);
});

test('embeddings are unit vectors that depend on the text', async (t) => {
  const client = sdk(await start(t));

  const encoded = await client.embeddings.create({ model: 'm', input: ['a', 'b', 'a'] });
  const plain = await client.embeddings.create({
    model: 'm',
    input: 'a',
    encoding_format: 'float',
    dimensions: 1536,
  });

  const [a, b, again] = encoded.data.map(({ embedding }) => embedding);
  assert.equal(a?.length, 1536);
  assert.ok(Math.abs(Math.hypot(...(a ?? [])) - 1) < 1e-4);
  assert.deepEqual(a, again);
  assert.notDeepEqual(a, b);
  assert.deepEqual(Float32Array.from(plain.data[0]?.embedding ?? []), Float32Array.from(a ?? []));
});

test('a response streams every event, in order', async (t) => {
  const client = sdk(await start(t));
  const stream = client.responses.stream({ model: 'm', input: '#sim say="one two" reasoning=hm' });
  const types: string[] = [];
  const numbers: number[] = [];
  stream.on('event', ({ type, sequence_number: number }) => {
    types.push(type.replace('response.', ''));
    numbers.push(number);
  });

  const final = await stream.finalResponse();

  const expected =
    'created in_progress ' +
    'output_item.added reasoning_summary_part.added reasoning_summary_text.delta ' +
    'reasoning_summary_text.done reasoning_summary_part.done output_item.done ' +
    'output_item.added content_part.added output_text.delta output_text.delta ' +
    'output_text.done content_part.done output_item.done ' +
    'completed';
  assert.equal(types.join(' '), expected);
  assert.deepEqual(numbers, [...numbers.keys()]);
  assert.equal(final.output_text, 'one two');
});

test('a response calls tools, and says when it was cut short', async (t) => {
  const client = sdk(await start(t));
  const tool = { type: 'function' as const, strict: false, ...weather };

  const stream = client.responses.stream({ model: 'm', input: 'x', tools: [tool], tool_choice: 'required' });
  const called = await stream.finalResponse();
  const short = await client.responses.create({ model: 'm', input: 'x', max_output_tokens: 3 });
  const after = await client.responses.create({
    model: 'm',
    input: [
      { role: 'user', content: 'x' },
      { type: 'function_call', call_id: 'c', name: 'get_weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'sun' },
    ],
  });

  const [call] = called.output;
  assert.equal(call?.type === 'function_call' && call.arguments, '{"city":"simulated city","days":1}');
  assert.equal(short.status, 'incomplete');
  assert.equal(short.incomplete_details?.reason, 'max_output_tokens');
  assert.equal(after.output_text, 'The tool answered: sun');
});

test('models are listed and shown', async (t) => {
  const client = sdk(await start(t));

  const { data } = await client.models.list();
  const shown = await client.models.retrieve('simulator');

  assert.deepEqual(
    data.map(({ id }) => id),
    ['simulator', 'simulator-embedding'],
  );
  assert.equal(shown.id, 'simulator');
  await assert.rejects(client.models.retrieve('other'), NotFoundError);
});

test('simulated errors are the errors the client knows', async (t) => {
  const client = sdk(await start(t));
  const failWith = (status: number): Promise<unknown> =>
    client.chat.completions.create({ model: 'm', messages: user(`#sim status=${status} retry-after=2`) });

  await assert.rejects(failWith(401), AuthenticationError);
  await assert.rejects(failWith(429), (error) => {
    assert.ok(error instanceof RateLimitError);
    assert.equal(error.headers.get('retry-after'), '2');
    return true;
  });
  await assert.rejects(failWith(503), InternalServerError);
  await assert.rejects(
    client.chat.completions.create({ model: 'm', messages: user('#sim x') }),
    BadRequestError,
  );
});
