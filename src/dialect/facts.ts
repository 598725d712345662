import { type JsonNode, type JsonObject, member, stringValue } from '../json/scan.ts';

/** What a call asks of the model besides its texts; only what the client said. */
export interface CallFacts {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly choices?: number;
  readonly encodingFormat?: string;
  readonly dimensions?: number;
}

const numbers = {
  maxTokens: ['max_completion_tokens', 'max_tokens', 'max_output_tokens'],
  temperature: ['temperature'],
  topP: ['top_p'],
  topK: ['top_k'],
  frequencyPenalty: ['frequency_penalty'],
  presencePenalty: ['presence_penalty'],
  seed: ['seed'],
  choices: ['n'],
  dimensions: ['dimensions'],
} as const satisfies Partial<Record<keyof CallFacts, readonly string[]>>;

export function readCallFacts(text: string, root: JsonObject): CallFacts {
  const facts: Record<string, number | string> = {};
  for (const [fact, keys] of Object.entries(numbers)) {
    for (const key of keys) {
      const node = member(root, key);
      if (node?.kind === 'number') facts[fact] ??= Number(text.slice(node.start, node.end));
    }
  }
  const format = word(text, member(root, 'encoding_format'));
  if (format !== undefined) facts['encodingFormat'] = format;
  return facts;
}

/** Looks at an answer, or at an event of one, that has been parsed anyway. */
export type Observe = (text: string, root: JsonObject) => void;

// Provider text: long enough for any real id, and no more choices than anybody asks for.
const maxWord = 128;
const maxReasons = 16;

/** What an answer says of itself, gathered from its body or from its events. It never holds text of the answer. */
export class AnswerFacts {
  id: string | undefined;
  model: string | undefined;
  readonly finishReasons: string[] = [];

  /** A whole answer, or one event of a streamed one. */
  observe(text: string, root: JsonObject): void {
    const nested = member(root, 'response');
    const answer = nested?.kind === 'object' ? nested : root;
    this.id ??= word(text, member(answer, 'id'));
    this.model ??= word(text, member(answer, 'model'));
    const choices = member(answer, 'choices');
    if (choices?.kind === 'array')
      for (const choice of choices.items) this.#finish(text, choice, 'finish_reason');
    else if (member(answer, 'output') !== undefined) this.#finish(text, answer, 'status');
  }

  #finish(text: string, node: JsonNode, key: string): void {
    if (node.kind !== 'object' || this.finishReasons.length >= maxReasons) return;
    const reason = word(text, member(node, key));
    if (reason === undefined || reason === 'null' || reason === 'in_progress') return;
    this.finishReasons.push(reason);
  }
}

function word(text: string, node: JsonNode | undefined): string | undefined {
  if (node?.kind !== 'string') return undefined;
  const value = stringValue(text, node).slice(0, maxWord);
  return value === '' ? undefined : value;
}
