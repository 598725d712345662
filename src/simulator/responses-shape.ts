import type { Fields } from './fields.ts';

/** What a response is built from, whole or streamed. */
export interface ResponseAnswer {
  /** The fields that are the same in every state of the response. */
  readonly fixed: Fields;
  readonly items: readonly Item[];
  readonly status: 'completed' | 'incomplete';
  readonly usage: Fields | null;
}

/** One entry of `output`, with the pieces it is streamed in. */
export interface Item {
  readonly kind: 'reasoning' | 'message' | 'call';
  readonly id: string;
  readonly pieces: readonly string[];
  readonly call?: { readonly id: string; readonly name: string };
}

/** The response in one of its states. Before it is finished it has no output and no usage. */
export function responseJson(
  answer: ResponseAnswer,
  status: 'in_progress' | 'completed' | 'incomplete',
): Fields {
  const isFinished = status !== 'in_progress';
  return {
    ...answer.fixed,
    status,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    output: isFinished ? answer.items.map((item) => itemJson(item, item.pieces.join(''), answer.status)) : [],
    usage: isFinished ? answer.usage : null,
  };
}

function itemJson(item: Item, text: string, status: string): Fields {
  const { id, kind, call } = item;
  if (kind === 'reasoning')
    return { id, type: 'reasoning', summary: text === '' ? [] : [partJson(item, text)] };
  if (kind === 'call') {
    return { id, type: 'function_call', status, call_id: call?.id, name: call?.name, arguments: text };
  }
  const content = status === 'in_progress' ? [] : [partJson(item, text)];
  return { id, type: 'message', status, role: 'assistant', content };
}

function partJson(item: Item, text: string): Fields {
  if (item.kind === 'reasoning') return { type: 'summary_text', text };
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

/** An event of a response, before it has its number. */
export interface NamedEvent {
  readonly type: string;
  readonly fields: Fields;
}

export function closingEvent(answer: ResponseAnswer): NamedEvent {
  return { type: `response.${answer.status}`, fields: { response: responseJson(answer, answer.status) } };
}

/** All but the last, which says that all is well: a stream can end without it. */
export function* responseEvents(answer: ResponseAnswer): Generator<NamedEvent> {
  const response = responseJson(answer, 'in_progress');
  yield { type: 'response.created', fields: { response } };
  yield { type: 'response.in_progress', fields: { response } };
  for (const [index, item] of answer.items.entries()) yield* itemEvents(item, index, answer.status);
}

function* itemEvents(item: Item, index: number, status: string): Generator<NamedEvent> {
  const text = item.pieces.join('');
  yield {
    type: 'response.output_item.added',
    fields: { output_index: index, item: itemJson(item, '', 'in_progress') },
  };
  yield* item.kind === 'call' ? callEvents(item, index, text) : partEvents(item, index, text);
  yield {
    type: 'response.output_item.done',
    fields: { output_index: index, item: itemJson(item, text, status) },
  };
}

function* callEvents(item: Item, index: number, text: string): Generator<NamedEvent> {
  const where = { item_id: item.id, output_index: index };
  for (const delta of item.pieces) {
    yield { type: 'response.function_call_arguments.delta', fields: { ...where, delta } };
  }
  const name = item.call?.name;
  yield { type: 'response.function_call_arguments.done', fields: { ...where, name, arguments: text } };
}

function* partEvents(item: Item, index: number, text: string): Generator<NamedEvent> {
  const isReasoning = item.kind === 'reasoning';
  const part = isReasoning ? 'response.reasoning_summary_part' : 'response.content_part';
  const words = isReasoning ? 'response.reasoning_summary_text' : 'response.output_text';
  const at = isReasoning ? { summary_index: 0 } : { content_index: 0 };
  const extra = isReasoning ? {} : { logprobs: [] };
  const where = { item_id: item.id, output_index: index, ...at };
  yield { type: `${part}.added`, fields: { ...where, part: partJson(item, '') } };
  for (const delta of item.pieces) yield { type: `${words}.delta`, fields: { ...where, delta, ...extra } };
  yield { type: `${words}.done`, fields: { ...where, text, ...extra } };
  yield { type: `${part}.done`, fields: { ...where, part: partJson(item, text) } };
}
