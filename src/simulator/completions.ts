import { answerChoices, choiceJson, type ChoicesAnswer } from './choices.ts';
import { elements, type Fields, flag, requireText, stopSequences, wholeOr } from './fields.ts';
import { likelihood, ranked } from './likelihood.ts';
import { countTokens } from './pieces.ts';
import { SimulatorRefusal } from './refusal.ts';
import type { SimulatedCall, Endpoint } from './reply.ts';
import { composeAll, proseOnly, type SimulatorQuestion, type Utterance } from './utterance.ts';

const mostChoices = 256;

/** The older text completions: one choice for each prompt, times `n`. */
export const simulatedCompletions: Endpoint = {
  prompt: (body) => promptTexts(body).at(-1) ?? '',
  answer: (asked) => answerChoices(asked, composeCompletion(asked)),
};

function composeCompletion(asked: SimulatedCall): ChoicesAnswer {
  const { body } = asked;
  const prompts = promptTexts(body);
  const each = wholeOr(body, 'n', [1, 128], 1);
  if (prompts.length * each > mostChoices)
    throw new SimulatorRefusal(`at most ${mostChoices} choices`, { param: 'n' });
  const questions = prompts.map((prompt) => readQuestion(asked, prompts.length === 1 ? asked.text : prompt));
  const choices = questions.flatMap(composeAll);
  const model = requireText(body, 'model');
  const alternatives = wholeOr(body, 'logprobs', [0, 5], undefined);
  /** What each choice repeats before its own text. */
  const echoOf = flag(body, 'echo') ? (index: number) => prompts[Math.floor(index / each)] ?? '' : () => '';
  return {
    idPrefix: 'cmpl',
    object: 'text_completion',
    model,
    choices,
    promptTokens: promptTokens(body),
    whole: ({ pieces, finish }, index) => {
      const echo = echoOf(index);
      const likelihoods = logprobsJson(pieces, alternatives, echo.length);
      return choiceJson(index, textJson(echo + pieces.join('')), likelihoods, finish);
    },
    parts: (choice, index) => parts(choice, index, { alternatives, echo: echoOf(index) }),
  };
}

function readQuestion({ body, directives }: SimulatedCall, text: string): SimulatorQuestion {
  return {
    text,
    directives,
    maxTokens: wholeOr(body, 'max_tokens', [0, 1e9], Infinity),
    stop: stopSequences(body),
    choices: wholeOr(body, 'n', [1, 128], 1),
    ...proseOnly,
  };
}

/** A prompt is a text, a list of texts, a list of tokens or a list of such lists. */
function promptTexts(body: Fields): readonly string[] {
  const prompt = body['prompt'];
  if (typeof prompt === 'string') return [prompt];
  const list = elements(prompt);
  if (list.length === 0) throw new SimulatorRefusal('prompt must be a text or a list', { param: 'prompt' });
  if (list.every((one) => typeof one === 'number')) return [''];
  return list.map((one) => (typeof one === 'string' ? one : ''));
}

function promptTokens(body: Fields): number {
  const tokens = elements(body['prompt'])
    .flat()
    .filter((one) => typeof one === 'number').length;
  return promptTexts(body).reduce((sum, text) => sum + countTokens(text), tokens);
}

function* parts(
  choice: Utterance,
  index: number,
  { alternatives, echo }: { readonly alternatives: number | undefined; readonly echo: string },
): Generator<string> {
  let offset = echo.length;
  if (echo !== '') yield choiceJson(index, textJson(echo));
  for (const piece of choice.pieces) {
    yield choiceJson(index, textJson(piece), logprobsJson([piece], alternatives, offset));
    offset += piece.length;
  }
  yield choiceJson(index, textJson(''), 'null', choice.finish);
}

function textJson(text: string): string {
  return `"text":${JSON.stringify(text)}`;
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
