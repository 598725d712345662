import assert from 'node:assert/strict';
import test from 'node:test';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { OpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { contactAnswer, contactPrompt, Marker, model, stage } from './stage.ts';
import { chat, weather, sampleWeather, lookup, sendMail } from './langchain.client.ts';

test('chat: an answer with its usage', async () => {
  const answer = await chat(stage.main).invoke('#sim say="Good day."');

  assert.equal(answer.content, 'Good day.');
  assert.match(JSON.stringify(answer.usage_metadata), /"total_tokens":[1-9]/);
});

test('chat: a batch', async () => {
  const answers = await chat(stage.main).batch(['#sim say=One.', '#sim say=Two.']);

  assert.deepEqual(
    answers.map(({ content }) => content),
    ['One.', 'Two.'],
  );
});

test('stream: the chunks spell the answer', async () => {
  let text = '';
  let count = 0;
  for await (const chunk of await chat(stage.main).stream('#sim say="One two three."')) {
    text += chunk.text;
    count++;
  }

  assert.equal(text, 'One two three.');
  assert.ok(count > 2);
});

test('stream helper: streamed events of a chain', async () => {
  let text = '';
  for await (const { event, data } of chat(stage.main).streamEvents('#sim say="One two three."', {
    version: 'v2',
  })) {
    const chunk: unknown = data.chunk;
    if (event === 'on_chat_model_stream' && typeof chunk === 'object' && chunk !== null && 'content' in chunk)
      text += String(chunk.content);
  }

  assert.equal(text, 'One two three.');
});

test('stream usage: it arrives, and not where it is turned off', async () => {
  const usages = async (streamUsage: boolean) => {
    let count = 0;
    for await (const chunk of await chat(stage.main, new Marker(), { streamUsage }).stream('hi'))
      if (chunk.usage_metadata !== undefined) count++;
    return count;
  };

  assert.ok((await usages(true)) > 0);
  assert.equal(await usages(false), 0);
});

test('tools: a call, whole and streamed, and its result', async () => {
  const bound = chat(stage.main).bindTools([lookup]);
  const question = new HumanMessage(`#sim tool=lookup args='{"city":"Bern"}'`);

  const whole = await bound.invoke([question]);
  let pieces = 0;
  let streamed;
  for await (const chunk of await bound.stream([question])) {
    pieces += chunk.tool_call_chunks?.length ?? 0;
    streamed = streamed === undefined ? chunk : streamed.concat(chunk);
  }
  const [call] = whole.tool_calls ?? [];
  assert.ok(call);
  const result: ToolMessage = await lookup.invoke({ ...call, type: 'tool_call' });
  const answer = await bound.invoke([question, whole, result]);

  assert.deepEqual([call.name, call.args], ['lookup', { city: 'Bern' }]);
  assert.deepEqual(streamed?.tool_calls?.[0]?.args, { city: 'Bern' });
  assert.ok(pieces > 1);
  assert.equal(answer.content, 'The tool answered: sunny in Bern');
});

for (const method of ['jsonSchema', 'functionCalling', 'jsonMode'] as const) {
  test(`structured output: by ${method}`, async () => {
    const prompt =
      method === 'jsonMode' ? `#sim say='${JSON.stringify(sampleWeather)}'` : 'How is the weather?';

    const answer = await chat(stage.main).withStructuredOutput(weather, { method }).invoke(prompt);

    assert.deepEqual(answer, sampleWeather);
  });
}

test('embeddings: of documents and of a query', async () => {
  const configuration = { baseURL: `${stage.main}/v1` };
  const embeddings = new OpenAIEmbeddings({ model, apiKey: 'of-the-app', configuration });

  const [one, two] = await embeddings.embedDocuments(['one', 'two']);
  const query = await embeddings.embedQuery('one');

  assert.deepEqual(one, query);
  assert.notDeepEqual(one, two);
  assert.ok(Math.abs(Math.hypot(...query) - 1) < 1e-5);
});

test('responses: whole and streamed', async () => {
  const responses = chat(stage.main, new Marker(), { useResponsesApi: true });

  const whole = await responses.invoke('#sim say="One two three."');
  let text = '';
  for await (const chunk of await responses.stream('#sim say="One two three."')) text += chunk.text;

  assert.equal(whole.text, 'One two three.');
  assert.equal(text, 'One two three.');
});

test('completions: whole and streamed', async () => {
  const configuration = { baseURL: `${stage.main}/v1` };
  const llm = new OpenAI({ model, apiKey: 'of-the-app', configuration });

  const whole = await llm.invoke('#sim say="One two three."');
  let text = '';
  for await (const piece of await llm.stream('#sim say="One two three."')) text += piece;

  assert.equal(whole, 'One two three.');
  assert.equal(text, 'One two three.');
});

test('models: none', { skip: 'not offered: the library does not list models' });

test('redaction: an address that spans chunks, and tool arguments', async () => {
  let text = '';
  for await (const chunk of await chat(stage.main).stream(contactPrompt)) text += chunk.text;
  const bound = chat(stage.main).bindTools([sendMail], { tool_choice: 'required' });
  let streamed;
  for await (const chunk of await bound.stream('Write to them.'))
    streamed = streamed === undefined ? chunk : streamed.concat(chunk);

  assert.equal(text, contactAnswer);
  assert.deepEqual(streamed?.tool_calls?.[0]?.args, { email: '[EMAIL]' });
});
