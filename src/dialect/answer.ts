import { GatewayError } from '../errors.ts';
import { JsonError, type JsonLimits, type JsonNode, scanJson } from '../json/scan.ts';
import { type Splice, splice } from '../json/splice.ts';
import type { FieldGuards } from '../policy/field-guards.ts';
import type { Usage } from '../telemetry/finished-exchange.ts';
import type { Observe } from './facts.ts';
import { blanking } from './logprobs.ts';
import { formatPath } from './path.ts';
import { readTexts, type Texts, written } from './texts.ts';
import { findUsage, readUsage } from './usage.ts';

/** A whole answer after enforcement. */
export interface EnforcedAnswer {
  /** The very bytes that came, where nothing was rewritten. */
  readonly body: Buffer;
  readonly usage: Usage | undefined;
  readonly uninspected: readonly string[];
  readonly isDenied: boolean;
}

export interface AnswerReading {
  /** Sees what is parsed. */
  readonly observe?: Observe | undefined;
  /** The call asked for a JSON document. */
  readonly isJsonAsked?: boolean;
}

/**
 * Reads a whole answer and, where guards are given, enforces every text in it. Throws GatewayError `upstream_invalid`.
 */
export function enforceAnswer(
  body: Buffer,
  guards: FieldGuards | undefined,
  limits: JsonLimits,
  { observe, isJsonAsked = false }: AnswerReading = {},
): EnforcedAnswer {
  if (guards === undefined) return { body, usage: findUsage(body, limits), uninspected: [], isDenied: false };
  const whole = body.toString('utf8');
  const mark = whole.startsWith('\ufeff') ? 1 : 0; // clients skip it
  const text = mark === 0 ? whole : whole.slice(mark);
  const root = scan(text, limits);
  if (root === undefined) return enforcePlain(body, text, guards);
  const usage = root.kind === 'object' ? readUsage(text, root) : undefined;
  if (root.kind === 'object') observe?.(text, root);
  const texts = readTexts(text, root, { direction: 'answer', judgeUnknown: true, isJsonAsked });
  const splices = judge(texts, guards);
  const { uninspected } = texts;
  if (splices === undefined) return { body, usage, uninspected, isDenied: true };
  if (splices.length === 0) return { body, usage, uninspected, isDenied: false };
  return { body: Buffer.from(splice(text, splices)), usage, uninspected, isDenied: false };
}

/** The rewrites of an answer, or undefined where a text is denied. */
function judge(texts: Texts, guards: FieldGuards): Splice[] | undefined {
  const splices: Splice[] = [];
  for (const site of texts.sites) {
    const { role, form, path, node, text } = site;
    if (text === '') continue;
    const next = guards.whole(role, formatPath(path), text, form);
    if (next === undefined) return undefined;
    if (next === text) continue;
    splices.push({ start: node.start, end: node.end, replacement: written(site, next) });
  }
  return splices.length === 0 ? splices : [...splices, ...blanking(texts.logprobs)];
}

/** What is no JSON (an error page, say) is one text. */
function enforcePlain(body: Buffer, text: string, guards: FieldGuards): EnforcedAnswer {
  const next = text === '' ? text : guards.whole('other', 'body', text, 'plain');
  const isDenied = next === undefined;
  const enforced = next === undefined || next === text ? body : Buffer.from(next);
  return { body: enforced, usage: undefined, uninspected: [], isDenied };
}

function scan(text: string, limits: JsonLimits): JsonNode | undefined {
  try {
    return scanJson(text, limits);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (error.reason === 'syntax') return undefined;
    throw new GatewayError('upstream_invalid', `the answer cannot be judged: ${error.message}`, {
      cause: error,
    });
  }
}
