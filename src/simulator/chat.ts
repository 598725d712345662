import { answerChoices, choiceJson, type ChoicesAnswer } from './choices.ts';
import {
  contentText,
  type Fields,
  flag,
  lastUserText,
  objects,
  requireText,
  stopSequences,
  wholeOr,
} from './fields.ts';
import { likelihoods } from './likelihood.ts';
import { conversationTokens } from './pieces.ts';
import { SimulatorRefusal } from './refusal.ts';
import type { SimulatedCall, Endpoint } from './reply.ts';
import {
  composeAll,
  readFormat,
  readTool,
  readToolChoice,
  type SimulatorQuestion,
  type Utterance,
} from './utterance.ts';

export const simulatedChat: Endpoint = {
  prompt: (body) => lastUserText(readMessages(body)),
  answer: (asked) => answerChoices(asked, composeChat(asked)),
};

function composeChat(asked: SimulatedCall): ChoicesAnswer {
  const { body } = asked;
  const choices = composeAll(readQuestion(asked));
  const reasoning = choices.reduce((sum, choice) => sum + choice.reasoning.length, 0);
  const model = requireText(body, 'model');
  const alternatives = flag(body, 'logprobs') ? wholeOr(body, 'top_logprobs', [0, 20], 0) : undefined;
  return {
    idPrefix: 'chatcmpl',
    object: flag(body, 'stream') ? 'chat.completion.chunk' : 'chat.completion',
    model,
    choices,
    promptTokens: conversationTokens(readMessages(body).map((message) => contentText(message['content']))),
    usageDetails: {
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
    },
    whole: (choice, index) => wholeChoice(choice, index, alternatives),
    parts: (choice, index) => deltas(choice, index, alternatives),
  };
}

function readQuestion({ body, text, directives }: SimulatedCall): SimulatorQuestion {
  const tools = objects(body['tools']).map((tool) => readTool(tool['function']));
  return {
    text,
    directives,
    choices: wholeOr(body, 'n', [1, 128], 1),
    tools,
    toolChoice: readToolChoice(body['tool_choice'], (choice) => choice['function']),
    toolResult: toolResult(readMessages(body)),
    maxTokens: wholeOr(
      body,
      'max_completion_tokens',
      [1, 1e9],
      wholeOr(body, 'max_tokens', [1, 1e9], Infinity),
    ),
    stop: stopSequences(body),
    format: readFormat(body['response_format'], 'json_schema'),
  };
}

function readMessages(body: Fields): readonly Fields[] {
  const messages = objects(body['messages']);
  if (messages.length > 0) return messages;
  throw new SimulatorRefusal('messages must be a list of at least one message', { param: 'messages' });
}

function toolResult(messages: readonly Fields[]): string | undefined {
  const last = messages.at(-1);
  return last?.['role'] === 'tool' ? contentText(last['content']) : undefined;
}

function wholeChoice(choice: Utterance, index: number, alternatives: number | undefined): string {
  const { reasoning, pieces, toolCall, finish } = choice;
  const content = pieces.join('');
  const call = toolCall && {
    id: toolCall.id,
    type: 'function',
    function: { name: toolCall.name, arguments: toolCall.pieces.join('') },
  };
  const message = {
    role: 'assistant',
    content: call !== undefined && content === '' ? null : content,
    refusal: null,
    ...(reasoning.length > 0 && { reasoning_content: reasoning.join('') }),
    ...(call && { tool_calls: [call] }),
  };
  return choiceJson(index, `"message":${JSON.stringify(message)}`, logprobs(pieces, alternatives), finish);
}

function* deltas(choice: Utterance, index: number, alternatives: number | undefined): Generator<string> {
  const { reasoning, pieces, toolCall, finish } = choice;
  const plain = (delta: string): string => choiceJson(index, `"delta":${delta}`);
  const isCallOnly = toolCall !== undefined && pieces.length === 0;
  yield plain(`{"role":"assistant","content":${isCallOnly ? 'null' : '""'},"refusal":null}`);
  for (const piece of reasoning) yield plain(`{"reasoning_content":${JSON.stringify(piece)}}`);
  for (const piece of pieces) {
    const delta = `"delta":{"content":${JSON.stringify(piece)}}`;
    yield choiceJson(index, delta, logprobs([piece], alternatives));
  }
  if (toolCall !== undefined) {
    const opened = JSON.stringify({ name: toolCall.name, arguments: '' });
    yield plain(`{"tool_calls":[{"index":0,"id":"${toolCall.id}","type":"function","function":${opened}}]}`);
    for (const piece of toolCall.pieces) {
      yield plain(`{"tool_calls":[{"index":0,"function":{"arguments":${JSON.stringify(piece)}}}]}`);
    }
  }
  yield choiceJson(index, '"delta":{}', 'null', finish);
}

function logprobs(pieces: readonly string[], alternatives: number | undefined): string {
  if (alternatives === undefined) return 'null';
  return JSON.stringify({ content: likelihoods(pieces, alternatives), refusal: null });
}
