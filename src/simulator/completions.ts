import { takeTurns } from './chat-stream.ts';
import { elements, type Fields, flag, isFields, requireText, stopSequences, wholeOr } from './fields.ts';
import { likelihood, ranked } from './likelihood.ts';
import { countTokens } from './pieces.ts';
import { Refusal } from './refusal.ts';
import { type Asked, created, type Endpoint, failureEvent, type Reply } from './reply.ts';
import { composeAll, type Question, tokensOf, type Utterance } from './utterance.ts';

const mostChoices = 256;

interface Completion {
  readonly start: string;
  readonly choices: readonly Utterance[];
  readonly alternatives: number | undefined;
  /** What each choice repeats before its own text, when `echo` is asked. */
  readonly echoes: readonly string[];
  readonly usage: Fields | undefined;
}

/** The older text completions: one choice for each prompt, times `n`. */
export const completions: Endpoint = {
  prompt: (body) => promptTexts(body).at(-1) ?? '',
  answer: answerCompletion,
};

function answerCompletion(asked: Asked): Reply {
  const { body, directives } = asked;
  const completion = composeCompletion(asked);
  if (!flag(body, 'stream')) {
    const tokens = completion.choices.reduce((sum, choice) => sum + tokensOf(choice), 0);
    return { kind: 'whole', status: 200, body: wholeCompletion(completion), tokens };
  }
  const options = body['stream_options'];
  const wantsUsage = isFields(options) && flag(options, 'include_usage') && directives.usage !== 'off';
  return {
    kind: 'stream',
    events: () => completionEvents(completion, wantsUsage),
    closing: 'data: [DONE]\n\n',
    failure: failureEvent,
  };
}

function composeCompletion(asked: Asked): Completion {
  const { body, directives } = asked;
  const prompts = promptTexts(body);
  const each = wholeOr(body, 'n', [1, 128], 1);
  if (prompts.length * each > mostChoices)
    throw new Refusal(`at most ${mostChoices} choices`, { param: 'n' });
  const questions = prompts.map((prompt) => readQuestion(asked, prompts.length === 1 ? asked.text : prompt));
  const choices = questions.flatMap(composeAll);
  const model = JSON.stringify(requireText(body, 'model'));
  return {
    start: `{"id":"cmpl-sim${asked.digest}","object":"text_completion","created":${created},"model":${model},"system_fingerprint":"fp_simulator","choices":[`,
    choices,
    alternatives: wholeOr(body, 'logprobs', [0, 5], undefined),
    echoes: flag(body, 'echo') ? prompts.flatMap((prompt) => Array.from({ length: each }, () => prompt)) : [],
    usage: directives.usage === 'off' ? undefined : completionUsage(body, choices),
  };
}

function readQuestion({ body, directives }: Asked, text: string): Question {
  return {
    text,
    directives,
    maxTokens: wholeOr(body, 'max_tokens', [0, 1e9], Infinity),
    stop: stopSequences(body),
    choices: wholeOr(body, 'n', [1, 128], 1),
    tools: [],
    toolChoice: { kind: 'free' },
    toolResult: undefined,
    format: { kind: 'prose' },
  };
}

/** A prompt is a text, a list of texts, a list of tokens or a list of such lists. */
function promptTexts(body: Fields): readonly string[] {
  const prompt = body['prompt'];
  if (typeof prompt === 'string') return [prompt];
  const list = elements(prompt);
  if (list.length === 0) throw new Refusal('prompt must be a text or a list', { param: 'prompt' });
  if (list.every((one) => typeof one === 'number')) return [''];
  return list.map((one) => (typeof one === 'string' ? one : ''));
}

function completionUsage(body: Fields, choices: readonly Utterance[]): Fields {
  const prompt = elements(body['prompt'])
    .flat()
    .filter((one) => typeof one === 'number').length;
  const texts = promptTexts(body).reduce((sum, text) => sum + countTokens(text), 0);
  const completion = choices.reduce((sum, choice) => sum + tokensOf(choice), 0);
  return {
    prompt_tokens: prompt + texts,
    completion_tokens: completion,
    total_tokens: prompt + texts + completion,
  };
}

function wholeCompletion({ start, choices, alternatives, echoes, usage }: Completion): string {
  const list = choices.map(({ pieces, finish }, index) => {
    const text = (echoes[index] ?? '') + pieces.join('');
    return choiceJson(
      index,
      text,
      logprobsJson(pieces, alternatives, echoes[index]?.length ?? 0),
      `"${finish}"`,
    );
  });
  return `${start}${list.join(',')}]${usage === undefined ? '' : `,"usage":${JSON.stringify(usage)}`}}`;
}

function* completionEvents(completion: Completion, wantsUsage: boolean): Generator<string> {
  const end = wantsUsage ? `],"usage":null}\n\n` : ']}\n\n';
  const choices = completion.choices.map((choice, index) => parts(choice, index, completion));
  for (const [, choice] of takeTurns(choices)) yield `data: ${completion.start}${choice}${end}`;
  if (wantsUsage) yield `data: ${completion.start}],"usage":${JSON.stringify(completion.usage)}}\n\n`;
}

function* parts(choice: Utterance, index: number, { alternatives, echoes }: Completion): Generator<string> {
  const echo = echoes[index] ?? '';
  let offset = echo.length;
  if (echo !== '') yield choiceJson(index, echo, 'null', 'null');
  for (const piece of choice.pieces) {
    yield choiceJson(index, piece, logprobsJson([piece], alternatives, offset), 'null');
    offset += piece.length;
  }
  yield choiceJson(index, '', 'null', `"${choice.finish}"`);
}

function choiceJson(index: number, text: string, logprobs: string, finish: string): string {
  return `{"index":${index},"text":${JSON.stringify(text)},"logprobs":${logprobs},"finish_reason":${finish}}`;
}

function logprobsJson(pieces: readonly string[], alternatives: number | undefined, offset: number): string {
  if (alternatives === undefined) return 'null';
  let at = offset;
  const offsets = pieces.map((piece) => (at += piece.length) - piece.length);
  return JSON.stringify({
    tokens: pieces,
    token_logprobs: pieces.map(likelihood),
    top_logprobs: pieces.map((piece) => Object.fromEntries(ranked(piece, alternatives))),
    text_offset: offsets,
  });
}
