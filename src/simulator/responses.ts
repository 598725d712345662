import {
  contentText,
  elements,
  type Fields,
  flag,
  isFields,
  objects,
  requireText,
  textOr,
  wholeOr,
} from './fields.ts';
import { countTokens } from './pieces.ts';
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
  closingEvent,
  type Item,
  type NamedEvent,
  type ResponseAnswer,
  responseEvents,
  responseJson,
} from './responses-shape.ts';
import {
  composeAll,
  type SimulatorQuestion,
  readFormat,
  readTool,
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
    events: () => numbered(responseEvents(answer)),
    closing: (sent) => format(closingEvent(answer), sent),
    failure,
  };
}

function* numbered(events: Iterable<NamedEvent>): Generator<string> {
  let number = 0;
  for (const event of events) yield format(event, number++);
}

function format({ type, fields }: NamedEvent, number: number): string {
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
    toolChoice: readToolChoice(body['tool_choice']),
    toolResult: toolResult(input),
    format: readFormat(isFields(body['text']) ? body['text']['format'] : undefined),
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

function lastUserText(input: readonly Fields[]): string {
  return contentText(input.findLast((item) => item['role'] === 'user')?.['content']);
}

function toolResult(input: readonly Fields[]): string | undefined {
  const last = input.at(-1);
  return last?.['type'] === 'function_call_output' ? contentText(last['output']) : undefined;
}

function readToolChoice(choice: unknown): SimulatorQuestion['toolChoice'] {
  if (choice === 'required') return { kind: 'any' };
  const isNamed = isFields(choice) && choice['type'] === 'function';
  return isNamed ? { kind: 'named', name: textOr(choice['name'], '') } : { kind: 'free' };
}

function describe(asked: SimulatedCall, utterance: Utterance): ResponseAnswer {
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
  const input = texts.reduce((sum, text) => sum + 4 + countTokens(text), 3);
  const output = tokensOf(utterance);
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: utterance.reasoning.length },
    total_tokens: input + output,
  };
}
