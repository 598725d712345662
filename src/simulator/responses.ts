import { isMapping } from '../config/path.ts';
import {
  contentText,
  elements,
  type Fields,
  flag,
  lastUserText,
  objects,
  requireText,
  wholeOr,
} from './fields.ts';
import { conversationTokens } from './pieces.ts';
import { SimulatorRefusal } from './refusal.ts';
import {
  type SimulatedCall,
  created,
  type Endpoint,
  failureMessage,
  type SimulatorReply,
  wholeReply,
} from './reply.ts';
import {
  composeAll,
  type SimulatorQuestion,
  readFormat,
  readTool,
  readToolChoice,
  tokensOf,
  type Utterance,
} from './utterance.ts';

export const simulatedResponses: Endpoint = {
  prompt: (body) => lastUserText(readInput(body)),
  answer: answerResponse,
};

function answerResponse(asked: SimulatedCall): SimulatorReply {
  const { body } = asked;
  if (flag(body, 'background'))
    throw new SimulatorRefusal('background answers are not simulated', { param: 'background' });
  const [utterance] = composeAll(readQuestion(asked));
  if (utterance === undefined) throw new Error('one answer was asked for and none was composed');
  const answer = describe(asked, utterance);
  if (!flag(body, 'stream')) {
    const json = JSON.stringify(responseJson(answer, answer.status));
    return wholeReply(json, { tokens: tokensOf(utterance) });
  }
  return {
    kind: 'stream',
    events: () => numbered(eventsOf(answer)),
    closing: (sent) => {
      const response = responseJson(answer, answer.status);
      return format({ type: `response.${answer.status}`, response }, sent);
    },
    failure,
  };
}

function* numbered(events: Iterable<Event>): Generator<string> {
  let number = 0;
  for (const event of events) yield format(event, number++);
}

function format({ type, ...fields }: Event, number: number): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number, ...fields })}\n\n`;
}

function failure(sent: number): string {
  const fields = { code: 'server_error', message: failureMessage, param: null, sequence_number: sent };
  return `event: error\ndata: ${JSON.stringify({ type: 'error', ...fields })}\n\n`;
}

function readQuestion({ body, text, directives }: SimulatedCall): SimulatorQuestion {
  const input = readInput(body);
  return {
    text,
    directives,
    choices: 1,
    maxTokens: wholeOr(body, 'max_output_tokens', [1, 1e9], Infinity),
    stop: [],
    tools: objects(body['tools'])
      .filter((tool) => tool['type'] === 'function')
      .map(readTool),
    toolChoice: readToolChoice(body['tool_choice'], (choice) =>
      choice['type'] === 'function' ? choice : undefined,
    ),
    toolResult: toolResult(input),
    format: readFormat(isMapping(body['text']) ? body['text']['format'] : undefined),
  };
}

/** The input as items; a plain text is one message of the user. */
function readInput(body: Fields): readonly Fields[] {
  const input = body['input'];
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  const items = objects(input);
  if (items.length > 0) return items;
  throw new SimulatorRefusal('input must be a text or a list of at least one item', { param: 'input' });
}

function toolResult(input: readonly Fields[]): string | undefined {
  const last = input.at(-1);
  return last?.['type'] === 'function_call_output' ? contentText(last['output']) : undefined;
}

function describe(asked: SimulatedCall, utterance: Utterance): Answer {
  const { body, directives, digest } = asked;
  return {
    fixed: fixedFields(body, digest),
    items: itemsOf(utterance, digest),
    status: utterance.finish === 'length' ? 'incomplete' : 'completed',
    usage: directives.usage === 'off' ? null : usageOf(body, utterance),
  };
}

function fixedFields(body: Fields, digest: string): Fields {
  return {
    id: `resp_sim${digest}`,
    object: 'response',
    created_at: created,
    error: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    metadata: body['metadata'] ?? {},
    model: requireText(body, 'model'),
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    reasoning: body['reasoning'] ?? { effort: null, summary: null },
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: elements(body['tools']),
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    user: body['user'] ?? null,
  };
}

function itemsOf({ reasoning, pieces, toolCall }: Utterance, digest: string): readonly Item[] {
  const items: Item[] = [];
  if (reasoning.length > 0) items.push({ kind: 'reasoning', id: `rs_sim${digest}`, pieces: reasoning });
  if (pieces.length > 0 || toolCall === undefined)
    items.push({ kind: 'message', id: `msg_sim${digest}`, pieces });
  if (toolCall !== undefined) {
    items.push({ kind: 'call', id: `fc_sim${digest}`, pieces: toolCall.pieces, call: toolCall });
  }
  return items;
}

function usageOf(body: Fields, utterance: Utterance): Fields {
  const texts = readInput(body).map((item) => contentText(item['content']) + contentText(item['output']));
  const input = conversationTokens(texts);
  const output = tokensOf(utterance);
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: utterance.reasoning.length },
    total_tokens: input + output,
  };
}

/** What a response is built from, whole or streamed. */
interface Answer {
  /** The fields that are the same in every state of the response. */
  readonly fixed: Fields;
  readonly items: readonly Item[];
  readonly status: 'completed' | 'incomplete';
  readonly usage: Fields | null;
}

/** One entry of `output`, with the pieces it is streamed in. */
interface Item {
  readonly kind: 'reasoning' | 'message' | 'call';
  readonly id: string;
  readonly pieces: readonly string[];
  readonly call?: { readonly id: string; readonly name: string };
}

/** The response in one of its states. Before it is finished it has no output and no usage. */
function responseJson(answer: Answer, status: 'in_progress' | 'completed' | 'incomplete'): Fields {
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
interface Event {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** All but the last, which says that all is well: a stream can end without it. */
function* eventsOf(answer: Answer): Generator<Event> {
  const response = responseJson(answer, 'in_progress');
  yield { type: 'response.created', response };
  yield { type: 'response.in_progress', response };
  for (const [index, item] of answer.items.entries()) yield* itemEvents(item, index, answer.status);
}

function* itemEvents(item: Item, index: number, status: string): Generator<Event> {
  const text = item.pieces.join('');
  const where = { output_index: index };
  yield { type: 'response.output_item.added', ...where, item: itemJson(item, '', 'in_progress') };
  yield* item.kind === 'call' ? callEvents(item, index, text) : partEvents(item, index, text);
  yield { type: 'response.output_item.done', ...where, item: itemJson(item, text, status) };
}

function* callEvents(item: Item, index: number, text: string): Generator<Event> {
  const words = 'response.function_call_arguments';
  const where = { item_id: item.id, output_index: index };
  for (const delta of item.pieces) yield { type: `${words}.delta`, ...where, delta };
  yield { type: `${words}.done`, ...where, name: item.call?.name, arguments: text };
}

function* partEvents(item: Item, index: number, text: string): Generator<Event> {
  const isReasoning = item.kind === 'reasoning';
  const part = isReasoning ? 'response.reasoning_summary_part' : 'response.content_part';
  const words = isReasoning ? 'response.reasoning_summary_text' : 'response.output_text';
  const at = isReasoning ? { summary_index: 0 } : { content_index: 0 };
  const extra = isReasoning ? {} : { logprobs: [] };
  const where = { item_id: item.id, output_index: index, ...at };
  yield { type: `${part}.added`, ...where, part: partJson(item, '') };
  for (const delta of item.pieces) yield { type: `${words}.delta`, ...where, delta, ...extra };
  yield { type: `${words}.done`, ...where, text, ...extra };
  yield { type: `${part}.done`, ...where, part: partJson(item, text) };
}
