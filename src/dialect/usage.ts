import { objectAt } from './error-status.ts';
import {
  JsonError,
  type JsonLimits,
  type JsonNode,
  type JsonObject,
  member,
  scanJsonAt,
} from '../json/scan.ts';
import type { Usage } from '../record/usage.ts';

/**
 * The token counts of a body or event, wherever its provider puts them; undefined where none are reported. Counts of
 * nothing stand only where there are no others.
 */
export function readUsage(text: string, root: JsonObject): Usage | undefined {
  if (!text.includes('"usage"')) return undefined; // nearly every event of a stream
  let usage: Usage | undefined;
  for (const holder of holders(root)) {
    const node = member(holder, 'usage');
    if (node?.kind === 'object') usage = laterUsage(countsOf(text, node), usage);
  }
  return usage;
}

/** Of two readings of one answer the later, but for what it leaves out: some providers end with zeros. */
export function laterUsage(later: Usage | undefined, earlier: Usage | undefined): Usage | undefined {
  if (later === undefined || earlier === undefined) return later ?? earlier;
  return {
    inputTokens: later.inputTokens || earlier.inputTokens,
    outputTokens: later.outputTokens || earlier.outputTokens,
    estimated: false,
  };
}

// A body that says `usage` more often than this says it in places that nobody knows.
const mostLooks = 8;

/**
 * The token counts of a body that nobody has parsed, from its last `usage` that has some: for answers that no policy looks
 * at, where scanning all of it would be the largest part of the work.
 */
export function findUsage(body: Buffer, limits: JsonLimits): Usage | undefined {
  let usage: Usage | undefined;
  let at = body.length;
  for (let looks = 0; looks < mostLooks && at > 0; looks += 1) {
    at = body.lastIndexOf('"usage"', at - 1);
    if (at === -1) break;
    usage = laterUsage(usage, usageAt(body, at + '"usage"'.length, limits));
    if (usage !== undefined && usage.inputTokens + usage.outputTokens > 0) break;
  }
  return usage;
}

// The counts and their details: far less than what may follow them.
const longestUsage = 4096;

function usageAt(body: Buffer, from: number, limits: JsonLimits): Usage | undefined {
  const text = body.toString('utf8', from, from + longestUsage);
  try {
    const value = scanJsonAt(text, text.indexOf(':') + 1, limits);
    return value.kind === 'object' ? countsOf(text, value) : undefined;
  } catch (error) {
    if (error instanceof JsonError) return undefined; // not the usage of an answer after all
    throw error;
  }
}

function countsOf(text: string, usage: JsonObject): Usage | undefined {
  const inputTokens = firstCount(text, usage, ['prompt_tokens', 'input_tokens']);
  const outputTokens = firstCount(text, usage, ['completion_tokens', 'output_tokens']);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0, estimated: false };
}

/** Under the names of chat or of Responses, the one that counts something where both are there. */
function firstCount(text: string, usage: JsonObject, keys: readonly string[]): number | undefined {
  let found: number | undefined;
  for (const key of keys) found = found || (count(text, member(usage, key)) ?? found);
  return found;
}

/** The objects of an answer that may have `usage`, the surest last. */
function holders(root: JsonObject): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const choices = member(root, 'choices');
  if (choices?.kind === 'array')
    for (const choice of choices.items) if (choice.kind === 'object') found.push(choice);
  for (const key of ['x_groq', 'response', 'message']) {
    const nested = objectAt(root, key);
    if (nested !== undefined) found.push(nested);
  }
  found.push(root);
  return found;
}

function count(text: string, node: JsonNode | undefined): number | undefined {
  if (node?.kind !== 'number') return undefined;
  const value = Number(text.slice(node.start, node.end));
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
