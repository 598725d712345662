import { z } from 'zod';
import { parsedJson } from '../../../json/parsed.ts';
import type { Adviser, Asking, Outside } from '../../question.ts';
import { unitOffsets } from '../../text/units.ts';

/** A placeholder for a value is written with letters and underscores, and so are the names in it. */
const entityName = z.string().regex(/^[A-Z][A-Z_]{0,27}$/, {
  error: 'an entity as the recogniser names it: at most 28 capital letters and underscores',
});

export const recognizerSettings = z.strictObject({
  endpoint: z
    .string()
    .refine(isEndpoint, { error: 'expected an absolute http or https URL without credentials' })
    .describe('Its address, such as `http://presidio-analyzer:3000`; `/analyze` is added.'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z]{2,8})?$/, { error: 'a language code, such as en' })
    .default('en')
    .describe('The language of the texts, as the recogniser names it.'),
  entities: z
    .array(entityName)
    .min(1)
    .max(64)
    .default(['PERSON', 'LOCATION'])
    .describe('What it is asked for, in its own names. Anything else it finds is ignored.'),
  score_threshold: z.number().min(0).max(1).default(0.5).describe('The score from which a match counts.'),
  timeout_ms: z
    .int()
    .min(1)
    .max(60_000)
    .default(1000)
    .describe('Longest wait for all texts of one call or answer together; after that it has failed.'),
  batch: z
    .int()
    .min(1)
    .max(256)
    .default(32)
    .describe('Most texts of one request. 1: each text in a request of its own, as a string.'),
  max_chars: z
    .int()
    .min(1024)
    .max(1_000_000)
    .default(10_000)
    .describe('Longest text it is sent; a longer one is sent in parts that overlap.'),
});

export type RecognizerSettings = z.output<typeof recognizerSettings>;

/** The pages of an analyzer that speaks Presidio's HTTP interface. */
export function recognizerAdviser({
  endpoint,
  language,
  entities,
}: Pick<RecognizerSettings, 'endpoint' | 'language' | 'entities'>): Adviser {
  const base = endpoint.replace(/\/+$/, '').replace(/\/analyze$/, '');
  const known = `${base}/supportedentities?language=${encodeURIComponent(language)}`;
  return {
    url: `${base}/analyze`,
    probes: [
      { url: `${base}/health`, problem: () => undefined },
      { url: known, problem: (body) => unknownAmong(entities, body) },
    ],
  };
}

/** It says nothing of entities it does not know when it is asked for them: it just never finds any. */
function unknownAmong(entities: readonly string[], body: string): string | undefined {
  const known = z.array(z.string()).safeParse(parsedJson(body)).data;
  if (known === undefined) return 'it does not say which entities it knows';
  const unknown = entities.filter((entity) => !known.includes(entity));
  return unknown.length === 0 ? undefined : `it does not know ${unknown.join(', ')}`;
}

/** What was found in one text, in UTF-16 offsets. */
export interface Recognized {
  readonly entity: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** What was found in each of the texts: in order, nothing overlaps. Rejects where anything about it is not as it should be. */
export type Recognize = (
  texts: readonly string[],
  asking: Asking & { readonly signal: AbortSignal },
) => Promise<readonly (readonly Recognized[])[]>;

/** Asks an analyzer that speaks Presidio's HTTP interface. */
export function compileRecognizer(settings: RecognizerSettings, outside: Outside): Recognize {
  const { language, entities, score_threshold: threshold } = settings;
  const { url } = recognizerAdviser(settings);
  const wanted: ReadonlySet<string> = new Set(entities);
  const ask = (parts: readonly Part[], asking: Asking, signal: AbortSignal): Promise<readonly InPart[]> => {
    // Half a character would fail in Python, and every text beside it; what stands for it is one code point as well.
    const texts = parts.map((part) => part.text.toWellFormed());
    const text = settings.batch === 1 ? texts[0] : texts;
    const payload = { text, language, entities, score_threshold: threshold };
    const read = (reply: unknown): readonly InPart[] => inParts(parts, readReply(reply, parts.length));
    return outside.ask({ url, payload, texts: texts.length, signal, asking, read });
  };
  return async (texts, asking) => {
    const parts = texts.flatMap((text, at) => partsOf(text, at, settings.max_chars));
    const deadline = outside.within(settings.timeout_ms, asking.signal);
    const asked = batches(parts, settings.batch).map((batch) => ask(batch, asking, deadline));
    const found = texts.map((): Recognized[] => []);
    for (const { of, matches } of (await Promise.all(asked)).flat())
      found[of]?.push(...matches.filter(({ entity, score }) => wanted.has(entity) && score >= threshold));
    return found.map(disjoint);
  };
}

function isEndpoint(written: string): boolean {
  const url = URL.parse(written);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

/** A text, or a part of one. */
interface Part {
  /** Index of the text it is of. */
  readonly of: number;
  readonly start: number;
  readonly text: string;
}

/** No name or address is longer, so that one which a cut goes through is whole in the next part. */
const overlap = 256;

function partsOf(text: string, of: number, maxChars: number): readonly Part[] {
  const parts: Part[] = [];
  let start = 0;
  while (text.length - start > maxChars) {
    const end = unbroken(text, start + maxChars);
    parts.push({ of, start, text: text.slice(start, end) });
    start = unbroken(text, end - overlap);
  }
  return [...parts, { of, start, text: text.slice(start) }];
}

/** A place near `at` that does not part the two halves of a character. */
function unbroken(text: string, at: number): number {
  const isInside = /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1));
  return isInside ? at - 1 : at;
}

function batches(parts: readonly Part[], size: number): readonly (readonly Part[])[] {
  return Array.from({ length: Math.ceil(parts.length / size) }, (_, at) =>
    parts.slice(at * size, (at + 1) * size),
  );
}

const foundShape = z.array(
  z.object({
    start: z.int().min(0),
    end: z.int().min(0),
    score: z.number().min(0).max(1),
    entity_type: z.string(),
  }),
);

type Found = z.output<typeof foundShape>;

/** A list for each text; for one text alone it may also come without the list around it. */
function readReply(reply: unknown, texts: number): readonly Found[] {
  const isFlat = Array.isArray(reply) && texts === 1 && !reply.every((one) => Array.isArray(one));
  const isNone = Array.isArray(reply) && texts === 1 && reply.length === 0;
  const lists = z.array(foundShape).safeParse(isFlat || isNone ? [reply] : reply);
  // What it said may hold the text itself, and stays out of the message.
  if (!lists.success) throw new Error('the recogniser sent something else than lists of matches');
  if (lists.data.length !== texts)
    throw new Error(`the recogniser sent ${lists.data.length} lists of matches for ${texts} texts`);
  return lists.data;
}

/** What was found in one part, in offsets of the text it is of. */
interface InPart {
  readonly of: number;
  readonly matches: readonly Recognized[];
}

function inParts(parts: readonly Part[], found: readonly Found[]): readonly InPart[] {
  return parts.map((part, at) => ({ of: part.of, matches: inUnits(part, found[at] ?? []) }));
}

/** The recogniser counts code points. */
function inUnits({ text, start: base }: Part, found: Found): readonly Recognized[] {
  if (found.length === 0) return [];
  const units = unitsOf(text);
  return found.map(({ start, end, score, entity_type: entity }) => {
    const [from, to] = [units(start), units(end)];
    if (from === undefined || to === undefined || from >= to)
      throw new Error(`the recogniser speaks of ${start}-${end}, which is not in the text it was sent`);
    return { entity, start: base + from, end: base + to, score };
  });
}

/** From code points to UTF-16 code units; undefined behind the end. */
function unitsOf(text: string): (point: number) => number | undefined {
  if (!/[\ud800-\udfff]/.test(text)) return (point) => (point <= text.length ? point : undefined);
  const offsets = unitOffsets(text);
  return (point) => offsets[point];
}

/** Matches that overlap are one, named for the surest of them. */
function disjoint(found: readonly Recognized[]): readonly Recognized[] {
  const merged: Recognized[] = [];
  for (const one of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || one.start >= last.end) merged.push(one);
    else {
      const { entity, score } = one.score > last.score ? one : last;
      merged[merged.length - 1] = { entity, score, start: last.start, end: Math.max(last.end, one.end) };
    }
  }
  return merged;
}
