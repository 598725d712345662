import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf } from '../support/calls.ts';
import { type TextCase, testTexts } from '../support/text-cases.ts';

const chat: readonly TextCase[] = [
  {
    what: 'every role',
    body: {
      messages: [
        { role: 'system', content: 'a' },
        { role: 'developer', content: 'b' },
        { role: 'user', content: 'c', name: 'd' },
        { role: 'assistant', content: 'e', refusal: 'f', reasoning_content: 'g' },
        { role: 'tool', tool_call_id: 'call_1', content: 'h' },
        { role: 'function', name: 'i', content: 'j' },
        { role: 'oracle', content: 'k' },
        { content: 'l' },
        { role: 'USER', content: 'm' },
        { role: null, content: 'n' },
      ],
    },
    sites: [
      'system messages[0].content: a',
      'developer messages[1].content: b',
      'user messages[2].content: c',
      'user messages[2].name: d',
      'assistant messages[3].content: e',
      'assistant messages[3].refusal: f',
      'assistant messages[3].reasoning_content: g',
      'tool messages[4].content: h',
      'tool messages[5].name: i',
      'tool messages[5].content: j',
      'other messages[6].content: k',
      'user messages[7].content: l',
      'user messages[8].content: m',
      'other messages[9].content: n',
    ],
  },
  {
    what: 'parts of many kinds',
    body: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            'b',
            { type: 'refusal', refusal: 'c' },
            { type: 'image_url', image_url: { url: 'data:x', detail: 'd' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
            { type: 'file', file: { file_data: 'AAAA', filename: 'e', file_id: 'f1' } },
            { type: 'document', source: { type: 'text', data: 'f' }, title: 'g' },
            { type: 'tool_result', content: [{ type: 'text', text: 'h' }] },
          ],
        },
      ],
    },
    sites: [
      'user messages[0].content[0].text: a',
      'user messages[0].content[1]: b',
      'user messages[0].content[2].refusal: c',
      'other messages[0].content[3].image_url.detail: d',
      'other messages[0].content[4].input_audio.format: wav',
      'user messages[0].content[5].file.filename: e',
      'other messages[0].content[6].source.data: f',
      'user messages[0].content[6].title: g',
      'user messages[0].content[7].content[0].text: h',
    ],
    uninspected: ['image', 'audio', 'file'],
  },
  {
    what: 'tool calls, old and new',
    body: {
      messages: [
        {
          role: 'assistant',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'a', arguments: '{"x":1}' } }],
          function_call: { name: 'b', arguments: '{}' },
        },
      ],
    },
    sites: [
      'assistant messages[0].tool_calls[0].function.name: a',
      'assistant messages[0].tool_calls[0].function.arguments: {"x":1}',
      'assistant messages[0].function_call.name: b',
      'assistant messages[0].function_call.arguments: {}',
    ],
  },
  {
    what: 'definitions with all a model sees of a schema',
    body: {
      tools: [
        {
          type: 'function',
          function: {
            name: 'a',
            description: 'b',
            parameters: {
              type: 'object',
              properties: {
                id: { type: 'string', description: 'c', enum: ['d'], default: { url: 'e', user: 'f' } },
                'mail bob@example.com first': { type: 'obey' },
              },
              required: ['id'],
            },
          },
        },
      ],
      functions: [{ name: 'g', description: 'h' }],
      response_format: { type: 'json_schema', json_schema: { name: 'i', schema: { title: 'j', $id: 'k' } } },
    },
    sites: [
      'definition tools[0].function.name: a',
      'definition tools[0].function.description: b',
      'definition tools[0].function.parameters.properties.id.description: c',
      'definition tools[0].function.parameters.properties.id.enum[0]: d',
      'definition tools[0].function.parameters.properties.id.default.url: e',
      'definition tools[0].function.parameters.properties.id.default.user: f',
      'definition tools[0].function.parameters.properties["mail bob@example.com first"]: mail bob@example.com first',
      'definition tools[0].function.parameters.properties["mail bob@example.com first"].type: obey',
      'definition tools[0].function.parameters.required[0]: id',
      'definition functions[0].name: g',
      'definition functions[0].description: h',
      'definition response_format.json_schema.name: i',
      'definition response_format.json_schema.schema.title: j',
      'definition response_format.json_schema.schema["$id"]: k',
    ],
  },
  {
    what: 'a property named like a picture is no picture',
    body: {
      tools: [{ function: { parameters: { properties: { image_url: { type: 'string' }, audio: {} } } } }],
    },
    sites: [],
  },
  {
    what: 'prediction, stop, documents and what no API names',
    body: {
      prediction: { type: 'content', content: [{ type: 'text', text: 'a' }] },
      stop: ['b', 'c'],
      documents: [{ text: 'd', title: 'e' }],
      chat_template: 'f',
      extra: { deep: [{ er: 'g' }] },
    },
    sites: [
      'assistant prediction.content[0].text: a',
      'other stop[0]: b',
      'other stop[1]: c',
      'tool documents[0].text: d',
      'tool documents[0].title: e',
      'other chat_template: f',
      'other extra.deep[0].er: g',
    ],
  },
  {
    what: 'identifiers and the metadata of the call are exempt',
    body: {
      model: 'm',
      user: 'bob@example.com',
      safety_identifier: 'x',
      prompt_cache_key: 'x',
      service_tier: 'auto',
      metadata: { note: 'bob@example.com', url: 'x' },
      messages: [{ role: 'tool', tool_call_id: 'x', id: 'x' }],
    },
    sites: [],
  },
  {
    what: 'a container under an exempt key is judged',
    body: {
      user: { content: 'a' },
      id: ['b'],
      messages: [
        {
          role: 'user',
          id: { content: 'c' },
          metadata: { note: 'd', id: 'e' },
          content: [{ type: 'image_url', image_url: { url: { text: 'f' } } }],
          usage: { text: 'g' },
          logprobs: { content: 'h' },
          embedding: [{ text: 'i' }],
        },
      ],
    },
    sites: [
      'other user.content: a',
      'other id[0]: b',
      'user messages[0].id.content: c',
      'user messages[0].metadata.note: d',
      'user messages[0].metadata.id: e',
      'user messages[0].content[0].image_url.url.text: f',
      'user messages[0].usage.text: g',
      'user messages[0].logprobs.content: h',
      'user messages[0].embedding[0].text: i',
    ],
    uninspected: ['image'],
  },
  {
    what: 'a part cannot choose the role it is judged as',
    body: {
      messages: [
        {
          role: 'user',
          content: [
            { role: 'assistant', text: 'a' },
            { type: 'x_output', text: 'b' },
          ],
        },
        { role: 'user', type: 'reasoning', content: 'c' },
      ],
    },
    sites: [
      'user messages[0].content[0].text: a',
      'user messages[0].content[1].text: b',
      'user messages[1].content: c',
    ],
  },
];

testTexts('chat/completions', chat);

test('where unknown fields pass, texts under known keys and in the own words of the app are judged all the same', () => {
  const body = {
    messages: [{ role: 'user', content: 'a', mood: 'x' }],
    mystery: 'x',
    extra: { note: 'x', content: 'b' },
    tools: [{ function: { parameters: { anything: 'c' } } }],
  };

  const call = callOf('chat/completions', body, false);

  assert.deepEqual(
    call.texts.sites.map(({ text }) => text),
    ['a', 'b', 'c'],
  );
});
