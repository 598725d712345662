import { close, dot, hyphen, open, slash, space } from '../../guards/ascii.ts';

/** How two groups of digits are separated, as a hexadecimal digit. */
export const separation = {
  hyphen: 0x1,
  dot: 0x2,
  space: 0x3,
  slash: 0x4,
  /** A closing parenthesis, alone or with a simple separator behind. */
  close: 0x5,
  closeHyphen: 0x6,
  closeDot: 0x7,
  closeSpace: 0x8,
  /** An opening parenthesis with a simple separator before. */
  hyphenOpen: 0x9,
  dotOpen: 0xa,
  spaceOpen: 0xb,
  other: 0xf,
} as const;

/** Of ten: `**` takes longer. */
export const powers: readonly number[] = Array.from({ length: 18 }, (_, size) => 10 ** size);
const mostGroups = 7;
const largest = 0xf;

/** Digits that stand together. */
export interface Group {
  readonly end: number;
  readonly size: number;
  readonly value: number;
  /** The first digit. */
  readonly head: number;
  /** Only zeros and ones. */
  readonly binary: boolean;
}

/** What stands between two groups. */
export interface Gap {
  readonly end: number;
  readonly separation: number;
  readonly spaced: boolean;
  /** 0: none so far, 1: one is open, 2: it is closed. */
  readonly parentheses: number;
}

/**
 * A number as it is written, taken in group by group. What there is one of for each group is kept as the hexadecimal digits
 * of one number, the last group's last: `(555) 123-4567` has the sizes 0x334. So it is judged without making any text.
 */
export class WrittenNumber {
  readonly isInternational: boolean;
  /** Starts with an opening parenthesis. */
  readonly isOpened: boolean;
  readonly first: Group;
  readonly start: number;
  end: number;
  groups = 1;
  /** Digits. */
  count: number;
  /** All digits as a number, exact up to 15 of them. */
  value: number;
  isSpaced = false;
  isBinary: boolean;
  #sizes: number;
  #heads: number;
  #separations = 0;

  constructor(start: number, first: Group, isInternational: boolean, isOpened: boolean) {
    this.isInternational = isInternational;
    this.isOpened = isOpened;
    this.start = start;
    this.first = first;
    this.end = first.end;
    this.count = first.size;
    this.value = first.value;
    this.isBinary = first.binary;
    this.#sizes = Math.min(first.size, largest);
    this.#heads = first.head;
  }

  add(gap: Gap, group: Group): void {
    this.end = group.end;
    this.groups += 1;
    this.count += group.size;
    this.value = this.value * (powers[group.size] ?? 0) + group.value;
    this.isSpaced ||= gap.spaced;
    this.isBinary &&= group.binary;
    if (this.groups > mostGroups) return;
    this.#sizes = this.#sizes * 0x10 + Math.min(group.size, largest);
    this.#heads = this.#heads * 0x10 + group.head;
    this.#separations = this.#separations * 0x10 + gap.separation;
  }

  /** All sizes at once, where there are few enough groups to be told apart by them. */
  get sizes(): number {
    return this.groups > mostGroups ? 0 : this.#sizes;
  }

  /** The size of the last group but `back`, where there are up to seven. */
  size(back: number): number {
    return (this.#sizes >> (4 * back)) & largest;
  }

  head(back: number): number {
    return (this.#heads >> (4 * back)) & largest;
  }

  /** What separates the last group but `back` from the one before it; 0 where there is none. */
  separation(back: number): number {
    return (this.#separations >> (4 * back)) & largest;
  }
}

/** Which separation up to three characters are, of which these are the first two. */
export function separationOf(width: number, first: number, second: number): number {
  if (width > 2) return separation.other;
  const one = simple.get(first) ?? separation.other;
  const two = simple.get(second) ?? separation.other;
  if (width === 1) return first === close ? separation.close : first === slash ? separation.slash : one;
  if (first === close && two !== separation.other) return two + separation.close;
  return second === open && one !== separation.other ? one + separation.closeSpace : separation.other;
}

const simple: ReadonlyMap<number, number> = new Map([
  [hyphen, separation.hyphen],
  [dot, separation.dot],
  [space, separation.space],
]);
