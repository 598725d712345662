import * as fc from 'fast-check';
import type { FieldGuards } from '../../src/policy/field-guards.ts';
import { StreamEnforcer } from '../../src/sse/enforce.ts';
import type { EnforcerOptions, StreamEnd } from '../../src/sse/enforcer-options.ts';
import { Utf8Pieces } from '../../src/sse/parse.ts';
import { dialectOf, type Family } from './calls.ts';

export function enforcerOf(
  family: Family,
  guards: FieldGuards,
  options: Partial<EnforcerOptions> = {},
): StreamEnforcer {
  return new StreamEnforcer({
    dialect: dialectOf(family),
    guards,
    showsUsage: true,
    json: { depth: 64, nodes: 100_000 },
    eventChars: 1_000_000,
    heldChars: 4_000_000,
    ...options,
  });
}

export interface Relayed {
  /** All that a client got. */
  readonly text: string;
  /** All that it had got after each piece. */
  readonly after: readonly string[];
  readonly end: StreamEnd;
}

/** Sends a stream through an enforcer in pieces of bytes, as a relay does. */
export function relayed(enforcer: StreamEnforcer, pieces: readonly Buffer[]): Relayed {
  const decoder = new Utf8Pieces();
  const after: string[] = [];
  let text = '';
  for (const piece of pieces) {
    text += enforcer.push(decoder.push(piece));
    after.push(text);
  }
  const last = enforcer.end();
  text += last.text;
  return { text, after: [...after, text], end: last.end };
}

/** A stream cut at every byte. */
export function bytewise(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
}

/** A stream with one arbitrary way to cut its bytes. */
export function cutBytes(text: string): fc.Arbitrary<readonly Buffer[]> {
  const bytes = Buffer.from(text);
  const places = fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 });
  return fc.oneof(
    fc.constant([bytes]),
    places.map((all) => {
      const sorted = [0, ...all.toSorted((a, b) => a - b), bytes.length];
      return sorted.slice(1).map((to, at) => bytes.subarray(sorted[at], to));
    }),
  );
}

/** The data of every event of a whole stream, by the letter of the standard: an independent, unhurried reading. */
export function eventsOf(stream: string): readonly string[] {
  const text = stream
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n');
  return text.split('\n\n').flatMap((block) => {
    const lines = block.split('\n').filter((line) => line === 'data' || line.startsWith('data:'));
    if (lines.length === 0) return [];
    return [lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')];
  });
}

/** Every string of every event by where it stands, pieces of one field joined in the order they came. */
export function fieldsOf(stream: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const data of eventsOf(stream)) {
    if (data !== '[DONE]') collect(JSON.parse(data), '', fields);
  }
  return fields;
}

function collect(value: unknown, path: string, fields: Map<string, string>): void {
  if (typeof value === 'string') fields.set(path, (fields.get(path) ?? '') + value);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, one] of Object.entries(value)) {
    collect(one, `${path}.${Array.isArray(value) ? place(one, key) : key}`, fields);
  }
}

function place(item: unknown, key: string): string {
  const isNamed = typeof item === 'object' && item !== null && 'index' in item;
  return isNamed ? String(item.index) : key;
}
