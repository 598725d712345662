import { isMapping } from '../config/path.ts';
import { type Fields, flag } from './fields.ts';
import { type SimulatedCall, created, failureEvent, type SimulatorReply, wholeReply } from './reply.ts';
import { tokensOfAll, type Utterance } from './utterance.ts';

/** An answer made of choices, as chat and text completions have it. */
export interface ChoicesAnswer {
  /** The beginning of its id. */
  readonly idPrefix: string;
  readonly object: string;
  readonly model: string;
  readonly choices: readonly Utterance[];
  readonly promptTokens: number;
  /** What its usage says besides. */
  readonly usageDetails?: Fields;
  /** A choice in one, its JSON written. */
  whole(choice: Utterance, index: number): string;
  /** The same, an event each. */
  parts(choice: Utterance, index: number): Iterator<string>;
}

export function answerChoices(
  { body, directives, digest }: SimulatedCall,
  answer: ChoicesAnswer,
): SimulatorReply {
  const { idPrefix, object, choices } = answer;
  const start = `{"id":"${idPrefix}-sim${digest}","object":"${object}","created":${created},"model":${JSON.stringify(answer.model)},"system_fingerprint":"fp_simulator","choices":[`;
  const usage = directives.usage === 'off' ? undefined : JSON.stringify(usageOf(answer));
  if (!flag(body, 'stream')) {
    const list = choices.map((choice, index) => answer.whole(choice, index)).join(',');
    return wholeReply(`${start}${list}]${usage === undefined ? '' : `,"usage":${usage}`}}`, {
      tokens: tokensOfAll(choices),
    });
  }
  const options = body['stream_options'];
  const isUsageAsked = isMapping(options) && flag(options, 'include_usage');
  return {
    kind: 'stream',
    events: () => events(answer, `data: ${start}`, isUsageAsked ? usage : undefined),
    closing: () => 'data: [DONE]\n\n',
    failure: failureEvent,
  };
}

/** One choice; `said` is its text as its endpoint has it: `"delta":{…}`. */
export function choiceJson(index: number, said: string, logprobs = 'null', finish?: string): string {
  const reason = finish === undefined ? 'null' : `"${finish}"`;
  return `{"index":${index},${said},"logprobs":${logprobs},"finish_reason":${reason}}`;
}

function usageOf({ promptTokens, choices, usageDetails }: ChoicesAnswer): Fields {
  const completion = tokensOfAll(choices);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completion,
    total_tokens: promptTokens + completion,
    ...usageDetails,
  };
}

/** Made as they are asked for. Choices take turns, as they do when a model writes several at once. */
function* events(answer: ChoicesAnswer, start: string, usage: string | undefined): Generator<string> {
  const end = usage === undefined ? ']}\n\n' : `],"usage":null}\n\n`;
  let open = answer.choices.map((choice, index) => answer.parts(choice, index));
  while (open.length > 0) {
    const stillOpen: typeof open = [];
    for (const parts of open) {
      const step = parts.next();
      if (step.done === true) continue;
      stillOpen.push(parts);
      yield start + step.value + end;
    }
    open = stillOpen;
  }
  if (usage !== undefined) yield `${start}],"usage":${usage}}\n\n`;
}
