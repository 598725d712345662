import { type CharacterSet, type Detector, noMatchBefore, none, type View } from '../../guards/detector.ts';

/** So many digits in a row and more are one size. */
export const manyDigits = 20;

/** How a value begins, told by its first characters: letters if any, then digits, then what follows those. */
export interface Head {
  /** How many letters may stand before its first digit; without it there are none. */
  readonly letters?: readonly number[];
  /** How many digits may stand together; 0 for one that begins with a sign. */
  readonly digits: readonly number[];
  /** What it may begin with, if not with any letter or digit. */
  readonly first?: string;
  /** What may follow those digits, if not anything. */
  readonly next?: CharacterSet;
  /** What separates those digits from more: so many characters of `next`. */
  readonly gap?: Gap;
  /** Whether nothing but digits is looked for: one that goes on with another number, or with a word, begins nothing. */
  readonly isNumber?: true;
  /** What else must be so there, as far as is known. */
  readonly where?: (view: View, at: number) => boolean;
}

interface Gap {
  readonly widest: number;
  /** Whether one digit may stand alone behind it. */
  readonly isLone?: true;
  /** Whether it may be a single space where another number stands a space before: one in a row. */
  readonly isInRow?: true;
}

/** How a value begins with a word that has no digit, ahead of the one that has: at most two characters stand between words. */
export interface Ahead {
  /** What may stand before its first digit beside letters, without a gap. */
  readonly leads: string;
  /** With how much of those and of letters. */
  readonly width: number;
  /** Whether such a value may begin with the word at `at`, as far as is known. */
  readonly isAt: (view: View, at: number) => boolean;
  /** Where it may begin, from `from` on, ahead of the word at `start`, which has its first digit or is still to come. */
  readonly before: (view: View, from: number, start: number) => number;
}

export type ValueStart = Head | Ahead;

/** What is looked for by how it begins: a detector whose search is compiled from that. */
export interface Value extends Pick<Detector, 'entity' | 'ruleAt'> {
  /** The same objects begin several values where they begin alike. */
  readonly begins: readonly ValueStart[];
  /** Where the value that begins at `at` ends; `none` where none does, `undecided` where only later text can tell. */
  readonly endAt: (view: View, at: number) => number;
}

/** The sizes from `least` to `most`. */
export function sizesFrom(least: number, most: number = manyDigits): readonly number[] {
  return Array.from({ length: most - least + 1 }, (_, index) => least + index);
}

/** What a detector says of a place where a value ends, or not. */
export function attemptOf(end: number, at: number): number {
  return end === none ? noMatchBefore(at + 1) : end;
}
