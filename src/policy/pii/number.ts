import { dot, hyphen, open, plus, space, underscore } from '../guards/ascii.ts';
import { ignorable, isDigit, isWord } from '../guards/characters.ts';
import {
  characterSet,
  codeAt,
  compileFind,
  edge,
  isIn,
  pastIgnorable,
  type Search,
  undecided,
  type View,
} from '../guards/detector.ts';

const signs = characterSet('0123456789+(');
const findStart = compileFind(
  signs,
  '0-9+(\\u0660-\\u0669\\u06f0-\\u06f9\\u0966-\\u096f\\u09e6-\\u09ef\\uff08\\uff0b\\uff10-\\uff19',
);
const separators = characterSet(' -./()', ignorable);
/** No number looked for here has fewer digits. */
const fewestDigits = 6;

/** Shared by all detectors of numbers, so that text is searched once. A number starts with its sign. */
export const numberSearch: Search = { signs, leads: characterSet(), leadWidth: 0, seek: seekNumber };

/** Where a number of at least six digits may start. */
function seekNumber(view: View, from: number): number {
  for (let start = findStart(view, from); start < view.end; start = findStart(view, start)) {
    if (isInside(view, start)) {
      while (isWord(codeAt(view, start))) start += 1;
      if (codeAt(view, start) === plus || codeAt(view, start) === open) start += 1;
      continue;
    }
    const next = afterDigits(view, start);
    if (next === keep) return start;
    start = next;
  }
  return view.end;
}

/** Whether `start` goes on with a word or number: then every detector of numbers has been asked at its beginning. */
function isInside(view: View, start: number): boolean {
  const before = codeAt(view, start - 1);
  if (isWord(before)) return true;
  return (before === dot || before === hyphen || before === ignorable) && isDigit(codeAt(view, start - 2));
}

const keep = -1;

/** `keep` where the number at `start` may be long enough; else where to look on. */
function afterDigits(view: View, start: number): number {
  let index = start;
  if (!isDigit(codeAt(view, index))) {
    index += 1;
    const first = codeAt(view, index);
    return isDigit(first) || first === ignorable || first === edge ? keep : index;
  }
  while (isDigit(codeAt(view, index))) index += 1;
  if (index - start >= fewestDigits) return keep;
  const gap = codeAt(view, index);
  if (gap === edge) return keep;
  if (!isIn(separators, gap)) return index;
  const next = codeAt(view, index + 1);
  return next === edge || isDigit(next) || isIn(separators, next) ? keep : index;
}

const longestToken = 13;

/**
 * Whether the digits at `start` begin a number of their own: not the inside of a decimal, a dotted version, a UUID or
 * another token that has digits before its hyphen.
 */
export function beginsNumber(view: View, start: number): boolean {
  const before = codeAt(view, start - 1);
  if (isWord(before) || !isDigit(codeAt(view, start))) return false;
  const beyond = codeAt(view, start - 2);
  if (before === dot) return !isDigit(beyond);
  return before !== hyphen || !isDigitToken(view, start - 2);
}

/** Whether the token that ends at `last` holds a digit, or could be a group of a UUID. */
function isDigitToken(view: View, last: number): boolean {
  let hex = true;
  for (let index = last; index > last - longestToken; index -= 1) {
    const code = codeAt(view, index);
    if (isDigit(code)) return true;
    if (!isWord(code)) return hex && (last - index === 4 || last - index === 8);
    hex &&= (code | 0x20) <= 0x66;
  }
  return false;
}

/** Whether the number that ends before `end` goes on, in a way that makes it something else; `undefined`: not known yet. */
export function goesOn(view: View, end: number): boolean | undefined {
  const code = codeAt(view, end);
  if (code === edge) return view.final ? false : undefined;
  if (isWord(code)) return true;
  if (code !== dot && code !== hyphen && code !== underscore && code !== ignorable) return false;
  const next = codeAt(view, pastIgnorable(view, end + 1));
  if (next === edge) return view.final ? false : undefined;
  return isDigit(next) || (code !== dot && code !== hyphen && isWord(next));
}

/** How many digits stand together from `start`, which is one, up to one more than `most`; `undecided` where later text could add one. */
export function leadingDigits(view: View, start: number, most: number): number {
  let index = start;
  let size = 0;
  while (size <= most && isDigit(codeAt(view, index))) {
    size += 1;
    index = pastIgnorable(view, index + 1);
  }
  return size <= most && codeAt(view, index) === edge && !view.final ? undecided : size;
}

/** A run of digit groups with one separator each. */
export interface Groups {
  /** Where each group ends, in the text. */
  readonly ends: readonly number[];
  readonly sizes: readonly number[];
  /** All digits together. */
  readonly count: number;
  /** Folded; the first one counts, a group after another separator is not taken. */
  readonly separator: number;
}

/** Reads the groups from `start`, up to one digit more than `most`. `undecided` where later text could add a digit. */
export function readGroups(view: View, start: number, most: number): Groups | typeof undecided {
  const ends: number[] = [];
  const sizes: number[] = [];
  let count = 0;
  let separator: number = edge;
  let size = 0;
  let index = start;
  while (count <= most) {
    index = pastIgnorable(view, index);
    const code = codeAt(view, index);
    if (isDigit(code)) {
      count += 1;
      size += 1;
      index += 1;
      ends[sizes.length] = index;
      continue;
    }
    if (code === edge && !view.final) return undecided;
    if (size === 0 || (code !== space && code !== hyphen && code !== dot)) break;
    if (separator !== edge && separator !== code) break;
    const next = pastIgnorable(view, index + 1);
    if (codeAt(view, next) === edge && !view.final) return undecided;
    if (!isDigit(codeAt(view, next))) break;
    sizes.push(size);
    separator = code;
    size = 0;
    index = next;
  }
  sizes.push(size);
  return { ends, sizes, count, separator };
}

/** The digits of [start, end) in ASCII. */
export function digitsOf(view: View, start: number, end: number): string {
  let digits = '';
  for (let index = start; index < end; index += 1) {
    const code = codeAt(view, index);
    if (isDigit(code)) digits += String.fromCharCode(code);
  }
  return digits;
}

/** The characters of [start, end) in ASCII, without those that draw nothing. */
export function spell(view: View, start: number, end: number): string {
  let spelled = '';
  for (let index = start; index < end; index += 1) {
    const code = codeAt(view, index);
    if (code < 0x80) spelled += String.fromCharCode(code);
  }
  return spelled;
}
