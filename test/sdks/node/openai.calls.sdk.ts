import assert from 'node:assert/strict';
import test from 'node:test';
import OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { contactAnswer, contactPrompt, Marker, model, personal, stage } from './stage.ts';
import { sdk, main, user, lookup, mailTool, weather, readCity, sampleWeather } from './openai.client.ts';

test('chat: an answer with its usage, the provider given no key of the app', async () => {
  const marker = new Marker();

  const answer = await sdk(stage.scripted, marker).chat.completions.create({
    model,
    messages: user('#sim say="Good day."'),
  });

  assert.equal(answer.choices[0]?.message.content, 'Good day.');
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.ok((answer.usage?.total_tokens ?? 0) > 0);
  const { upstream } = await marker.seen();
  assert.equal(upstream.length, 1);
  assert.equal(upstream[0]?.headers['authorization'], undefined);
});

test('chat: several choices and a system message', async () => {
  const answer = await main.chat.completions.create({
    model,
    n: 2,
    messages: [{ role: 'system', content: 'Be brief.' }, ...user('clouds')],
  });

  assert.equal(new Set(answer.choices.map(({ message }) => message.content)).size, 2);
});

test('stream: the deltas spell the answer and end with a reason', async () => {
  let text = '';
  let reason: string | null | undefined;
  const stream = await main.chat.completions.create({
    model,
    stream: true,
    messages: user('#sim say="One two three."'),
  });
  for await (const { choices } of stream) {
    text += choices[0]?.delta.content ?? '';
    reason = choices[0]?.finish_reason ?? reason;
  }

  assert.equal(text, 'One two three.');
  assert.equal(reason, 'stop');
});

test('stream helper: events and the final completion agree', async () => {
  const stream = main.chat.completions.stream({ model, messages: user('#sim say="One two three."') });
  const deltas: string[] = [];
  stream.on('content', (delta) => deltas.push(delta));

  const final = await stream.finalChatCompletion();

  assert.ok(deltas.length > 1);
  assert.equal(deltas.join(''), 'One two three.');
  assert.equal(final.choices[0]?.message.content, 'One two three.');
});

test('stream helper: a tool is run, and its result answered', async () => {
  const asked: string[] = [];
  const { parameters } = lookup.function;
  const tool = {
    name: 'lookup',
    description: 'The weather of a city',
    parameters,
    parse: readCity,
    function: (city: string) => {
      asked.push(city);
      return 'sunny';
    },
  };

  const runner = main.chat.completions.runTools({
    model,
    stream: true,
    messages: user(`#sim tool=lookup args='{"city":"Bern"}'`),
    tools: [{ type: 'function', function: tool }],
  });

  assert.equal(await runner.finalContent(), 'The tool answered: sunny');
  assert.deepEqual(asked, ['Bern']);
});

test('stream usage: it arrives when asked, and only then', async () => {
  const count = async (options: { stream_options?: { include_usage: boolean } }) => {
    const marker = new Marker();
    let usages = 0;
    let empty = 0;
    const client = sdk(stage.scripted, marker);
    const stream = await client.chat.completions.create({
      model,
      stream: true,
      messages: user('hi'),
      ...options,
    });
    for await (const event of stream) {
      if (event.usage) usages++;
      if (event.choices.length === 0) empty++;
    }
    const { upstream } = await marker.seen();
    return { usages, empty, isAskedUpstream: upstream[0]?.body.includes('"include_usage":true') };
  };

  assert.deepEqual(await count({ stream_options: { include_usage: true } }), {
    usages: 1,
    empty: 1,
    isAskedUpstream: true,
  });
  assert.deepEqual(await count({}), { usages: 0, empty: 0, isAskedUpstream: true });
});

test('tools: a call, whole and streamed in pieces', async () => {
  const call = { model, messages: user(`#sim tool=lookup args='{"city":"Bern"}'`), tools: [lookup] };

  const whole = await main.chat.completions.create(call);
  const stream = main.chat.completions.stream(call);
  let pieces = 0;
  stream.on('tool_calls.function.arguments.delta', () => pieces++);
  const streamed = await stream.finalChatCompletion();

  for (const answer of [whole, streamed]) {
    const [tool] = answer.choices[0]?.message.tool_calls ?? [];
    assert.ok(tool?.type === 'function');
    assert.equal(tool.function.name, 'lookup');
    assert.deepEqual(JSON.parse(tool.function.arguments), { city: 'Bern' });
    assert.equal(answer.choices[0]?.finish_reason, 'tool_calls');
  }
  assert.ok(pieces > 1);
});

test('tools: the result of a tool goes back, and is answered', async () => {
  const messages: OpenAI.ChatCompletionMessageParam[] = user('How is the weather?');
  const first = await main.chat.completions.create({
    model,
    messages,
    tools: [lookup],
    tool_choice: 'required',
  });
  const answer = first.choices[0]?.message;
  assert.ok(answer?.tool_calls?.[0]);

  const second = await main.chat.completions.create({
    model,
    tools: [lookup],
    messages: [
      ...messages,
      answer,
      { role: 'tool', tool_call_id: answer.tool_calls[0].id, content: 'sunny' },
    ],
  });

  assert.equal(second.choices[0]?.message.content, 'The tool answered: sunny');
});

test('tools: a zod tool is parsed by the helper', async () => {
  const answer = await main.chat.completions.parse({
    model,
    messages: user('How is the weather?'),
    tools: [zodFunction({ name: 'forecast', parameters: weather })],
    tool_choice: 'required',
  });

  const [tool] = answer.choices[0]?.message.tool_calls ?? [];
  assert.ok(tool?.type === 'function');
  assert.deepEqual(tool.function.parsed_arguments, sampleWeather);
});

test('structured output: parsed by zod, whole and streamed', async () => {
  const call = {
    model,
    messages: user('How is the weather?'),
    response_format: zodResponseFormat(weather, 'weather'),
  };

  const whole = await main.chat.completions.parse(call);
  const streamed = await main.chat.completions.stream(call).finalChatCompletion();

  assert.deepEqual(whole.choices[0]?.message.parsed, sampleWeather);
  assert.deepEqual(streamed.choices[0]?.message.parsed, sampleWeather);
});

test('structured output: still JSON where an address in it is redacted', async () => {
  const person = z.object({ email: z.string() });

  const answer = await main.chat.completions.parse({
    model,
    messages: user('Who?'),
    response_format: zodResponseFormat(person, 'person'),
  });

  assert.deepEqual(answer.choices[0]?.message.parsed, { email: '[EMAIL]' });
});

test('redaction: an address that spans deltas, in chat, responses and completions', async () => {
  let chat = '';
  for await (const { choices } of await main.chat.completions.create({
    model,
    stream: true,
    messages: user(contactPrompt),
  }))
    chat += choices[0]?.delta.content ?? '';
  const response = await main.responses.stream({ model, input: contactPrompt }).finalResponse();
  let completion = '';
  for await (const { choices } of await main.completions.create({
    model,
    stream: true,
    prompt: contactPrompt,
  }))
    completion += choices[0]?.text ?? '';

  assert.deepEqual([chat, response.output_text, completion], [contactAnswer, contactAnswer, contactAnswer]);
});

test('redaction: tool arguments, streamed, stay JSON', async () => {
  const stream = main.chat.completions.stream({
    model,
    messages: user('Write to them.'),
    tools: [mailTool],
    tool_choice: 'required',
  });

  const [tool] = (await stream.finalChatCompletion()).choices[0]?.message.tool_calls ?? [];

  assert.ok(tool?.type === 'function');
  assert.deepEqual(JSON.parse(tool.function.arguments), { email: '[EMAIL]' });
});

test('redaction: the provider gets the call redacted', async () => {
  const marker = new Marker();

  await sdk(stage.scripted, marker).chat.completions.create({ model, messages: user(personal) });

  const { upstream } = await marker.seen();
  assert.match(upstream[0]?.body ?? '', /I am \[EMAIL\]\./);
  assert.doesNotMatch(upstream[0]?.body ?? '', /example\.com/);
});
