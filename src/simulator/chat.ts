import { type ChatAnswer, chatEvents } from './chat-stream.ts';
import {
  contentText,
  type Fields,
  flag,
  isFields,
  objects,
  requireText,
  stopSequences,
  textOr,
  wholeOr,
} from './fields.ts';
import { likelihoods } from './likelihood.ts';
import { countTokens } from './pieces.ts';
import { Refusal } from './refusal.ts';
import { type Asked, created, type Endpoint, failureEvent, type Reply } from './reply.ts';
import { composeAll, type Format, type Question, type Tool, tokensOf, type Utterance } from './utterance.ts';

export const chat: Endpoint = {
  prompt: (body) => contentText(lastUser(readMessages(body))?.['content']),
  answer: answerChat,
};

function answerChat(asked: Asked): Reply {
  const { body, directives } = asked;
  const answer = composeChat(asked);
  if (!flag(body, 'stream')) {
    const tokens = answer.choices.reduce((sum, choice) => sum + tokensOf(choice), 0);
    return { kind: 'whole', status: 200, body: wholeChat(answer), tokens };
  }
  const options = body['stream_options'];
  const wantsUsage = isFields(options) && flag(options, 'include_usage') && directives.usage !== 'off';
  return {
    kind: 'stream',
    events: () => chatEvents(answer, wantsUsage),
    closing: 'data: [DONE]\n\n',
    failure: failureEvent,
  };
}

function composeChat(asked: Asked): ChatAnswer {
  const { body, directives } = asked;
  const choices = composeAll(readQuestion(asked));
  return {
    id: `chatcmpl-sim${asked.digest}`,
    model: requireText(body, 'model'),
    choices,
    alternatives: flag(body, 'logprobs') ? wholeOr(body, 'top_logprobs', [0, 20], 0) : undefined,
    usage: directives.usage === 'off' ? undefined : chatUsage(body, choices),
  };
}

function readQuestion({ body, text, directives }: Asked): Question {
  const tools = objects(body['tools']).map(readTool);
  return {
    text,
    directives,
    choices: wholeOr(body, 'n', [1, 128], 1),
    tools,
    toolChoice: readToolChoice(body['tool_choice']),
    toolResult: toolResult(readMessages(body)),
    maxTokens: wholeOr(
      body,
      'max_completion_tokens',
      [1, 1e9],
      wholeOr(body, 'max_tokens', [1, 1e9], Infinity),
    ),
    stop: stopSequences(body),
    format: readFormat(body['response_format']),
  };
}

function readMessages(body: Fields): readonly Fields[] {
  const messages = objects(body['messages']);
  if (messages.length > 0) return messages;
  throw new Refusal('messages must be a list of at least one message', { param: 'messages' });
}

function lastUser(messages: readonly Fields[]): Fields | undefined {
  return messages.findLast((message) => message['role'] === 'user');
}

function toolResult(messages: readonly Fields[]): string | undefined {
  const last = messages.at(-1);
  return last?.['role'] === 'tool' ? contentText(last['content']) : undefined;
}

function readTool(tool: Fields): Tool {
  const definition = isFields(tool['function']) ? tool['function'] : {};
  return { name: textOr(definition['name'], ''), parameters: definition['parameters'] };
}

function readToolChoice(choice: unknown): Question['toolChoice'] {
  if (choice === 'required') return { kind: 'any' };
  const named = isFields(choice) ? choice['function'] : undefined;
  return isFields(named) ? { kind: 'named', name: textOr(named['name'], '') } : { kind: 'free' };
}

function readFormat(format: unknown): Format {
  if (!isFields(format)) return { kind: 'prose' };
  if (format['type'] === 'json_object') return { kind: 'json', schema: undefined };
  if (format['type'] !== 'json_schema') return { kind: 'prose' };
  const named = format['json_schema'];
  return { kind: 'json', schema: isFields(named) ? (named['schema'] ?? {}) : {} };
}

function chatUsage(body: Fields, choices: readonly Utterance[]): Fields {
  const prompt = readMessages(body).reduce(
    (sum, message) => sum + 4 + countTokens(contentText(message['content'])),
    3,
  );
  const completion = choices.reduce((sum, choice) => sum + tokensOf(choice), 0);
  const reasoning = choices.reduce((sum, choice) => sum + choice.reasoning.length, 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  };
}

function wholeChat(answer: ChatAnswer): string {
  return JSON.stringify({
    id: answer.id,
    object: 'chat.completion',
    created,
    model: answer.model,
    choices: answer.choices.map((choice, index) => ({
      index,
      message: wholeMessage(choice),
      logprobs: wholeLikelihoods(answer, choice),
      finish_reason: choice.finish,
    })),
    usage: answer.usage,
    system_fingerprint: 'fp_simulator',
  });
}

function wholeMessage({ reasoning, pieces, toolCall }: Utterance): Fields {
  const content = pieces.join('');
  const call = toolCall && {
    id: toolCall.id,
    type: 'function',
    function: { name: toolCall.name, arguments: toolCall.pieces.join('') },
  };
  return {
    role: 'assistant',
    content: call !== undefined && content === '' ? null : content,
    refusal: null,
    ...(reasoning.length > 0 && { reasoning_content: reasoning.join('') }),
    ...(call && { tool_calls: [call] }),
  };
}

function wholeLikelihoods({ alternatives }: ChatAnswer, { pieces }: Utterance): Fields | null {
  return alternatives === undefined ? null : { content: likelihoods(pieces, alternatives), refusal: null };
}
