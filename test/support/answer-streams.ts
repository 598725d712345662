import * as fc from 'fast-check';
import { cutTexts } from './cuts.ts';

/** One text of a streamed answer, and how it was cut into pieces. */
export interface StreamedField {
  readonly choice: number;
  readonly name: 'content' | 'reasoning_content' | 'refusal' | 'arguments' | 'more arguments' | 'text';
  readonly pieces: readonly string[];
}

/** A streamed answer with its fields, in the bytes of one provider. */
export interface AnswerStream {
  readonly fields: readonly StreamedField[];
  readonly stream: string;
}

interface Piece {
  readonly field: StreamedField;
  readonly text: string;
}

/** Which events the pieces went into, and how the provider writes. */
interface Manner {
  /** For each piece: which of the fields that have text left it comes from, and whether it joins the event before. */
  readonly turns: readonly { readonly field: number; readonly joins: boolean }[];
  readonly isEscaped: boolean;
  readonly lineEnd: string;
  readonly prefix: string;
  readonly hasKeepAlives: boolean;
}

const manners: fc.Arbitrary<Manner> = fc.record({
  turns: fc.array(fc.record({ field: fc.nat(), joins: fc.boolean() }), { minLength: 1, maxLength: 40 }),
  isEscaped: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r'),
  prefix: fc.constantFrom('data: ', 'data:', 'event: x\ndata: '),
  hasKeepAlives: fc.boolean(),
});

/** Streams of chat or legacy completions: several choices and fields, their pieces interleaved and grouped at will. */
export function answerStreams(
  texts: fc.Arbitrary<string>,
  names: readonly StreamedField['name'][],
): fc.Arbitrary<AnswerStream> {
  const field = fc.record({
    choice: fc.nat({ max: 2 }),
    name: fc.constantFrom(...names),
    pieces: cutTexts(texts),
  });
  const fields = fc.uniqueArray(field, {
    minLength: 1,
    maxLength: 4,
    selector: ({ choice, name }) => `${choice} ${name}`,
  });
  return fc.tuple(fields, manners).map(([all, manner]) => ({ fields: all, stream: written(all, manner) }));
}

function written(fields: readonly StreamedField[], manner: Manner): string {
  const events = grouped(fields, manner).map((pieces) => event(pieces));
  const choices = [...new Set(fields.map(({ choice }) => choice))];
  const ends = choices.map((index) => chunk([{ index, delta: {}, finish_reason: 'stop' }]));
  const usage = { ...chunk([]), usage: { prompt_tokens: 3, completion_tokens: 4 } };
  const all = [...events, ...ends, usage].map((one) => data(one, manner));
  const stream = [...all, `${manner.prefix}[DONE]\n\n`].join(manner.hasKeepAlives ? ': ping\n\n' : '');
  return stream.replaceAll('\n', manner.lineEnd);
}

function grouped(fields: readonly StreamedField[], { turns }: Manner): readonly (readonly Piece[])[] {
  const left = fields.map((field) => ({ field, pieces: [...field.pieces] }));
  const events: Piece[][] = [];
  for (let turn = 0; ; turn += 1) {
    const open = left.filter(({ pieces }) => pieces.length > 0);
    if (open.length === 0) return events;
    const { field: chosen, joins } = turns[turn % turns.length] ?? { field: 0, joins: false };
    const from = open[chosen % open.length];
    const text = from?.pieces.shift();
    if (from === undefined || text === undefined) continue;
    const last = events.at(-1);
    const canJoin = joins && last !== undefined && last.every(({ field }) => field !== from.field);
    if (canJoin) last.push({ field: from.field, text });
    else events.push([{ field: from.field, text }]);
  }
}

function event(pieces: readonly Piece[]): object {
  const choices = [...new Set(pieces.map(({ field }) => field.choice))];
  return chunk(
    choices.map((index) => {
      const own = pieces.filter(({ field }) => field.choice === index);
      const text = own.find(({ field }) => field.name === 'text');
      if (text !== undefined) return { text: text.text, index, logprobs: null, finish_reason: null };
      return { index, delta: delta(own), finish_reason: null };
    }),
  );
}

function delta(pieces: readonly Piece[]): object {
  const plain = pieces.filter(({ field }) => !field.name.endsWith('arguments'));
  const calls = pieces.filter(({ field }) => field.name.endsWith('arguments'));
  const toolCalls = calls.map(({ field, text }) => ({
    index: field.name === 'arguments' ? 0 : 1,
    function: { arguments: text },
  }));
  const strings = Object.fromEntries(plain.map(({ field, text }) => [field.name, text]));
  return toolCalls.length === 0 ? strings : { ...strings, tool_calls: toolCalls };
}

function chunk(choices: readonly object[]): object {
  return { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
}

function data(payload: object, { isEscaped, prefix }: Manner): string {
  const json = JSON.stringify(payload);
  return `${prefix}${isEscaped ? escaped(json) : json}\n\n`;
}

/** The same JSON in ASCII, with an escape where none is needed. */
export function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff@]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Where `fieldsOf` finds a field. */
export function pathOf({ choice, name }: StreamedField): string {
  if (name === 'text') return `.choices.${choice}.text`;
  const call = name === 'arguments' ? 0 : 1;
  const inside = name.endsWith('arguments') ? `tool_calls.${call}.function.arguments` : name;
  return `.choices.${choice}.delta.${inside}`;
}
