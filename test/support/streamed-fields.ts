import type { Family } from './calls.ts';

/** One text-bearing field of a streamed answer: how a piece of it is written, and what repeats it whole. */
export interface StreamedField {
  readonly name: string;
  readonly family: Family;
  /** The text is a JSON document of its own. */
  readonly isJson?: boolean;
  /** Fields that a client puts together share this. */
  readonly joined?: string;
  /** An event with the next piece. `at` tells fields of one kind apart. */
  readonly piece: (text: string, at: number) => object;
  /** Events that repeat all of it, where the API has such. */
  readonly repeats?: (text: string, at: number) => readonly object[];
}

type Inside = (text: string) => object;

const chatFields: Readonly<Record<string, Inside>> = {
  content: (content) => ({ content }),
  'content part': (text) => ({ content: [{ type: 'text', text }] }),
  'numbered content part': (text) => ({ content: [{ type: 'text', text, index: 1 }] }),
  'reasoning detail': (text) => ({ reasoning_details: [{ type: 'reasoning.text', text, index: 0 }] }),
  'thought in the content': (text) => ({
    content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }],
  }),
  refusal: (refusal) => ({ refusal }),
  reasoning_content: (reasoning_content) => ({ reasoning_content }),
  reasoning: (reasoning) => ({ reasoning }),
  thinking: (thinking) => ({ thinking }),
  'audio transcript': (transcript) => ({ audio: { id: 'a', transcript } }),
  'tool name': (name) => ({ tool_calls: [{ index: 0, id: 'c', function: { name } }] }),
  'unknown key': (mood) => ({ mood }),
};

const chatJson: Readonly<Record<string, Inside>> = {
  'tool arguments': (text) => ({ tool_calls: [{ index: 1, function: { arguments: text } }] }),
  'more tool arguments': (text) => ({ tool_calls: [{ index: 2, function: { arguments: text } }] }),
  'function_call arguments': (text) => ({ function_call: { arguments: text } }),
};

function chatField(name: string, inside: Inside, isJson: boolean): StreamedField {
  const piece = (text: string, at: number): object => ({
    id: 'c',
    choices: [{ index: at, delta: inside(text), finish_reason: null }],
  });
  const isContent = /^content(?: part|$)/.test(name);
  return {
    name: `chat ${name}`,
    family: 'chat/completions',
    isJson,
    ...(isContent ? { joined: 'content' } : {}),
    piece,
  };
}

interface ResponsesKind {
  readonly delta: string;
  /** The key of the whole text in the event that closes the field. */
  readonly key: string;
  readonly isJson?: boolean;
  readonly item?: (text: string) => object;
}

const outputText = (text: string): object => ({ type: 'output_text', text, annotations: [] });

const responsesKinds: readonly ResponsesKind[] = [
  { delta: 'response.output_text', key: 'text', item: (text) => ({ type: 'message', content: [outputText(text)] }) },
  { delta: 'response.refusal', key: 'refusal', item: (refusal) => ({ type: 'message', content: [{ type: 'refusal', refusal }] }) },
  { delta: 'response.reasoning_text', key: 'text', item: (text) => ({ type: 'reasoning', content: [{ type: 'reasoning_text', text }] }) },
  { delta: 'response.reasoning_summary_text', key: 'text', item: (text) => ({ type: 'reasoning', summary: [{ type: 'summary_text', text }] }) },
  { delta: 'response.function_call_arguments', key: 'arguments', isJson: true, item: (text) => ({ type: 'function_call', call_id: 'c', name: 'f', arguments: text }) },
  { delta: 'response.mcp_call_arguments', key: 'arguments', isJson: true, item: (text) => ({ type: 'mcp_call', name: 'f', arguments: text }) },
  { delta: 'response.custom_tool_call_input', key: 'input', item: (input) => ({ type: 'custom_tool_call', call_id: 'c', name: 'f', input }) },
  { delta: 'response.code_interpreter_call_code', key: 'code', item: (code) => ({ type: 'code_interpreter_call', code }) },
  { delta: 'response.output_audio_transcript', key: 'transcript' },
  { delta: 'response.audio_transcript', key: 'transcript' },
]; // prettier-ignore

const placeOf = (output_index: number) => ({ output_index, content_index: 0 });

function responsesField({ delta, key, isJson = false, item }: ResponsesKind): StreamedField {
  return {
    name: delta,
    family: 'responses',
    isJson,
    piece: (text, index) => ({ type: `${delta}.delta`, ...placeOf(index), delta: text }),
    repeats: (text, index) => [
      { type: `${delta}.done`, ...placeOf(index), [key]: text },
      ...(delta.endsWith('output_text')
        ? [{ type: 'response.content_part.done', ...placeOf(index), part: outputText(text) }]
        : []),
      ...(item === undefined
        ? []
        : [{ type: 'response.output_item.done', ...placeOf(index), item: item(text) }]),
    ],
  };
}

/** Every field of every API whose text comes in pieces. A new one joins all proofs by its line above. */
export const streamedFields: readonly StreamedField[] = [
  ...Object.entries(chatFields).map(([name, inside]) => chatField(name, inside, false)),
  ...Object.entries(chatJson).map(([name, inside]) => chatField(name, inside, true)),
  {
    name: 'completions text',
    family: 'completions',
    piece: (text, index) => ({ id: 'c', choices: [{ text, index, logprobs: null, finish_reason: null }] }),
  },
  ...responsesKinds.map(responsesField),
];

/** Its pieces say their text once more, token by token. */
export const spelledField: StreamedField = {
  name: 'chat content with log probabilities',
  family: 'chat/completions',
  joined: 'content',
  piece: (content, index) => {
    const tokens = Array.from(content, (token) => ({ token, logprob: -1, bytes: null }));
    return {
      id: 'c',
      choices: [{ index, delta: { content }, logprobs: { content: tokens }, finish_reason: null }],
    };
  },
};

/** What ends a stream with these fields, each with its index. */
export function endOf(
  family: Family,
  fields: readonly { readonly at: number; readonly item?: object }[],
): readonly (object | string)[] {
  if (family === 'responses') {
    const output = fields.flatMap(({ item }) => item ?? []);
    return [{ type: 'response.completed', response: { id: 'r', status: 'completed', output } }];
  }
  const choices = [...new Set(fields.map(({ at }) => at))];
  return [
    ...choices.map((index) => ({ id: 'c', choices: [{ index, delta: {}, finish_reason: 'stop' }] })),
    '[DONE]',
  ];
}
