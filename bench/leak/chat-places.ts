import { noCompanions, type StreamPlace, type BodyPlace } from './place.ts';

// Answers as OpenAI's chat and legacy completions write them.

const head = {
  id: 'chatcmpl-leak',
  object: 'chat.completion.chunk',
  created: 1_790_000_000,
  model: 'leak-model',
};

function line(value: unknown): string {
  return `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
}

function chunk(index: number, delta: unknown, reason: string | null = null): string {
  return line({ ...head, choices: [{ index, delta, finish_reason: reason }] });
}

function chatStream(deltas: readonly unknown[], reason = 'stop'): readonly string[] {
  return [
    chunk(0, { role: 'assistant', content: '' }),
    ...deltas.map((delta) => chunk(0, delta)),
    chunk(0, {}, reason),
    line('[DONE]'),
  ];
}

function argumentsStream(pieces: readonly string[]): readonly string[] {
  const opening = {
    index: 0,
    id: 'call_1',
    type: 'function',
    function: { name: 'send_note', arguments: '' },
  };
  const deltas = pieces.map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] }));
  return chatStream([{ tool_calls: [opening] }, ...deltas], 'tool_calls');
}

const first = 'A word of the first choice, then its end.';

/** The first choice speaks before, between and after the pieces of the second. */
function twoChoices(pieces: readonly string[]): readonly string[] {
  const words = first.match(/\S+\s*/g) ?? [];
  const between = pieces.flatMap((piece, at) => [
    ...(words[at] === undefined ? [] : [chunk(0, { content: words[at] })]),
    chunk(1, { content: piece }),
  ]);
  return [
    chunk(0, { role: 'assistant', content: '' }),
    chunk(1, { role: 'assistant', content: '' }),
    ...between,
    ...words.slice(pieces.length).map((word) => chunk(0, { content: word })),
    chunk(0, {}, 'stop'),
    chunk(1, {}, 'stop'),
    line('[DONE]'),
  ];
}

function legacyStream(pieces: readonly string[]): readonly string[] {
  const event = (text: string, reason: string | null): string =>
    line({
      ...head,
      object: 'text_completion',
      choices: [{ index: 0, text, logprobs: null, finish_reason: reason }],
    });
  return [...pieces.map((piece) => event(piece, null)), event('', 'stop'), line('[DONE]')];
}

const chat = {
  kind: 'stream',
  path: '/chat/completions',
  spelling: 'plain',
  companions: noCompanions,
} as const;
const argumentsKey = 'choices[0].delta.tool_calls[0].function.arguments';

export const chatStreams: readonly StreamPlace[] = [
  {
    ...chat,
    id: 'content',
    holders: ['choices[0].delta.content'],
    events: (pieces) => chatStream(pieces.map((content) => ({ content }))),
  },
  { ...chat, id: 'tool arguments', spelling: 'arguments', holders: [argumentsKey], events: argumentsStream },
  {
    ...chat,
    id: 'tool arguments, \\u0040',
    spelling: 'escaped arguments',
    holders: [argumentsKey],
    events: argumentsStream,
  },
  {
    ...chat,
    id: 'reasoning_content',
    holders: ['choices[0].delta.reasoning_content'],
    companions: new Map([['choices[0].delta.content', 'Done.']]),
    events: (pieces) =>
      chatStream([...pieces.map((piece) => ({ reasoning_content: piece })), { content: 'Done.' }]),
  },
  {
    ...chat,
    id: 'refusal',
    holders: ['choices[0].delta.refusal'],
    events: (pieces) => chatStream(pieces.map((refusal) => ({ refusal }))),
  },
  {
    ...chat,
    id: 'second choice',
    holders: ['choices[1].delta.content'],
    companions: new Map([['choices[0].delta.content', first]]),
    events: twoChoices,
  },
  { ...chat, id: 'completions', path: '/completions', holders: ['choices[0].text'], events: legacyStream },
];

/** Streams of providers that name them wrongly, or say with every event that they have finished. */
export const oddChatStreams: readonly StreamPlace[] = chatStreams.flatMap((place): readonly StreamPlace[] => {
  const { id, events } = place;
  if (!['content', 'tool arguments', 'completions'].includes(id)) return [];
  return [
    { ...place, id: `${id} as application/json`, contentType: 'application/json' },
    {
      ...place,
      id: `${id} as text/plain, behind a byte order mark`,
      contentType: 'text/plain',
      events: (pieces) => ['\ufeff\n', ...events(pieces)],
    },
    { ...place, id: `${id}, always finished`, events: (pieces) => events(pieces).map(finished) },
  ];
});

function finished(event: string): string {
  return event.replace('"finish_reason":null', '"finish_reason":"stop"');
}

function choice(message: unknown, reason = 'stop', index = 0): unknown {
  return { index, message, logprobs: null, finish_reason: reason };
}

function completion(...choices: readonly unknown[]): Readonly<Record<string, unknown>> {
  return {
    ...head,
    object: 'chat.completion',
    choices,
    usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 },
  };
}

function calling(text: string): Readonly<Record<string, unknown>> {
  const call = { id: 'call_1', type: 'function', function: { name: 'send_note', arguments: text } };
  return completion(choice({ role: 'assistant', content: null, tool_calls: [call] }, 'tool_calls'));
}

const whole = { ...chat, kind: 'answer' } as const;
const callingKey = 'choices[0].message.tool_calls[0].function.arguments';

export const chatBodies: readonly BodyPlace[] = [
  {
    ...whole,
    id: 'content',
    holders: ['choices[0].message.content'],
    body: (content) => completion(choice({ role: 'assistant', content })),
  },
  { ...whole, id: 'tool arguments', spelling: 'arguments', holders: [callingKey], body: calling },
  {
    ...whole,
    id: 'tool arguments, \\u0040',
    spelling: 'escaped arguments',
    holders: [callingKey],
    body: calling,
  },
  {
    ...whole,
    id: 'reasoning_content',
    holders: ['choices[0].message.reasoning_content'],
    companions: new Map([['choices[0].message.content', 'Done.']]),
    body: (text) => completion(choice({ role: 'assistant', reasoning_content: text, content: 'Done.' })),
  },
  {
    ...whole,
    id: 'refusal',
    holders: ['choices[0].message.refusal'],
    body: (refusal) => completion(choice({ role: 'assistant', content: null, refusal })),
  },
  {
    ...whole,
    id: 'second choice',
    holders: ['choices[1].message.content'],
    companions: new Map([['choices[0].message.content', first]]),
    body: (content) =>
      completion(
        choice({ role: 'assistant', content: first }),
        choice({ role: 'assistant', content }, 'stop', 1),
      ),
  },
  {
    ...whole,
    id: 'completions',
    path: '/completions',
    holders: ['choices[0].text'],
    body: (text) => ({
      ...head,
      object: 'text_completion',
      choices: [{ index: 0, text, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 },
    }),
  },
];
