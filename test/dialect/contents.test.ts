import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBodyPath } from '../../src/dialect/path.ts';
import { readTexts } from '../../src/dialect/texts.ts';
import { scanJson } from '../../src/json/scan.ts';
import { callOf, type Family } from '../support/calls.ts';

const part = (type: string, text = 'x') => ({ type, text });
const call = (name: string) => ({ function: { name, arguments: '{"content":"x"}' } });

const calls: readonly (readonly [family: Family, body: object, content: readonly string[]])[] = [
  [
    'chat/completions',
    {
      messages: [
        { role: 'user', content: 'x', name: 'x' },
        { role: 'user', content: [part('text'), { type: 'file', file: { filename: 'x' } }] },
        { role: 'assistant', content: 'x', refusal: 'x', reasoning_content: 'x', tool_calls: [call('x')] },
        { role: 'tool', content: 'x' },
      ],
      tools: [
        {
          function: { name: 'x', description: 'x', parameters: { content: 'x', message: { content: 'x' } } },
        },
      ],
      prediction: { type: 'content', content: 'x' },
      mood: { message: { content: 'x' } },
    },
    ['messages[0].content', 'messages[1].content[0].text', 'messages[2].content', 'messages[3].content'],
  ],
  [
    'responses',
    { input: 'x', instructions: 'x', text: { format: { name: 'x' } } },
    ['input', 'instructions'],
  ],
  [
    'responses',
    {
      input: [
        { role: 'user', content: 'x' },
        { role: 'user', content: [part('input_text'), part('output_text')] },
        { type: 'reasoning', content: [part('reasoning_text')], summary: [part('summary_text')] },
        { type: 'function_call_output', output: 'x' },
      ],
    },
    ['input[0].content', 'input[1].content[0].text', 'input[1].content[1].text'],
  ],
  ['completions', { prompt: ['x', 'x'], suffix: 'x' }, ['prompt[0]', 'prompt[1]']],
  ['embeddings', { input: 'x' }, ['input']],
];

for (const [family, body, content] of calls) {
  test(`${family}: the content of ${Object.keys(body).join(', ')}`, () => {
    const { sites } = callOf(family, { model: 'm', ...body }).texts;

    const found = sites.filter(({ form }) => form === 'content').map(({ path }) => formatBodyPath(path));
    assert.deepEqual(found, content);
  });
}

const item = (type: string, ...content: object[]) => ({ type, content });

const answers: readonly (readonly [answer: object, content: readonly string[]])[] = [
  [
    {
      choices: [
        {
          message: {
            content: 'x',
            refusal: 'x',
            reasoning: 'x',
            annotations: [{ url_citation: { title: 'x', content: 'x' } }],
            tool_calls: [call('x')],
            audio: { transcript: 'x' },
          },
        },
        { message: { content: [part('text'), { type: 'thinking', thinking: [part('text')] }] } },
        { text: 'x' },
      ],
    },
    ['choices[0].message.content', 'choices[1].message.content[0].text', 'choices[2].text'],
  ],
  [
    {
      output: [
        item('reasoning', part('reasoning_text')),
        item('message', part('output_text'), { type: 'refusal', refusal: 'x' }),
      ],
    },
    ['output[1].content[0].text'],
  ],
  [{ instructions: 'x', output: [item('message', part('output_text'))] }, ['output[0].content[0].text']],
  [{ trace: { message: { content: 'x' } }, choices: [] }, []],
  [{ type: 'response.custom_tool_call_input.done', input: 'x' }, []],
  [{ choices: [{ index: 0, delta: { content: 'x', reasoning: 'x' } }] }, ['choices[0].delta.content']],
  [{ type: 'response.output_text.delta', delta: 'x' }, ['delta']],
  [{ type: 'response.output_text.done', text: 'x' }, ['text']],
  [{ type: 'response.reasoning_text.delta', delta: 'x' }, []],
  [{ type: 'response.reasoning_text.done', text: 'x' }, []],
  [{ type: 'response.content_part.done', part: part('output_text') }, ['part.text']],
  [{ type: 'response.content_part.done', part: part('reasoning_text') }, []],
  [
    { type: 'response.output_item.done', item: item('message', part('output_text')) },
    ['item.content[0].text'],
  ],
];

for (const [answer, content] of answers) {
  test(`the content of ${JSON.stringify(answer)}`, () => {
    const text = JSON.stringify(answer);
    const root = scanJson(text, { depth: 64, nodes: 1000 });

    const { sites } = readTexts(text, root, { direction: 'answer', judgeUnknown: true });

    const found = sites.filter(({ form }) => form === 'content').map(({ path }) => formatBodyPath(path));
    assert.deepEqual(found, content);
  });
}

test('content that the call asked to be JSON is no prose', () => {
  const text = JSON.stringify({ choices: [{ message: { content: '{}' } }] });
  const root = scanJson(text, { depth: 64, nodes: 1000 });

  const { sites } = readTexts(text, root, { direction: 'answer', judgeUnknown: true, isJsonAsked: true });

  assert.deepEqual(
    sites.map(({ form }) => form),
    ['json'],
  );
});
