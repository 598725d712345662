import type { Fields } from './fields.ts';
import { type Item, itemJson, partJson, type ResponseAnswer, responseJson } from './responses-shape.ts';

interface Named {
  readonly type: string;
  readonly fields: Fields;
}

/** A response as its events. The last one, which says that all is well, is kept apart: a stream can end without it. */
export function responseEvents(answer: ResponseAnswer): { events: () => Iterable<string>; closing: string } {
  const last = {
    type: `response.${answer.status}`,
    fields: { response: responseJson(answer, answer.status) },
  };
  return { events: () => numbered(body(answer)), closing: format(last, countEvents(answer)) };
}

function* numbered(events: Iterable<Named>): Generator<string> {
  let number = 0;
  for (const event of events) yield format(event, number++);
}

function format({ type, fields }: Named, number: number): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number, ...fields })}\n\n`;
}

/** Two for the response; for each item its pieces and what is around them: added and done, of the item and of its part. */
function countEvents({ items }: ResponseAnswer): number {
  return items.reduce((sum, item) => sum + item.pieces.length + (item.kind === 'call' ? 3 : 5), 2);
}

function* body(answer: ResponseAnswer): Generator<Named> {
  const response = responseJson(answer, 'in_progress');
  yield { type: 'response.created', fields: { response } };
  yield { type: 'response.in_progress', fields: { response } };
  for (const [index, item] of answer.items.entries()) yield* itemEvents(item, index, answer.status);
}

function* itemEvents(item: Item, index: number, status: string): Generator<Named> {
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

function* callEvents(item: Item, index: number, text: string): Generator<Named> {
  const where = { item_id: item.id, output_index: index };
  for (const delta of item.pieces) {
    yield { type: 'response.function_call_arguments.delta', fields: { ...where, delta } };
  }
  const name = item.call?.name;
  yield { type: 'response.function_call_arguments.done', fields: { ...where, name, arguments: text } };
}

function* partEvents(item: Item, index: number, text: string): Generator<Named> {
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
