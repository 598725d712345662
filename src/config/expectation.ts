import type { z } from 'zod';
import { isMapping, type SettingPath } from './path.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;
type SchemaType = Extract<JsonSchema['type'], string>;

/** The part of a JSON Schema that speaks about a path; undefined where it says nothing. */
export function schemaAt(root: JsonSchema, path: SettingPath): JsonSchema | undefined {
  let found: JsonSchema | undefined = root;
  for (const part of path) {
    found = found === undefined ? undefined : inside(found, part);
  }
  return found;
}

function inside(schema: JsonSchema, part: string | number): JsonSchema | undefined {
  const direct =
    typeof part === 'number' ? schema.items : (property(schema, part) ?? schema.additionalProperties);
  if (isMapping(direct)) return direct;
  return branchesOf(schema)
    .map((branch) => inside(branch, part))
    .find((found) => found !== undefined);
}

/** Names come from the file: `constructor` is not a property because every object has one. */
function property({ properties }: JsonSchema, name: string): JsonSchema | boolean | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function branchesOf({ anyOf = [] }: JsonSchema): readonly JsonSchema[] {
  return anyOf.filter((branch) => isMapping(branch));
}

export function keysOf(schema: JsonSchema): readonly string[] {
  return Object.keys(schema.properties ?? {});
}

/** The values a place allows, where it allows only a few. */
export function valuesOf(schema: JsonSchema): readonly unknown[] {
  if (schema.enum !== undefined) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  return branchesOf(schema).flatMap(valuesOf);
}

/** What a place wants, in words: `a whole number >= 1`. */
export function expectation(schema: JsonSchema): string {
  if (schema.enum !== undefined) return oneOf(schema.enum);
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf !== undefined) return alternatives(schema);
  const { type } = schema;
  return typeof type === 'string' ? byType[type](schema) : 'another value';
}

const byType: Readonly<Record<SchemaType, (schema: JsonSchema) => string>> = {
  boolean: () => 'true or false',
  integer: (schema) => `a whole number${range(schema)}`,
  number: (schema) => `a number${range(schema)}`,
  array: list,
  object: () => 'a mapping',
  string: text,
  null: () => 'nothing',
};

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`;
}

function alternatives(schema: JsonSchema): string {
  const branches = branchesOf(schema).filter(({ type }) => type !== 'null');
  return branches.map(expectation).join(', or ');
}

function range(schema: JsonSchema): string {
  const { exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  const least = meaningful(schema.minimum);
  const most = meaningful(schema.maximum);
  if (above !== undefined && most !== undefined) return ` > ${above} and <= ${most}`;
  if (above !== undefined) return ` > ${above}`;
  if (least !== undefined && below !== undefined) return ` >= ${least} and < ${below}`;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (least !== undefined) return ` >= ${least}`;
  return most === undefined ? '' : ` <= ${most}`;
}

/** zod writes the bounds of safe integers out; nobody needs to read them. */
function meaningful(bound: number | undefined): number | undefined {
  return bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER ? undefined : bound;
}

function list(schema: JsonSchema): string {
  const { minItems: least = 0, maxItems: most } = schema;
  if (most === undefined) return least > 0 ? `a list of at least ${entries(least)}` : 'a list';
  return least > 0 ? `a list of ${least} to ${entries(most)}` : `a list of at most ${entries(most)}`;
}

function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}

function text(schema: JsonSchema): string {
  const { minLength: least = 0, maxLength: most } = schema;
  if (most === undefined) return least > 0 ? 'text that is not empty' : 'text';
  return least > 0 ? `text of ${least} to ${most} characters` : `text of at most ${most} characters`;
}
