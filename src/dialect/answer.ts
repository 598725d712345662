import { GatewayError } from '../errors.ts';
import { JsonError, type JsonLimits, type JsonNode, member, scanJson, scanJsonAt } from '../json/scan.ts';
import { type Splice, splice } from '../json/splice.ts';
import type { FieldGuards } from '../policy/field-guards.ts';
import { WholeText } from '../policy/guards/whole.ts';
import type { Usage } from '../record/usage.ts';
import { longText, type Work } from '../work.ts';
import type { Observe } from './facts.ts';
import { blanking } from './logprobs.ts';
import { formatBodyPath } from './path.ts';
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

export interface AnswerOptions {
  /** Sees what is parsed. */
  readonly observe?: Observe | undefined;
  /** The call asked for a JSON document. */
  readonly isJsonAsked?: boolean;
  /** Its status says that it is an error: that may be a page or a line of text. */
  readonly isError?: boolean;
}

/** A whole answer that no policy looks at: nothing of it is read but its usage. */
export function unjudgedAnswer(body: Buffer, limits: JsonLimits): EnforcedAnswer {
  return { body, usage: findUsage(body, limits), uninspected: [], isDenied: false };
}

/** Reads a whole answer and enforces every text in it. Throws GatewayError `upstream_invalid`. */
export function* enforceAnswer(
  body: Buffer,
  guards: FieldGuards,
  limits: JsonLimits,
  reading: AnswerOptions = {},
): Work<EnforcedAnswer> {
  const isLong = body.length >= longText;
  if (isLong) yield;
  const parsed = parseAnswer(body, limits, reading);
  if (isLong) yield;
  const { texts, usage, isPlain } = readAnswer(parsed, reading);
  const { sites, uninspected, logprobs } = texts;
  const splices: Splice[] = [];
  for (let at = 0; at < sites.length; at += 1) {
    const site = sites[at];
    if (site === undefined || site.text === '') continue;
    if (isLong) yield;
    const { role, path, form, node, text } = site;
    const guard = guards.open(role, formatBodyPath(path), form, text);
    if (guard === undefined) continue;
    const whole = new WholeText(guard, text);
    while (whole.step()) yield;
    if (whole.denied !== undefined) return { body, usage, uninspected, isDenied: true };
    const next = whole.text;
    if (next === text) continue;
    splices.push({ start: node.start, end: node.end, replacement: isPlain ? next : written(site, next) });
  }
  if (splices.length === 0) return { body, usage, uninspected, isDenied: false };
  const changed = splice(parsed.text, [...splices, ...blanking(logprobs)]);
  return { body: Buffer.from(changed), usage, uninspected, isDenied: false };
}

interface ParsedAnswer {
  readonly text: string;
  /** Undefined: it is no JSON. */
  readonly root: JsonNode | undefined;
}

function parseAnswer(body: Buffer, limits: JsonLimits, { isError = false }: AnswerOptions): ParsedAnswer {
  const whole = body.toString('utf8');
  const mark = whole.startsWith('\ufeff') ? 1 : 0; // clients skip it
  const text = mark === 0 ? whole : whole.slice(mark);
  const root = scanAnswered(text, limits, 'the answer');
  if (isError ? isSeveral(text, root, limits) : root?.kind !== 'object' && text.trim() !== '')
    throw new GatewayError('upstream_invalid', 'the answer is not one JSON document');
  return { text, root };
}

const pieceKeys = ['choices', 'delta', 'output', 'response', 'candidates'];

/** Whether it is what streams are made of, which some clients join. Errors may come in lists too. */
function isPiece(node: JsonNode): boolean {
  return node.kind === 'object' && pieceKeys.some((key) => member(node, key) !== undefined);
}

/** Whether some client may read documents where we see one text: several in a row, in a list, or in another encoding. */
function isSeveral(text: string, root: JsonNode | undefined, limits: JsonLimits): boolean {
  if (root !== undefined) return root.kind === 'array' && root.items.filter(isPiece).length > 1;
  const at = text.search(/\S/);
  if (at === -1) return false;
  if (text.startsWith('\x1e', at) || text.includes('\0')) return true;
  try {
    const { kind } = scanJsonAt(text, at, limits);
    return kind === 'object' || kind === 'array'; // and something stands behind it, or it would have been all
  } catch (error) {
    if (error instanceof JsonError) return false;
    throw error;
  }
}

interface ReadAnswer {
  readonly texts: Texts;
  readonly usage: Usage | undefined;
  readonly isPlain: boolean;
}

function readAnswer(
  { text, root }: ParsedAnswer,
  { observe, isJsonAsked = false }: AnswerOptions,
): ReadAnswer {
  if (root === undefined) return plainAnswer(text);
  const usage = root.kind === 'object' ? readUsage(text, root) : undefined;
  if (root.kind === 'object') observe?.(text, root);
  const texts = readTexts(text, root, { direction: 'answer', judgeUnknown: true, isJsonAsked });
  return { texts, usage, isPlain: false };
}

/** What is no JSON (an error page, say) is one text. */
function plainAnswer(text: string): ReadAnswer {
  const node = { kind: 'string', start: 0, end: text.length, escaped: false } as const;
  const body = {
    role: 'other',
    form: 'plain',
    path: { parent: undefined, key: 'body' },
    node,
    text,
  } as const;
  const texts = { sites: [body], uninspected: [], logprobs: [] };
  return { texts, usage: undefined, isPlain: true };
}

/** Undefined where the text is no JSON. Throws GatewayError `upstream_invalid` where it is some that cannot be judged. */
export function scanAnswered(text: string, limits: JsonLimits, what: string): JsonNode | undefined {
  try {
    return scanJson(text, limits);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (error.reason === 'syntax') return undefined;
    throw new GatewayError('upstream_invalid', `${what} cannot be judged: ${error.message}`, {
      cause: error,
    });
  }
}
