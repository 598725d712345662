import { SimulatorRefusal } from './refusal.ts';

type Reader<T> = (name: string, value: string | undefined) => T;

const mostEvents = 100_000;
const mostBytes = 100_000_000;

/** Every directive a prompt may give after `#sim`, with the reader of its value; `directiveHelp` says what each does. */
const readers = {
  status: wholeNumber(400, 599),
  'retry-after': wholeNumber(0, 86_400),
  delay: wholeNumber(0, 600_000),
  gap: wholeNumber(0, 60_000),
  per: wholeNumber(1, mostEvents),
  events: wholeNumber(1, mostEvents),
  cut: wholeNumber(0, mostEvents),
  reset: wholeNumber(0, mostEvents),
  stall: wholeNumber(0, mostEvents),
  'cut-bytes': wholeNumber(0, mostBytes),
  'reset-bytes': wholeNumber(0, mostBytes),
  'stall-bytes': wholeNumber(0, mostBytes),
  error: wholeNumber(0, mostEvents),
  nodone: flag,
  say: anyText,
  split: wholeNumber(1, mostEvents),
  usage: onOff,
  chunk: wholeNumber(1, 1_048_576),
  gzip: flag,
  crlf: flag,
  tool: anyText,
  args: anyText,
  reasoning: anyText,
} as const satisfies Record<string, Reader<unknown>>;

type Name = keyof typeof readers;

/** What a prompt asks of the simulator. */
export type Directives = { readonly [K in Name]?: ReturnType<(typeof readers)[K]> };

export const noDirectives: Directives = {};

/** A prompt taken apart: what to answer, and how. */
export interface Prompt {
  readonly text: string;
  readonly directives: Directives;
}

const opening = /(?:^|\s)#sim(?=\s|$)/;
// Sticky and without nested repetition: one pass over the line.
const entry = /[ \t]*(?:([^\s="']+)(?:=(?:"((?:[^"\\]|\\[^])*)"|'([^']*)'|([^\s"'][^\s]*)))?)(?=\s|$)/y;
const lineEnd = /[ \t]*(?:\r?\n|$)/y;

/** Finds `#sim k=v k2="v v"`. It ends at the end of its line; the text around it is the prompt. */
export function readDirectives(prompt: string): Prompt {
  // Most prompts have none, and this is on the path of every call.
  if (!prompt.includes('#sim')) return { text: prompt, directives: noDirectives };
  const start = opening.exec(prompt);
  if (start === null) return { text: prompt, directives: noDirectives };
  const after = start.index + start[0].length;
  const { values, end } = readEntries(prompt, after, readers);
  return {
    text: `${prompt.slice(0, start.index).trimEnd()} ${prompt.slice(end).trimStart()}`.trim(),
    // Each value came from the reader listed under its own name.
    directives: Object.fromEntries(values),
  };
}

/** Which calls a line of directives is for. */
interface Frequency {
  readonly every?: number;
  readonly rate?: number;
}

/** A line of directives and nothing else, among which these further numbers may stand. */
export function readDirectiveLine(
  line: string,
  further: Readonly<Record<keyof Frequency, Reader<number>>>,
): Directives & Frequency {
  const { values, end } = readEntries(line, 0, { ...readers, ...further });
  if (end < line.trimEnd().length) throw new SimulatorRefusal('directives stand on one line');
  // Each value came from the reader listed under its own name.
  return Object.fromEntries(values);
}

/** One directive by itself. `true` is for those without a value. */
export function readDirective(name: keyof Directives, value: string | true): Directives {
  return { [name]: readers[name](name, value === true ? undefined : value) };
}

function readEntries(
  prompt: string,
  from: number,
  table: Readonly<Record<string, Reader<unknown>>>,
): { values: Map<string, unknown>; end: number } {
  const values = new Map<string, unknown>();
  let end = from;
  while (!endsAt(prompt, end)) {
    entry.lastIndex = end;
    const match = entry.exec(prompt);
    if (match === null)
      throw new SimulatorRefusal(`cannot read the directive at "${excerpt(prompt, end)}"; ${allowed(table)}`);
    const [, name = '', double, single, bare] = match;
    const reader = Object.hasOwn(table, name) ? table[name] : undefined;
    if (reader === undefined) throw new SimulatorRefusal(`unknown directive "${name}"; ${allowed(table)}`);
    if (values.has(name)) throw new SimulatorRefusal(`the directive "${name}" is given twice`);
    values.set(name, reader(name, double === undefined ? (single ?? bare) : unescape(double)));
    end = entry.lastIndex;
  }
  return { values, end };
}

function endsAt(prompt: string, at: number): boolean {
  lineEnd.lastIndex = at;
  return lineEnd.test(prompt);
}

/** Whether this is the name of a directive. */
export function isDirective(name: string): name is Name {
  return Object.hasOwn(readers, name);
}

function allowed(table: Readonly<Record<string, unknown>>): string {
  return `allowed are ${Object.keys(table).join(', ')}`;
}

function excerpt(prompt: string, from: number): string {
  return prompt.slice(from, from + 40).trim();
}

function unescape(quoted: string): string {
  return quoted.replaceAll(/\\([^])/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

export function wholeNumber(least: number, most: number): Reader<number> {
  return (name, value) => {
    const number = value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : -1;
    if (number >= least && number <= most) return number;
    throw new SimulatorRefusal(`the directive "${name}" takes a whole number from ${least} to ${most}`);
  };
}

function anyText(name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new SimulatorRefusal(`the directive "${name}" takes a text: ${name}="…"`);
}

function flag(name: string, value: string | undefined): true {
  if (value === undefined || value === '1' || value === 'on') return true;
  throw new SimulatorRefusal(`the directive "${name}" takes no value`);
}

function onOff(name: string, value: string | undefined): 'on' | 'off' {
  if (value === 'on' || value === 'off') return value;
  throw new SimulatorRefusal(`the directive "${name}" is on or off`);
}
