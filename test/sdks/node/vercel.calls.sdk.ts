import assert from 'node:assert/strict';
import test from 'node:test';
import { createOpenAI } from '@ai-sdk/openai';
import { embedMany, generateText, Output, stepCountIs, streamText } from 'ai';
import { contactAnswer, contactPrompt, Marker, model, stage } from './stage.ts';
import { provider, chat, weather, sampleWeather, lookup, sendMail, read } from './vercel.client.ts';

test('chat: an answer with its usage', async () => {
  const { text, usage, finishReason } = await generateText({
    model: chat(stage.main),
    prompt: '#sim say="Good day."',
  });

  assert.deepEqual([text, finishReason], ['Good day.', 'stop']);
  assert.ok((usage.totalTokens ?? 0) > 0);
});

test('stream: the parts spell the answer', async () => {
  const { text, error } = await read('#sim say="One two three."', stage.main);

  assert.deepEqual([text, error], ['One two three.', undefined]);
});

test('stream helper: textStream and the promises beside it agree', async () => {
  const result = streamText({ model: chat(stage.main), prompt: '#sim say="One two three."' });
  let text = '';
  for await (const piece of result.textStream) text += piece;

  assert.equal(text, 'One two three.');
  assert.equal(await result.text, text);
  assert.equal(await result.finishReason, 'stop');
});

test('stream usage: it arrives when asked, and only then', async () => {
  const total = async (includeUsage: boolean) => {
    const result = streamText({
      model: provider(stage.main, new Marker(), includeUsage)(model),
      prompt: 'hi',
    });
    await result.consumeStream();
    return (await result.usage).totalTokens;
  };

  assert.ok(((await total(true)) ?? 0) > 0);
  assert.ok(!(await total(false)));
});

test('tools: they are run and their results answered, whole and streamed', async () => {
  const call = {
    model: chat(stage.main),
    prompt: `#sim tool=lookup args='{"city":"Bern"}'`,
    tools: { lookup },
    stopWhen: stepCountIs(2),
  };

  const whole = await generateText(call);
  const streamed = streamText(call);
  let pieces = 0;
  for await (const part of streamed.fullStream) if (part.type === 'tool-input-delta') pieces++;

  assert.deepEqual(whole.steps[0]?.toolCalls[0]?.input, { city: 'Bern' });
  assert.equal(whole.text, 'The tool answered: sunny in Bern');
  assert.equal(await streamed.text, 'The tool answered: sunny in Bern');
  assert.ok(pieces > 1);
});

test('structured output: parsed by zod, whole and streamed', async () => {
  const call = {
    model: chat(stage.main),
    prompt: 'How is the weather?',
    output: Output.object({ schema: weather }),
  };

  const whole = await generateText(call);
  const streamed = streamText(call);
  await streamed.consumeStream();

  assert.deepEqual(whole.output, sampleWeather);
  assert.deepEqual(await streamed.output, sampleWeather);
});

test('embeddings: of several texts', async () => {
  const { embeddings } = await embedMany({
    model: provider(stage.main).embeddingModel(model),
    values: ['one', 'two'],
  });

  assert.equal(embeddings.length, 2);
  assert.ok(Math.abs(Math.hypot(...(embeddings[0] ?? [])) - 1) < 1e-5);
});

test('responses: whole and streamed, by @ai-sdk/openai', async () => {
  const openai = createOpenAI({ baseURL: `${stage.main}/v1`, apiKey: 'of-the-app' });
  const call = { model: openai.responses(model), prompt: '#sim say="One two three."' };

  const whole = await generateText(call);
  const streamed = streamText(call);
  await streamed.consumeStream();

  assert.equal(whole.text, 'One two three.');
  assert.equal(await streamed.text, 'One two three.');
});

test('chat: by @ai-sdk/openai', async () => {
  const openai = createOpenAI({ baseURL: `${stage.main}/v1`, apiKey: 'of-the-app' });

  const { text } = await generateText({ model: openai.chat(model), prompt: contactPrompt });

  assert.equal(text, contactAnswer);
});

test('completions: whole and streamed', async () => {
  const call = { model: provider(stage.main).completionModel(model), prompt: contactPrompt };

  const whole = await generateText(call);
  const streamed = streamText(call);
  await streamed.consumeStream();

  assert.equal(whole.text, contactAnswer);
  assert.equal(await streamed.text, contactAnswer);
});

test('models: none', { skip: 'not offered: the library does not list models' });

test('redaction: an address that spans parts, and tool arguments', async () => {
  const { text } = await read(contactPrompt, stage.main);
  const streamed = streamText({
    model: chat(stage.main),
    prompt: 'Write to them.',
    tools: { sendMail },
    toolChoice: 'required',
  });
  await streamed.consumeStream();
  const [call] = await streamed.toolCalls;

  assert.equal(text, contactAnswer);
  assert.deepEqual(call?.input, { email: '[EMAIL]' });
});
