import { z } from 'zod';
import { expectation, type JsonSchema, keysOf, schemaAt, valuesOf } from './expectation.ts';
import { insteadOf, isNotYet } from './not-yet.ts';
import { formatSetting, isMapping, type SettingPath, pathPattern, printable, valueAt } from './path.ts';
import { issueLimit, type Problem } from './problem.ts';
import { closest, suggestion } from './suggest.ts';

interface Place {
  /** Where the validated value sits in the document. */
  readonly base: SettingPath;
  /** Whatever is found wrong is added here. */
  readonly problems: Problem[];
  /** Keys that are also known there, beside the schema's own. */
  readonly moreKeys?: readonly string[];
}

/** Ours are said by the schema; for everything else the words come from the expectation. */
const unsaid = '';

/** The value as its schema gives it; undefined where it is wrong, which is said in the document's own terms. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: Place,
): z.output<Schema> | undefined {
  // Compiling a parser (zod's way with objects) takes longer than reading the one document: 5 ms of the start.
  const result = schema.safeParse(value, { error: () => unsaid, jitless: true });
  if (result.success) return result.data;
  const words = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const found = result.error.issues.flatMap((issue) => leaves(issue, []));
  place.problems.push(...found.flatMap((each) => translate(each, value, words, place)));
  return undefined;
}

interface Leaf {
  readonly issue: z.core.$ZodIssue;
  /** From the validated value down. */
  readonly inner: SettingPath;
}

/** Of alternatives, the one that was meant is the one whose own shape fits and whose contents do not. */
function leaves(issue: z.core.$ZodIssue, above: SettingPath): readonly Leaf[] {
  const inner = [...above, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  const branches = issue.code === 'invalid_union' ? issue.errors : [];
  const meant =
    branches.find((branch) => branch.every(({ path, code }) => path.length > 0 || code === 'custom')) ?? [];
  return meant.length === 0 ? [{ issue, inner }] : meant.flatMap((deeper) => leaves(deeper, inner));
}

function translate(
  { issue, inner }: Leaf,
  root: unknown,
  words: JsonSchema,
  place: Place,
): readonly Problem[] {
  const path = [...place.base, ...inner];
  const here = schemaAt(words, inner);
  const value = valueAt(root, inner);
  if (issue.code === 'unrecognized_keys') {
    const more = inner.length === 0 ? (place.moreKeys ?? []) : [];
    const known = [...(here === undefined ? [] : keysOf(here)), ...more];
    return issue.keys.slice(0, issueLimit + 1).map((key) => unknownKey(path, key, known));
  }
  if (issue.code === 'invalid_key') return [keyRefused(path, issue)];
  if (value === undefined) return [missing(path, here)];
  if (typeof value === 'string' && isNotYet(pathPattern(path), value)) {
    return [{ code: 'E010', path, message: `"${printable(value)}" is not supported yet` }];
  }
  return [wrongValue(issue, path, here, value)];
}

function unknownKey(parent: SettingPath, key: string, known: readonly string[]): Problem {
  const path = [...parent, key];
  if (isNotYet(pathPattern(parent), key)) {
    const message = `"${key}" is not supported yet`;
    return { code: 'E010', path, message, suggestion: insteadOf(formatSetting(path)), atKey: true };
  }
  const message = `unknown key "${printable(key)}"`;
  const advice = suggestion(key, known, 'Known keys');
  return { code: 'E002', path, message, suggestion: advice, atKey: true, hide: true };
}

function keyRefused(path: SettingPath, issue: z.core.$ZodIssueInvalidKey): Problem {
  const said = issue.issues.map(({ message }) => message).find((message) => message !== unsaid);
  return { code: 'E004', path, message: said ?? 'a key that is not allowed here', atKey: true };
}

function missing(path: SettingPath, here: JsonSchema | undefined): Problem {
  const wanted = here === undefined ? '' : `: expected ${expectation(here)}`;
  return { code: 'E005', path, message: `required and missing${wanted}` };
}

function wrongValue(
  issue: z.core.$ZodIssue,
  path: SettingPath,
  here: JsonSchema | undefined,
  value: unknown,
): Problem {
  const wanted = here === undefined ? 'another value' : expectation(withoutFarBound(here, value));
  const message = issue.message === unsaid ? `expected ${wanted}` : issue.message;
  return { code: 'E004', path, message, suggestion: here === undefined ? undefined : remedy(here, value) };
}

/** A maximum that is out of reach for most only matters to those who crossed it. */
function withoutFarBound(here: JsonSchema, value: unknown): JsonSchema {
  const { maximum = Number.POSITIVE_INFINITY, ...rest } = here;
  const isCrossed = typeof value === 'number' && value > maximum;
  return maximum < 10_000 || isCrossed ? here : rest;
}

/** What to write instead, where that is plain. Values are not repeated: one of them may be a secret. */
function remedy(here: JsonSchema, value: unknown): string | undefined {
  const allowed = valuesOf(here).map(String);
  if (typeof value === 'string') return remedyForText(here, value, allowed);
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  if (isPlain && here.type === 'string') return 'write the value in quotes';
  if (here.type === 'array' && isMapping(value))
    return 'write a list: each entry on a line of its own, after "- "';
  return undefined;
}

function remedyForText(here: JsonSchema, value: string, allowed: readonly string[]): string | undefined {
  if (here.type === 'boolean' && /^(?:yes|on|y|true)$/i.test(value)) return 'write true, without quotes';
  if (here.type === 'boolean' && /^(?:no|off|n|false)$/i.test(value)) return 'write false, without quotes';
  const isNumeric = here.type === 'integer' || here.type === 'number' || allowed.includes(value);
  if (isNumeric && /^-?\d+(?:\.\d+)?$/.test(value)) return 'write the number without quotes';
  if (here.type === 'array') return 'write a list: each entry on a line of its own, after "- "';
  const near = closest(value, allowed);
  return near === undefined || near === value ? undefined : `did you mean "${near}"?`;
}
