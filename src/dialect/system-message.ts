import { GatewayError } from '../errors.ts';
import { type JsonArray, type JsonNode, type JsonObject, type JsonString, member } from '../json/scan.ts';
import type { Splice } from '../json/splice.ts';
import { type TextSite, written } from './texts.ts';

/** Where a call takes a system message that its client did not write. */
export type SystemPlace =
  /** The list it is the first message of; those that are there stay. */
  | { readonly kind: 'list'; readonly list: JsonArray }
  /** The key it is the value of, which is missing, or null. */
  | { readonly kind: 'member'; readonly key: string; readonly instead: JsonNode | undefined }
  /** The texts it is put before, with a blank line between. */
  | { readonly kind: 'texts'; readonly texts: ReadonlySet<JsonString> };

/** A system message and where it goes. */
export interface SystemMessage {
  readonly text: string;
  readonly place: SystemPlace;
}

/** `messages` of chat completions. A call that cannot take the message is refused: it would go without. */
export function systemInMessages(root: JsonObject): SystemPlace {
  const list = member(root, 'messages');
  if (list?.kind !== 'array') throw new GatewayError('request_malformed', 'messages: expected a list');
  return { kind: 'list', list };
}

/** `instructions` of responses. */
export function systemInInstructions(root: JsonObject): SystemPlace {
  return textIn(root, 'instructions') ?? refuse('instructions: expected text');
}

/** `prompt` of legacy completions: a text, or several, each of which is a call of its own. */
export function systemInPrompt(root: JsonObject): SystemPlace {
  const place = textIn(root, 'prompt');
  if (place !== undefined) return place;
  const prompt = member(root, 'prompt');
  const items = prompt?.kind === 'array' ? prompt.items : [];
  if (items.length === 0) return refuse('prompt: expected text');
  const texts = items.filter((item) => item.kind === 'string');
  if (texts.length === items.length) return { kind: 'texts', texts: new Set(texts) };
  const message = 'prompt: tokens cannot take the system message that is due here; send text';
  throw new GatewayError('request_unsupported', message);
}

function textIn(root: JsonObject, key: string): SystemPlace | undefined {
  const node = member(root, key);
  if (node?.kind === 'string') return { kind: 'texts', texts: new Set([node]) };
  return node === undefined || node.kind === 'null' ? { kind: 'member', key, instead: node } : undefined;
}

function refuse(message: string): never {
  throw new GatewayError('request_malformed', message);
}

/** What stands in a call for its system message, but where that is put before texts: those are changed with it. */
export function writeSystem({ text, place }: SystemMessage): {
  readonly splices: readonly Splice[];
  readonly members: readonly string[];
} {
  const said = JSON.stringify(text);
  switch (place.kind) {
    case 'list': {
      const at = place.list.start + 1;
      const message = `{"role":"system","content":${said}}${place.list.items.length > 0 ? ',' : ''}`;
      return { splices: [{ start: at, end: at, replacement: message }], members: [] };
    }
    case 'member': {
      const { key, instead } = place;
      if (instead === undefined) return { splices: [], members: [`${JSON.stringify(key)}:${said}`] };
      return { splices: [{ start: instead.start, end: instead.end, replacement: said }], members: [] };
    }
    case 'texts':
      return { splices: [], members: [] };
  }
}

/** What stands for a text of a call, as policies left it, where a system message may be put before it. */
export function rewriting(
  site: TextSite,
  next: string,
  system: SystemMessage | undefined,
): Splice | undefined {
  const { node, text } = site;
  const lead = system === undefined ? '' : leadOf(system, node, next);
  if (next !== text) return { start: node.start, end: node.end, replacement: written(site, lead + next) };
  if (lead === '') return undefined;
  const at = node.start + 1;
  return { start: at, end: at, replacement: JSON.stringify(lead).slice(1, -1) };
}

function leadOf({ text, place }: SystemMessage, node: JsonNode, next: string): string {
  if (node.kind !== 'string' || place.kind !== 'texts' || !place.texts.has(node)) return '';
  return next === '' ? text : `${text}\n\n`;
}
