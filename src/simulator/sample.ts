import { isMapping } from '../config/path.ts';
import { elements, type Fields, textOr } from './fields.ts';
import { SimulatorRefusal } from './refusal.ts';

const mostNodes = 10_000;
/** Below this depth only what is required is filled in, so recursive schemas end. */
const generousDepth = 6;
const mostDepth = 64;

/** A value that a JSON schema accepts, the same each time. Covers what structured outputs allow, and a little more. */
export function sampleOf(schema: unknown): unknown {
  return new Sampler(isMapping(schema) ? schema : {}).value(schema, 'answer', 0);
}

class Sampler {
  readonly #root: Fields;
  #nodes = 0;

  constructor(root: Fields) {
    this.#root = root;
  }

  value(schema: unknown, key: string, depth: number): unknown {
    this.#nodes++;
    if (depth > mostDepth || this.#nodes > mostNodes)
      throw new SimulatorRefusal('the JSON schema is too deep to be simulated');
    if (!isMapping(schema)) return sampleText({}, key);
    if ('const' in schema) return schema['const'];
    const choices = elements(schema['enum']);
    if (choices.length > 0) return choices[0];
    const reference = schema['$ref'];
    if (typeof reference === 'string') return this.value(this.#resolve(reference), key, depth + 1);
    const alternatives = [...elements(schema['anyOf']), ...elements(schema['oneOf'])];
    if (alternatives.length > 0) return this.value(pick(alternatives, depth), key, depth + 1);
    const merged = this.#mergeAll(schema);
    return this.#ofType(typeOf(merged, depth), merged, key, depth);
  }

  #ofType(type: string, schema: Fields, key: string, depth: number): unknown {
    if (type === 'object') return this.#object(schema, depth);
    if (type === 'array') return this.#array(schema, key, depth);
    if (type === 'string') return sampleText(schema, key);
    if (type === 'integer') return sampleNumber(schema, 1);
    if (type === 'number') return sampleNumber(schema, undefined);
    return type === 'boolean' ? true : null;
  }

  #object(schema: Fields, depth: number): Fields {
    const required = new Set(elements(schema['required']));
    const properties = isMapping(schema['properties']) ? schema['properties'] : {};
    const wanted = Object.entries(properties).filter(([key]) => required.has(key) || depth < generousDepth);
    return Object.fromEntries(wanted.map(([key, property]) => [key, this.value(property, key, depth + 1)]));
  }

  #array(schema: Fields, key: string, depth: number): readonly unknown[] {
    const least = Math.min(numberOr(schema['minItems'], 0), mostNodes);
    const most = numberOr(schema['maxItems'], Infinity);
    const count = Math.max(least, depth < generousDepth ? Math.min(most, 1) : 0);
    return Array.from({ length: count }, () => this.value(schema['items'], key, depth + 1));
  }

  /** `allOf` folded into its schema: later properties win, required lists add up. */
  #mergeAll(schema: Fields): Fields {
    const parts = elements(schema['allOf'])
      .map((part) => this.#dereference(part))
      .filter(isMapping);
    if (parts.length === 0) return schema;
    const all = [schema, ...parts];
    return {
      ...Object.assign({}, ...all),
      properties: Object.assign({}, ...all.map((part) => part['properties'])),
      required: all.flatMap((part) => elements(part['required'])),
    };
  }

  #dereference(part: unknown): unknown {
    return isMapping(part) && typeof part['$ref'] === 'string' ? this.#resolve(part['$ref']) : part;
  }

  /** Only references into the schema itself: nothing is fetched. */
  #resolve(reference: string): unknown {
    if (!reference.startsWith('#'))
      throw new SimulatorRefusal(`the JSON schema refers to ${reference}, which is not in it`);
    let found: unknown = this.#root;
    for (const step of reference.slice(1).split('/').filter(Boolean)) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
      found = isMapping(found) && Object.hasOwn(found, key) ? found[key] : undefined;
    }
    if (found === undefined) throw new SimulatorRefusal(`the JSON schema has no ${reference}`);
    return found;
  }
}

/** The first alternative; deep down the one that ends soonest. */
function pick(alternatives: readonly unknown[], depth: number): unknown {
  if (depth < generousDepth) return alternatives[0];
  return alternatives.find(isLeaf) ?? alternatives[0];
}

function isLeaf(schema: unknown): boolean {
  return isMapping(schema) && !('$ref' in schema) && schema['type'] !== 'object';
}

function typeOf(schema: Fields, depth: number): string {
  const type = schema['type'];
  if (typeof type === 'string') return type;
  const types = elements(type);
  if (types.length > 0) return String(depth >= generousDepth && types.includes('null') ? 'null' : types[0]);
  if ('properties' in schema) return 'object';
  return 'items' in schema ? 'array' : 'string';
}

const formats: Readonly<Record<string, string>> = {
  email: 'support@example.com',
  date: '2025-01-31',
  time: '12:30:00Z',
  'date-time': '2025-01-31T12:30:00Z',
  duration: 'PT30M',
  uri: 'https://example.com/',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
};

function sampleText(schema: Fields, key: string): string {
  const format = schema['format'];
  if (typeof format === 'string') return formats[format] ?? '';
  const text = key.includes('email') ? 'support@example.com' : `simulated ${key}`;
  const least = Math.min(numberOr(schema['minLength'], 0), 100_000);
  return text.padEnd(least, '.').slice(0, numberOr(schema['maxLength'], Infinity));
}

function sampleNumber(schema: Fields, unit: number | undefined): number {
  const step = numberOr(schema['multipleOf'], unit ?? 0);
  const above = numberOr(schema['exclusiveMinimum'], -Infinity);
  const below = numberOr(schema['exclusiveMaximum'], Infinity);
  const least = Math.max(numberOr(schema['minimum'], -Infinity), step > 0 ? nextAbove(above, step) : above);
  const most = Math.min(numberOr(schema['maximum'], Infinity), step > 0 ? nextBelow(below, step) : below);
  const wished = Math.min(Math.max(step > 0 ? step : 1, least), most);
  if (step > 0) return Math.min(Math.ceil(wished / step) * step, Math.floor(most / step) * step);
  return wished === above || wished === below ? between(above, below) : wished;
}

function nextAbove(bound: number, step: number): number {
  return Number.isFinite(bound) ? (Math.floor(bound / step) + 1) * step : bound;
}

function nextBelow(bound: number, step: number): number {
  return Number.isFinite(bound) ? (Math.ceil(bound / step) - 1) * step : bound;
}

/** A number strictly between two bounds, of which at most one is infinite. */
function between(above: number, below: number): number {
  if (!Number.isFinite(below)) return above + 1;
  return Number.isFinite(above) ? (above + below) / 2 : below - 1;
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : textOr(value, '') === '' ? otherwise : Number(value);
}
