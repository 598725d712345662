import { type TextCase, testTexts } from '../support/text-cases.ts';

const completions: readonly TextCase[] = [
  { what: 'a string', body: { prompt: 'a', suffix: 'b' }, sites: ['user prompt: a', 'user suffix: b'] },
  { what: 'strings', body: { prompt: ['a', 'b'] }, sites: ['user prompt[0]: a', 'user prompt[1]: b'] },
  { what: 'tokens', body: { prompt: [1, 2] }, sites: [], uninspected: ['tokens'] },
  { what: 'lists of tokens', body: { prompt: [[1], [2]] }, sites: [], uninspected: ['tokens'] },
  {
    what: 'a mixture',
    body: { prompt: ['a', [1], 'b'] },
    sites: ['user prompt[0]: a', 'user prompt[2]: b'],
    uninspected: ['tokens'],
  },
];

const embeddings: readonly TextCase[] = [
  { what: 'a string', body: { input: 'a' }, sites: ['user input: a'] },
  { what: 'strings', body: { input: ['a', 'b'] }, sites: ['user input[0]: a', 'user input[1]: b'] },
  { what: 'lists of tokens', body: { input: [[1, 2], [3]] }, sites: [], uninspected: ['tokens'] },
  {
    what: 'a mixture',
    body: { input: [1, 'a', { text: 'b', image_url: 'x' }] },
    sites: ['user input[1]: a', 'user input[2].text: b'],
    uninspected: ['tokens', 'image'],
  },
];

const responses: readonly TextCase[] = [
  {
    what: 'a string and instructions',
    body: { input: 'a', instructions: 'b', previous_response_id: 'x' },
    sites: ['user input: a', 'system instructions: b'],
  },
  {
    what: 'items of every kind',
    body: {
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'a' }] },
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'b', annotations: [{ title: 'c', url: 'x' }] }],
        },
        { type: 'function_call', call_id: 'x', name: 'd', arguments: 'e' },
        { type: 'function_call_output', call_id: 'x', output: 'f' },
        { type: 'function_call_output', role: 'assistant', output: [{ type: 'input_text', text: 'g' }] },
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'h' }], encrypted_content: 'x' },
        { type: 'custom_tool_call', name: 'i', input: 'j' },
        { type: 'code_interpreter_call', code: 'k', outputs: [{ type: 'logs', logs: 'l' }] },
        { type: 'item_reference', id: 'x' },
        { role: 'user', content: [{ type: 'input_file', file_url: 'x', filename: 'm' }] },
      ],
    },
    sites: [
      'user input[0].content[0].text: a',
      'assistant input[1].content[0].text: b',
      'assistant input[1].content[0].annotations[0].title: c',
      'assistant input[2].name: d',
      'assistant input[2].arguments: e',
      'tool input[3].output: f',
      'tool input[4].output[0].text: g',
      'assistant input[5].summary[0].text: h',
      'assistant input[6].name: i',
      'assistant input[6].input: j',
      'assistant input[7].code: k',
      'assistant input[7].outputs[0].logs: l',
      'user input[9].content[0].filename: m',
    ],
    uninspected: ['file'],
  },
  {
    what: 'a stored prompt with its variables',
    body: {
      prompt: {
        id: 'x',
        version: '2',
        variables: { name: 'a', 'odd key': { type: 'input_text', text: 'b' } },
      },
    },
    sites: [
      'other prompt.version: 2',
      'user prompt.variables.name: a',
      'user prompt.variables["odd key"]: odd key',
      'user prompt.variables["odd key"].type: input_text',
      'user prompt.variables["odd key"].text: b',
    ],
  },
  {
    what: 'tools with their identifiers',
    body: {
      tools: [
        { type: 'function', name: 'a', description: 'b', parameters: { description: 'c' } },
        { type: 'mcp', server_url: 'http://10.0.0.1', server_description: 'd' },
        { type: 'file_search', vector_store_ids: ['vs_1'] },
      ],
      text: { format: { type: 'json_schema', name: 'e', schema: { description: 'f' } } },
    },
    sites: [
      'definition tools[0].name: a',
      'definition tools[0].description: b',
      'definition tools[0].parameters.description: c',
      'definition tools[1].server_description: d',
      'definition text.format.name: e',
      'definition text.format.schema.description: f',
    ],
  },
];

testTexts('completions', completions);
testTexts('embeddings', embeddings);
testTexts('responses', responses);
