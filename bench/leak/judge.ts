import { type Fields, isRecord, parseJson } from './fields.ts';
import type { Planted } from './secrets.ts';

/** What became of a planted value on its way through a gateway. */
export type Verdict =
  | { readonly kind: 'removed' }
  /** Refused, or ended for it in a way that the client cannot mistake. */
  | { readonly kind: 'blocked'; readonly detail: string }
  | ({ readonly kind: 'leaked'; readonly of: number } & Exposure)
  /** Text that nobody asked to remove is missing or different. */
  | { readonly kind: 'changed'; readonly detail: string; readonly withoutSecret?: true }
  | { readonly kind: 'unserved'; readonly detail: string };

/** How many characters of a value are shown: from its first one on, or somewhere in it. */
export interface Exposure {
  readonly chars: number;
  readonly from: 'start' | 'inside';
}

/** What was seen on the far side of the gateway: by the client of an answer, by the provider of a call. */
export interface Sight {
  readonly fields: Fields;
  /** Everything, byte for byte: what no field holds is looked for here. */
  readonly raw: string;
  /** Why it was refused, where it was. */
  readonly refusal: string | undefined;
  readonly isComplete: boolean;
}

/** Where a value was planted, and what must stand around it. */
export interface Expectation {
  readonly planted: Planted;
  /** Keys of the fields that hold the sentence. */
  readonly holders: readonly string[];
  readonly form: 'plain' | 'arguments';
  /** Other fields and what they must say. */
  readonly companions: Fields;
  /** What stands there without the value: a run of it that is found here too was not leaked. */
  readonly usual: string;
}

/** Shorter runs are found in any text. */
const leastRun = 4;
const longestMarker = 64;

/** Looks for the value first: a leak is a leak, whatever else went wrong. */
export function judge(expectation: Expectation, sight: Sight): Verdict {
  const { planted } = expectation;
  const exposed = worstExposure(expectation, sight);
  if (exposed !== undefined) return { kind: 'leaked', of: planted.value.length, ...exposed };
  if (sight.refusal !== undefined) return { kind: 'blocked', detail: sight.refusal };
  const damage = damageOf(expectation, sight, (rest) => isMarker(rest, planted));
  if (damage === undefined) return { kind: 'removed' };
  if (isOtherAnswer(expectation, sight)) return { kind: 'blocked', detail: 'another answer' };
  return { kind: 'changed', detail: damage };
}

/** Some gateways refuse in prose, as if the model had: all is replaced, and the answer says that it is complete. */
function isOtherAnswer({ planted, holders, form }: Expectation, { fields, isComplete }: Sight): boolean {
  const texts = holders.map((key) => fields.get(key) ?? '');
  const { before, after } = planted;
  const isOther = (text: string): boolean =>
    text !== '' && !text.includes(before.trim()) && !text.includes(after.trim());
  return isComplete && form === 'plain' && texts.every(isOther);
}

/** All that was seen, as one text. */
export function everythingIn({ fields, raw }: Sight): string {
  return [...fields.values(), raw].join('\n');
}

/** The same journey with a harmless value: `removed` cannot be, so this says what is wrong, or nothing. */
export function judgeHarmless(expectation: Expectation, sight: Sight): Verdict | undefined {
  if (sight.refusal !== undefined) return { kind: 'unserved', detail: sight.refusal };
  const damage = damageOf(expectation, sight, (rest) => rest === expectation.planted.value);
  return damage === undefined ? undefined : { kind: 'changed', detail: damage };
}

export function worstExposure(
  { planted, usual }: Pick<Expectation, 'planted' | 'usual'>,
  { fields, raw }: Pick<Sight, 'fields' | 'raw'>,
): Exposure | undefined {
  const whole = { chars: planted.value.length, from: 'start' } as const;
  if (unescaped(raw).includes(planted.value)) return whole;
  let worst: Exposure | undefined;
  for (const text of fields.values()) {
    const exposure = exposureIn(unescaped(text), planted, usual);
    if (exposure !== undefined && exposure.chars > (worst?.chars ?? 0)) worst = exposure;
  }
  return worst;
}

/** How much of the value a text shows: from its start behind the words before it, or any longer run. */
function exposureIn(text: string, { before, value }: Planted, usual: string): Exposure | undefined {
  if (text.includes(value)) return { chars: value.length, from: 'start' };
  const run = longestRun(text, value, usual);
  const at = text.indexOf(before.slice(-10));
  const start = at === -1 ? 0 : commonStart(text.slice(at + before.slice(-10).length), value);
  if (run >= leastRun && run > start) return { chars: run, from: 'inside' };
  return start > 0 ? { chars: start, from: 'start' } : undefined;
}

/** Tool arguments are JSON in a string, and may spell any character by its number. */
function unescaped(text: string): string {
  return text.replace(/\\+u([0-9a-fA-F]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function commonStart(text: string, value: string): number {
  let length = 0;
  while (length < value.length && text[length] === value[length]) length += 1;
  return length;
}

function longestRun(text: string, value: string, usual: string): number {
  let longest = 0;
  for (let start = 0; start + longest < value.length; start += 1) {
    let length = 0;
    while (start + length < value.length && text.includes(value.slice(start, start + length + 1)))
      length += 1;
    if (length > longest && !usual.includes(value.slice(start, start + length))) longest = length;
  }
  return longest;
}

function isMarker(text: string, { value }: Planted): boolean {
  return text.length <= Math.max(longestMarker, value.length);
}

function damageOf(
  { planted, holders, form, companions }: Expectation,
  { fields, isComplete }: Sight,
  accepts: (between: string) => boolean,
): string | undefined {
  for (const key of holders) {
    const damage = damageOfField(fields.get(key), planted, form, accepts);
    if (damage !== undefined) return `${key}: ${damage}`;
  }
  for (const [key, text] of companions) {
    if (fields.get(key) !== text) return `${key}: ${differenceOf(fields.get(key), text)}`;
  }
  return isComplete ? undefined : 'the answer does not say that it is complete';
}

function damageOfField(
  text: string | undefined,
  planted: Planted,
  form: Expectation['form'],
  accepts: (between: string) => boolean,
): string | undefined {
  if (text === undefined) return 'missing';
  const said = form === 'plain' ? text : noteOf(text);
  if (said === undefined) return 'no longer the arguments that were sent';
  const { before, after } = planted;
  if (!said.startsWith(before)) return 'the words before are gone or changed';
  if (!said.endsWith(after) || said.length < before.length + after.length)
    return 'the words after are gone or changed';
  return accepts(said.slice(before.length, said.length - after.length))
    ? undefined
    : 'other text stands there';
}

/** The sentence of arguments that are whole; their spelling is the gateway's own business. */
function noteOf(text: string): string | undefined {
  const parsed = parseJson(text);
  if (!isRecord(parsed) || parsed['urgent'] !== true) return undefined;
  return typeof parsed['note'] === 'string' ? parsed['note'] : undefined;
}

function differenceOf(text: string | undefined, wanted: string): string {
  if (text === undefined) return 'missing';
  if (wanted.startsWith(text)) return `lost its last ${wanted.length - text.length} characters`;
  return 'changed';
}
