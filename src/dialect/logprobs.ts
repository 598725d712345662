import { type JsonNode, member, stringValue } from '../json/scan.ts';
import type { Splice } from '../json/splice.ts';
import type { Texts } from './texts.ts';

/** Empties `logprobs` values: they spell the original text token by token. */
export function blanking(logprobs: readonly JsonNode[]): Splice[] {
  return logprobs
    .filter((node) => !isEmpty(node))
    .map(({ kind, start, end }) => ({ start, end, replacement: kind === 'array' ? '[]' : 'null' }));
}

/** The log probabilities of an event, each as the change that empties it. */
export interface Spelling {
  /** Those of the event's own text: they go where that is rewritten. */
  readonly logprobs: readonly Splice[];
  /** Those that may spell the text of other events, whose rewriting this one would not tell. */
  readonly strayLogprobs: readonly Splice[];
}

/** Tells the log probabilities that spell one of the texts of their own event from all others. */
export function spelling(text: string, { logprobs: nodes, sites }: Texts): Spelling {
  if (nodes.length === 0) return none;
  const texts = sites.map((site) => site.text);
  const spelled = nodes.map((node) => ({ node, isOwn: spells(text, node, texts) }));
  const those = (isOwn: boolean): Splice[] =>
    blanking(spelled.filter((one) => one.isOwn === isOwn).map(({ node }) => node));
  return { logprobs: those(true), strayLogprobs: those(false) };
}

const none: Spelling = { logprobs: [], strayLogprobs: [] };

function isEmpty(node: JsonNode): boolean {
  return (
    (node.kind === 'array' && node.items.length === 0) ||
    (node.kind === 'object' && node.members.every(({ value }) => value.kind === 'null' || isEmpty(value)))
  );
}

/** `[{token}]`, `{content: [{token}], refusal: …}` or `{tokens: ["…"], …}`, as the APIs write them. */
function spells(text: string, node: JsonNode, texts: readonly string[]): boolean {
  const lists =
    node.kind === 'object' ? ['content', 'refusal', 'tokens'].map((key) => member(node, key)) : [node];
  const said = lists.flatMap((list) => (list?.kind === 'array' && !isEmpty(list) ? [list.items] : []));
  return said.length > 0 && said.every((tokens) => isText(text, tokens, texts));
}

function isText(text: string, tokens: readonly JsonNode[], texts: readonly string[]): boolean {
  const written = tokens.map((token) => wordOf(text, token)).join('');
  if (texts.includes(written)) return true;
  // A token may be a part of a character: then only its bytes say what it is.
  const bytes = tokens.flatMap((token) => bytesOf(text, token));
  return bytes.length > 0 && texts.includes(Buffer.from(bytes).toString());
}

function wordOf(text: string, token: JsonNode): string {
  const node = token.kind === 'object' ? member(token, 'token') : token;
  return node?.kind === 'string' ? stringValue(text, node) : '';
}

function bytesOf(text: string, token: JsonNode): readonly number[] {
  const bytes = token.kind === 'object' ? member(token, 'bytes') : undefined;
  if (bytes?.kind !== 'array' || bytes.items.length === 0) return [];
  return text
    .slice(bytes.start + 1, bytes.end - 1)
    .split(',')
    .map(Number); // the tree has no places for these
}
