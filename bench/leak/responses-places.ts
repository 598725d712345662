import { type BodyPlace, noCompanions, type StreamPlace } from './place.ts';

// Answers of the Responses API. Its streams say a text in pieces, and then up to four times whole.

const usage = { input_tokens: 9, output_tokens: 12, total_tokens: 21 };

function response(status: string, output: readonly unknown[]): Readonly<Record<string, unknown>> {
  return {
    id: 'resp_leak',
    object: 'response',
    created_at: 1_790_000_000,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: 'leak-model',
    output,
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: status === 'completed' ? usage : null,
  };
}

function message(status: string, content: readonly unknown[]): unknown {
  return { id: 'msg_1', type: 'message', status, role: 'assistant', content };
}

function part(text: string): unknown {
  return { type: 'output_text', text, annotations: [] };
}

function call(status: string, text: string): unknown {
  return { id: 'fc_1', type: 'function_call', status, call_id: 'call_1', name: 'send_note', arguments: text };
}

type Event = readonly [type: string, members: Readonly<Record<string, unknown>>];

function written(events: readonly Event[]): readonly string[] {
  return events.map(
    ([type, members], at) =>
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: at, ...members })}\n\n`,
  );
}

function framed(
  item: (status: string) => unknown,
  events: readonly Event[],
  final: unknown,
): readonly string[] {
  return written([
    ['response.created', { response: response('in_progress', []) }],
    ['response.in_progress', { response: response('in_progress', []) }],
    ['response.output_item.added', { output_index: 0, item: item('in_progress') }],
    ...events,
    ['response.output_item.done', { output_index: 0, item: final }],
    ['response.completed', { response: response('completed', [final]) }],
  ]);
}

function textEvents(pieces: readonly string[]): readonly string[] {
  const text = pieces.join('');
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  return framed(
    (status) => message(status, []),
    [
      ['response.content_part.added', { ...at, part: part('') }],
      ...pieces.map((delta): Event => ['response.output_text.delta', { ...at, delta, logprobs: [] }]),
      ['response.output_text.done', { ...at, text, logprobs: [] }],
      ['response.content_part.done', { ...at, part: part(text) }],
    ],
    message('completed', [part(text)]),
  );
}

function argumentEvents(pieces: readonly string[]): readonly string[] {
  const text = pieces.join('');
  const at = { item_id: 'fc_1', output_index: 0 };
  return framed(
    (status) => call(status, ''),
    [
      ...pieces.map((delta): Event => ['response.function_call_arguments.delta', { ...at, delta }]),
      ['response.function_call_arguments.done', { ...at, name: 'send_note', arguments: text }],
    ],
    call('completed', text),
  );
}

const shared = { path: '/responses', companions: noCompanions } as const;

export const responsesStreams: readonly StreamPlace[] = [
  {
    ...shared,
    kind: 'stream',
    id: 'responses text',
    spelling: 'plain',
    holders: [
      'response.output_text.delta 0.0|delta',
      'response.output_text.done 0.0|text',
      'response.content_part.done 0.0|part.text',
      'response.output_item.done 0.|item.content[0].text',
      'response.completed .|response.output[0].content[0].text',
    ],
    events: textEvents,
  },
  {
    ...shared,
    kind: 'stream',
    id: 'responses arguments',
    spelling: 'arguments',
    holders: [
      'response.function_call_arguments.delta 0.|delta',
      'response.function_call_arguments.done 0.|arguments',
      'response.output_item.done 0.|item.arguments',
      'response.completed .|response.output[0].arguments',
    ],
    events: argumentEvents,
  },
];

export const responsesBodies: readonly BodyPlace[] = [
  {
    ...shared,
    kind: 'answer',
    id: 'responses text',
    spelling: 'plain',
    holders: ['output[0].content[0].text'],
    body: (text) => response('completed', [message('completed', [part(text)])]),
  },
  {
    ...shared,
    kind: 'answer',
    id: 'responses arguments',
    spelling: 'arguments',
    holders: ['output[0].arguments'],
    body: (text) => response('completed', [call('completed', text)]),
  },
];
