import { dot, hyphen, space, underscore } from '../../guards/ascii.ts';
import { ignorable, isDigit, isWord } from '../../guards/characters.ts';
import { codeAt, edge, pastIgnorable, undecided, type View, none } from '../../guards/detector.ts';

const longestToken = 13;

/**
 * Whether the digits at `start` begin a number of their own: not the inside of a decimal or a dotted version, where the
 * search has nothing start, nor of a UUID or another token that has digits before its hyphen.
 */
export function beginsNumber(view: View, start: number): boolean {
  if (!isDigit(codeAt(view, start))) return false;
  return codeAt(view, start - 1) !== hyphen || !isDigitToken(view, start - 2);
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
export function leadingDigits({ codes, end, final }: View, start: number, most: number): number {
  let size = 0;
  for (let index = start; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (isDigit(code)) size += 1;
    else if (code !== ignorable) return size;
    if (size > most) return size;
  }
  return final ? size : undecided;
}

/** The index right after the last of `size` digits from `start` on. */
export function pastDigits(view: View, start: number, size: number): number {
  let index = start;
  for (let left = size; left > 1; left -= 1) index = pastIgnorable(view, index + 1);
  return index + 1;
}

/**
 * Where the group after the one that ends at `end` begins: one space, hyphen or dot on, and the same `separator` as before
 * if that is not `edge`. `none` where none does, `undecided` where later text can tell.
 */
export function nextGroup(view: View, end: number, separator: number): number {
  const gap = pastIgnorable(view, end);
  if (gap >= view.end) return view.final ? none : undecided;
  const code = codeAt(view, gap);
  if (separator === edge ? code !== space && code !== hyphen && code !== dot : code !== separator)
    return none;
  const next = pastIgnorable(view, gap + 1);
  if (next >= view.end) return view.final ? none : undecided;
  return isDigit(codeAt(view, next)) ? next : none;
}

/** What separates the group that ends at `end` from the next one. */
export function separatorAfter(view: View, end: number): number {
  return codeAt(view, pastIgnorable(view, end));
}

/** The digits of [start, end) as one number, exact up to 15 of them. */
export function valueOf(view: View, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const code = codeAt(view, index);
    if (isDigit(code)) value = value * 10 + code - 0x30;
  }
  return value;
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
