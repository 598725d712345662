import { z } from 'zod';

/** An operation of JSON Patch (RFC 6902). Others than `add` are not made here: nothing of a pod is replaced. */
export interface Addition {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

const additionsSchema = z.array(
  z.strictObject({ op: z.literal('add'), path: z.string(), value: z.unknown() }),
);

/** What rules gave, with CEL's whole numbers as those of JSON. */
export function parseAdditions(given: unknown): readonly Addition[] {
  const text = JSON.stringify(given, (_key, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  return additionsSchema.parse(JSON.parse(text));
}

/** The steps of a path (RFC 6901). */
export function stepsOf(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A copy of the document with the additions made, in turn. */
export function applyAdditions<T extends object>(document: T, additions: readonly Addition[]): T {
  // By way of text: what YAML shares by an alias would be changed in all its places, and a clone keeps it shared.
  const copy: T = JSON.parse(JSON.stringify(document));
  for (const { path, value } of additions) addAt(copy, stepsOf(path), structuredClone(value));
  return copy;
}

function addAt(document: unknown, [step = '', ...rest]: readonly string[], value: unknown): void {
  if (Array.isArray(document)) {
    if (rest.length > 0) addAt(document[Number(step)], rest, value);
    else if (step === '-') document.push(value);
    else document.splice(Number(step), 0, value);
    return;
  }
  if (!isRecord(document)) throw new Error(`a patch leads nowhere: ${step}`);
  if (rest.length > 0) addAt(document[step], rest, value);
  else document[step] = value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
