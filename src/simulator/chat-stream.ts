import type { Fields } from './fields.ts';
import { likelihoods } from './likelihood.ts';
import { created } from './reply.ts';
import type { Utterance } from './utterance.ts';

/** What a chat answer is built from, whole or streamed. */
export interface ChatAnswer {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly Utterance[];
  /** Alternatives a token, or undefined where no log probabilities were asked. */
  readonly alternatives: number | undefined;
  readonly usage: Fields | undefined;
}

/** One delta of one choice, its JSON already written. */
interface Delta {
  readonly delta: string;
  readonly logprobs: string;
  readonly finish: string;
}

/** A chat answer as events, made as they are asked for. Choices take turns, as they do when a model writes several at once. */
export function* chatEvents(answer: ChatAnswer, wantsUsage: boolean): Generator<string> {
  const start = `data: {"id":"${answer.id}","object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(answer.model)},"system_fingerprint":"fp_simulator","choices":[`;
  const end = wantsUsage ? `],"usage":null}\n\n` : ']}\n\n';
  const choices = answer.choices.map((choice) => deltas(choice, answer.alternatives));
  for (const [index, { delta, logprobs, finish }] of takeTurns(choices)) {
    yield `${start}{"index":${index},"delta":${delta},"logprobs":${logprobs},"finish_reason":${finish}}${end}`;
  }
  if (wantsUsage) yield `${start}],"usage":${JSON.stringify(answer.usage)}}\n\n`;
}

function* deltas(choice: Utterance, alternatives: number | undefined): Generator<Delta> {
  const { toolCall } = choice;
  const isCallOnly = toolCall !== undefined && choice.pieces.length === 0;
  yield plain(`{"role":"assistant","content":${isCallOnly ? 'null' : '""'},"refusal":null}`);
  for (const piece of choice.reasoning) yield plain(`{"reasoning_content":${JSON.stringify(piece)}}`);
  for (const piece of choice.pieces) {
    const logprobs =
      alternatives === undefined
        ? 'null'
        : JSON.stringify({ content: likelihoods([piece], alternatives), refusal: null });
    yield { delta: `{"content":${JSON.stringify(piece)}}`, logprobs, finish: 'null' };
  }
  if (toolCall !== undefined) {
    const opened = JSON.stringify({ name: toolCall.name, arguments: '' });
    yield plain(`{"tool_calls":[{"index":0,"id":"${toolCall.id}","type":"function","function":${opened}}]}`);
    for (const piece of toolCall.pieces) {
      yield plain(`{"tool_calls":[{"index":0,"function":{"arguments":${JSON.stringify(piece)}}}]}`);
    }
  }
  yield { delta: '{}', logprobs: 'null', finish: `"${choice.finish}"` };
}

function plain(delta: string): Delta {
  return { delta, logprobs: 'null', finish: 'null' };
}

/** Round robin over the choices, until the last has ended. */
export function* takeTurns<T>(sources: readonly Iterator<T>[]): Generator<readonly [number, T]> {
  let open = sources.map((source, index) => ({ source, index }));
  while (open.length > 0) {
    const stillOpen: typeof open = [];
    for (const one of open) {
      const step = one.source.next();
      if (step.done === true) continue;
      stillOpen.push(one);
      yield [one.index, step.value];
    }
    open = stillOpen;
  }
}
