import { type Directives, readDirectiveLine, wholeNumber } from './directives.ts';
import { SimulatorRefusal } from './refusal.ts';

/** Directives for some of the calls: every so many, or a share of them. */
export interface Fault {
  /** As it was written, for the log. */
  readonly text: string;
  readonly directives: Directives;
  readonly when: { readonly every: number } | { readonly rate: number };
}

/** What holds for every call that does not say otherwise, and what goes wrong with some. */
export interface Defaults {
  readonly directives: Directives;
  readonly faults: readonly Fault[];
  /** Another seed strikes other calls, at the same rate. */
  readonly seed: number;
}

export const noDefaults: Defaults = { directives: {}, faults: [], seed: 0 };

const frequency = {
  /** Every so many calls, the last of each such row. */
  every: wholeNumber(1, 1_000_000),
  /** The share of the calls, 0 to 1. */
  rate: share,
} as const;

/** `status=429 retry-after=1 every=10`. Neither `every` nor `rate`: every call. */
export function readFault(text: string): Fault {
  const { every, rate, ...directives } = readDirectiveLine(text, frequency);
  if (Object.keys(directives).length === 0)
    throw new SimulatorRefusal('a fault needs a directive, such as status=503');
  if (every !== undefined && rate !== undefined)
    throw new SimulatorRefusal('a fault has either every or rate');
  return { text, directives, when: rate === undefined ? { every: every ?? 1 } : { rate } };
}

/** The fault of the call with this number (from 1): the first that strikes. The same calls in each run. */
export function faultOf({ faults, seed }: Defaults, call: number): Fault | undefined {
  return faults.find(({ when }, at) =>
    'every' in when ? call % when.every === 0 : draw(seed + at * 0x9e37, call) < when.rate,
  );
}

/** A number from 0 to 1 that looks like chance and is not: the mixing steps of splitmix32. */
function draw(seed: number, call: number): number {
  let mixed = (Math.imul(call, 0x9e37_79b9) + Math.imul(seed, 0x85eb_ca6b)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

function share(name: string, value: string | undefined): number {
  const number = value !== undefined && /^(?:0?\.\d{1,9}|[01](?:\.0*)?)$/.test(value) ? Number(value) : -1;
  if (number >= 0) return number;
  throw new SimulatorRefusal(`"${name}" takes a share from 0 to 1, such as 0.05`);
}
