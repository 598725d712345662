import assert from 'node:assert/strict';
import test from 'node:test';
import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { model, rejection } from './stage.ts';
import { main, user, lookup, weather, sampleWeather } from './openai.client.ts';

test('embeddings: unit vectors, the same in base64 and in numbers', async () => {
  const input = ['one', 'two'];

  const packed = await main.embeddings.create({ model, input });
  const plain = await main.embeddings.create({ model, input, encoding_format: 'float' });

  assert.equal(packed.data.length, 2);
  for (const [at, { embedding }] of packed.data.entries()) {
    assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-5);
    assert.deepEqual(embedding.map(Math.fround), plain.data[at]?.embedding.map(Math.fround));
  }
});

test('responses: whole, streamed, and by the stream helper', async () => {
  const input = '#sim say="One two three."';

  const whole = await main.responses.create({ model, input });
  const helped = await main.responses.stream({ model, input }).finalResponse();
  let deltas = '';
  for await (const event of await main.responses.create({ model, input, stream: true })) {
    if (event.type === 'response.output_text.delta') deltas += event.delta;
  }

  assert.equal(whole.output_text, 'One two three.');
  assert.equal(helped.output_text, 'One two three.');
  assert.equal(deltas, 'One two three.');
});

test('responses: a tool call, its result, and structured output', async () => {
  const tools = [
    { type: 'function' as const, name: 'lookup', strict: null, parameters: lookup.function.parameters },
  ];
  const input: OpenAI.Responses.ResponseInput = user('How is the weather?');
  const first = await main.responses.create({ model, input, tools, tool_choice: 'required' });
  const [call] = first.output;
  assert.ok(call?.type === 'function_call');

  const second = await main.responses.create({
    model,
    tools,
    input: [...input, call, { type: 'function_call_output', call_id: call.call_id, output: 'sunny' }],
  });
  const parsed = await main.responses.parse({
    model,
    input: 'How is the weather?',
    text: { format: zodTextFormat(weather, 'weather') },
  });

  assert.deepEqual(JSON.parse(call.arguments), { city: 'simulated city' });
  assert.equal(second.output_text, 'The tool answered: sunny');
  assert.deepEqual(parsed.output_parsed, sampleWeather);
});

test('responses: a background answer is refused', async () => {
  const error = await rejection(main.responses.create({ model, input: 'hi', background: true }));

  assert.ok(error instanceof BadRequestError);
  assert.equal(error.code, 'request_unsupported');
});

test('completions: whole and streamed', async () => {
  const prompt = '#sim say="One two three."';

  const whole = await main.completions.create({ model, prompt });
  let text = '';
  for await (const { choices } of await main.completions.create({ model, prompt, stream: true })) {
    text += choices[0]?.text ?? '';
  }

  assert.equal(whole.choices[0]?.text, 'One two three.');
  assert.equal(text, 'One two three.');
});

test('models: the configured one is listed and found, others are not', async () => {
  const { data } = await main.models.list();
  const one = await main.models.retrieve(model);
  const none = await rejection(main.models.retrieve('other'));

  assert.deepEqual(
    data.map(({ id }) => id),
    [model],
  );
  assert.equal(one.id, model);
  assert.ok(none instanceof NotFoundError);
  assert.equal(none.code, 'model_not_found');
});
