import {
  JsonError,
  type JsonLimits,
  type JsonNode,
  type JsonObject,
  member,
  scanJsonAt,
} from '../json/scan.ts';
import type { Usage } from '../telemetry/finished-exchange.ts';

/** The token counts of a body or event, under the chat or the responses names; undefined where none are reported. */
export function readUsage(text: string, root: JsonObject): Usage | undefined {
  const usage = usageObject(root);
  return usage === undefined ? undefined : countsOf(text, usage);
}

/**
 * The token counts of a body that nobody has parsed, from its last `usage`: for answers that no policy looks at, where
 * scanning all of it would be the largest part of the work.
 */
export function findUsage(body: Buffer, limits: JsonLimits): Usage | undefined {
  const at = body.lastIndexOf('"usage"');
  if (at === -1) return undefined;
  const text = body.toString('utf8', at + '"usage"'.length);
  try {
    const value = scanJsonAt(text, text.indexOf(':') + 1, limits);
    return value.kind === 'object' ? countsOf(text, value) : undefined;
  } catch (error) {
    if (error instanceof JsonError) return undefined; // not the usage of an answer after all
    throw error;
  }
}

function countsOf(text: string, usage: JsonObject): Usage | undefined {
  const inputTokens = count(text, member(usage, 'prompt_tokens') ?? member(usage, 'input_tokens'));
  const outputTokens = count(text, member(usage, 'completion_tokens') ?? member(usage, 'output_tokens'));
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0, estimated: false };
}

function usageObject(root: JsonObject): JsonObject | undefined {
  const usage = member(root, 'usage');
  if (usage?.kind === 'object') return usage;
  const response = member(root, 'response');
  if (response?.kind !== 'object') return undefined;
  const nested = member(response, 'usage');
  return nested?.kind === 'object' ? nested : undefined;
}

function count(text: string, node: JsonNode | undefined): number | undefined {
  if (node?.kind !== 'number') return undefined;
  const value = Number(text.slice(node.start, node.end));
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
