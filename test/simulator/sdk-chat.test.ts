import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { sdk, start } from './start.ts';

const weather = {
  name: 'get_weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
    required: ['city', 'days'],
  },
};
const tools: OpenAI.ChatCompletionTool[] = [{ type: 'function', function: weather }];

function user(content: string): OpenAI.ChatCompletionMessageParam[] {
  return [{ role: 'user', content }];
}

test('a chat answer echoes the topic and counts its tokens', async (t) => {
  const client = sdk(await start(t));

  const answer = await client.chat.completions.create({ model: 'any', messages: user('What is a sidecar?') });

  assert.match(answer.choices[0]?.message.content ?? '', /about a sidecar/);
  assert.equal(answer.choices[0]?.finish_reason, 'stop');
  assert.equal(answer.model, 'any');
  const { usage } = answer;
  assert.equal(usage?.total_tokens, (usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
});

test('the same call has the same answer, streamed or whole', async (t) => {
  const client = sdk(await start(t));
  const call = { model: 'm', messages: user('Tell me about gateways.') };

  const one = await client.chat.completions.create(call);
  const other = await client.chat.completions.create(call);
  const streamed = await client.chat.completions.stream(call).finalContent();

  assert.deepEqual(one, other);
  assert.equal(streamed, one.choices[0]?.message.content);
});

test('a prompt for a contact gets an address, which spans events', async (t) => {
  const client = sdk(await start(t));
  const stream = await client.chat.completions.create({
    model: 'm',
    messages: user('How can I contact support?'),
    stream: true,
  });

  const deltas: string[] = [];
  for await (const chunk of stream) deltas.push(chunk.choices[0]?.delta.content ?? '');

  assert.match(deltas.join(''), /support@example\.com or \+1 415-555-0132/);
  assert.ok(!deltas.some((delta) => delta.includes('@example.com')));
});

test('a stream begins with the role, ends with a reason, and reports usage when asked', async (t) => {
  const client = sdk(await start(t));
  const stream = await client.chat.completions.create({
    model: 'm',
    messages: user('Hi'),
    stream: true,
    stream_options: { include_usage: true },
  });

  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);

  assert.equal(chunks[0]?.choices[0]?.delta.role, 'assistant');
  assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, 'stop');
  assert.deepEqual(chunks.at(-1)?.choices, []);
  assert.equal(chunks.at(-1)?.usage?.completion_tokens, chunks.length - 3);
  assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null));
});

test('choices of one stream take turns', async (t) => {
  const client = sdk(await start(t));
  const stream = await client.chat.completions.create({
    model: 'm',
    messages: user('clouds'),
    n: 3,
    stream: true,
  });

  const order: number[] = [];
  const texts = ['', '', ''];
  for await (const { choices } of stream) {
    const [choice] = choices;
    if (choice === undefined) continue;
    order.push(choice.index);
    texts[choice.index] += choice.delta.content ?? '';
  }

  assert.deepEqual(order.slice(0, 6), [0, 1, 2, 0, 1, 2]);
  assert.equal(new Set(texts).size, 3);
});

test('an answer stops at the token limit and before a stop sequence', async (t) => {
  const client = sdk(await start(t));
  const messages = user('#sim say="one two three four"');

  const short = await client.chat.completions.create({ model: 'm', messages, max_tokens: 2 });
  const stopped = await client.chat.completions.create({ model: 'm', messages, stop: ['three'] });

  assert.equal(short.choices[0]?.message.content, 'one two');
  assert.equal(short.choices[0].finish_reason, 'length');
  assert.equal(short.usage?.completion_tokens, 2);
  assert.equal(stopped.choices[0]?.message.content, 'one two ');
  assert.equal(stopped.choices[0].finish_reason, 'stop');
});

test('log probabilities spell the answer', async (t) => {
  const client = sdk(await start(t));
  const call = { model: 'm', messages: user('rivers'), logprobs: true, top_logprobs: 2 };

  const answer = await client.chat.completions.create(call);
  const streamed = await client.chat.completions.stream({ ...call, stream: true }).finalChatCompletion();

  const [choice] = answer.choices;
  const entries = choice?.logprobs?.content ?? [];
  assert.equal(entries.map(({ token }) => token).join(''), choice?.message.content);
  assert.ok(entries.every(({ logprob, top_logprobs: top }) => logprob <= 0 && top.length === 2));
  assert.deepEqual(streamed.choices[0]?.logprobs?.content, entries);
});

test('a forced tool is called with arguments that fit its schema, in pieces', async (t) => {
  const client = sdk(await start(t));
  const stream = client.chat.completions.stream({
    model: 'm',
    messages: user('How is the weather?'),
    tools,
    tool_choice: 'required',
  });
  let pieces = 0;
  stream.on('tool_calls.function.arguments.delta', () => pieces++);

  const answer = await stream.finalChatCompletion();

  const [call] = answer.choices[0]?.message.tool_calls ?? [];
  assert.equal(answer.choices[0]?.finish_reason, 'tool_calls');
  assert.equal(call?.type === 'function' && call.function.name, 'get_weather');
  assert.deepEqual(call?.type === 'function' && JSON.parse(call.function.arguments), {
    city: 'simulated city',
    days: 1,
  });
  assert.ok(pieces > 3, `${pieces} pieces`);
});

test('a tool may be chosen by name or by a directive, and is left alone otherwise', async (t) => {
  const client = sdk(await start(t));
  const ask = async (
    content: string,
    choice?: OpenAI.ChatCompletionToolChoiceOption,
  ): Promise<string | undefined> => {
    const body = {
      model: 'm',
      messages: user(content),
      tools,
      ...(choice !== undefined && { tool_choice: choice }),
    };
    const [call] = (await client.chat.completions.create(body)).choices[0]?.message.tool_calls ?? [];
    return call?.type === 'function' ? call.function.arguments : undefined;
  };

  assert.match((await ask('x', { type: 'function', function: { name: 'get_weather' } })) ?? '', /city/);
  assert.equal(await ask(`#sim tool=get_weather args='{"city":"Bern"}'`), '{"city":"Bern"}');
  assert.equal(await ask('x'), undefined);
  await assert.rejects(ask('#sim tool=other'), /"other" is not among the tools/);
});

test('a tool runner comes to an end', async (t) => {
  const client = sdk(await start(t));
  const runner = client.chat.completions.runTools({
    model: 'm',
    messages: user('#sim tool=get_weather'),
    tools: [{ type: 'function', function: { ...weather, description: '', function: () => 'rain' } }],
  });

  assert.equal(await runner.finalContent(), 'The tool answered: rain');
});

test('a structured answer validates', async (t) => {
  const client = sdk(await start(t));
  const Person = z.object({ name: z.string(), age: z.int(), email: z.email(), tags: z.array(z.string()) });

  const chat = await client.chat.completions.parse({
    model: 'm',
    messages: user('Who?'),
    response_format: zodResponseFormat(Person, 'person'),
  });
  const response = await client.responses.parse({
    model: 'm',
    input: 'Who?',
    text: { format: zodTextFormat(Person, 'person') },
  });
  const object = await client.chat.completions.create({
    model: 'm',
    messages: user('Who?'),
    response_format: { type: 'json_object' },
  });

  assert.equal(chat.choices[0]?.message.parsed?.email, 'support@example.com');
  assert.deepEqual(response.output_parsed, chat.choices[0].message.parsed);
  assert.equal(typeof JSON.parse(object.choices[0]?.message.content ?? ''), 'object');
});
