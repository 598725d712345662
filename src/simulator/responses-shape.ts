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

export function itemJson(item: Item, text: string, status: string): Fields {
  const { id, kind, call } = item;
  if (kind === 'reasoning')
    return { id, type: 'reasoning', summary: text === '' ? [] : [partJson(item, text)] };
  if (kind === 'call') {
    return { id, type: 'function_call', status, call_id: call?.id, name: call?.name, arguments: text };
  }
  const content = status === 'in_progress' ? [] : [partJson(item, text)];
  return { id, type: 'message', status, role: 'assistant', content };
}

export function partJson(item: Item, text: string): Fields {
  if (item.kind === 'reasoning') return { type: 'summary_text', text };
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}
