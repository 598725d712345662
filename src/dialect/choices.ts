import type { JsonNode, JsonObject } from '../json/scan.ts';
import { member, stringValue } from '../json/scan.ts';
import type { Dialect, ParsedEvent, EventText } from './dialect.ts';
import { plainErrors } from './error-event.ts';
import { saysError } from './failure.ts';
import { textKeys } from './keys.ts';
import { spelling } from './logprobs.ts';
import { formatBodyPath, passesThrough, rootKey } from './path.ts';
import { indexOf, readTexts, type TextSite } from './texts.ts';
import { readUsage } from './usage.ts';

/** Streams made of `choices`: chat completions and legacy completions. */
export const choicesEvents = {
  errors: plainErrors,
  laneOf,
  endedBy,
  readEvent,
} as const satisfies Partial<Dialect>;

/** A field of a choice, or one tool call: what a client puts together by itself. */
function laneOf(channel: string): string {
  return /^choices\[\d+\]\.(?:(?:delta|message)\.)?[^.[]+(?:\[\d+\])?/.exec(channel)?.[0] ?? channel;
}

const input = /\.(?:arguments|input)$/;

/** The name of a tool is over where what it is called with begins. */
function endedBy(channel: string): string | undefined {
  return input.test(channel) ? channel.replace(input, '.name') : undefined;
}

function readEvent(text: string, root: JsonObject, isJsonAsked = false): ParsedEvent {
  const found = readTexts(text, root, {
    direction: 'answer',
    judgeUnknown: true,
    isJsonAsked,
    joinsParts: true,
  });
  const choices = member(root, 'choices');
  const items = choices?.kind === 'array' ? choices.items : [];
  const isDoubled = items.some(saysAllSoFar);
  const usage = readUsage(text, root);
  const isError = saysError(text, root);
  const completes = completed(text, items);
  return {
    texts: found.sites.map((site) => toEventText(site, isDoubled)),
    completes,
    isFinish: completes.length > 0,
    isTerminal: false,
    isError,
    isUsageOnly: items.length === 0 && usage !== undefined && !isError,
    usage,
    uninspected: found.uninspected,
    ...spelling(text, found),
  };
}

// Strings of a delta are pieces, and so is what bears text anywhere in a choice, or right at the top as some servers
// write it. Anything else is whole by itself, and may be the same in every event.
function toEventText(site: TextSite, isDoubled: boolean): EventText {
  const { path } = site;
  if (isDoubled && passesThrough(path, 'message') && rootKey(path) === 'choices')
    return { site, channel: site.node.kind === 'string' ? formatBodyPath(path) : undefined, isSoFar: true };
  const isText = typeof path.key === 'string' && textKeys.has(path.key);
  const isPlace = path.parent === undefined || rootKey(path) === 'choices';
  const isPiece = passesThrough(path, 'delta') || (isText && isPlace);
  if (!isPiece || site.node.kind !== 'string') return { site, channel: undefined };
  return { site, channel: fieldOf(formatBodyPath(path)), isRepeatable: path.key === 'name' };
}

/** A part of the content goes on with the text before it, as a part or as it is. */
function fieldOf(path: string): string {
  return path.endsWith('.delta.content.text') ? path.slice(0, -'.text'.length) : path;
}

/** A piece in `delta`, and in `message` the text up to it. */
function saysAllSoFar(choice: JsonNode): boolean {
  if (choice.kind !== 'object') return false;
  return ['delta', 'message'].every((key) => member(choice, key)?.kind === 'object');
}

function completed(text: string, items: readonly JsonNode[]): string[] {
  const prefixes: string[] = [];
  items.forEach((item, at) => {
    if (item.kind !== 'object' || !isFinished(text, item)) return;
    prefixes.push(`choices[${indexOf(text, item) ?? at}].`);
  });
  return prefixes;
}

// Some servers write "" or "null" in every event before the last.
function isFinished(text: string, choice: JsonObject): boolean {
  const reason = member(choice, 'finish_reason');
  if (reason?.kind !== 'string') return false;
  const word = stringValue(text, reason);
  return word !== '' && word !== 'null';
}
