import { close, dot, hyphen, open, plus, underscore } from '../../guards/ascii.ts';
import { ignorable, isFoldedDigit, isWord } from '../../guards/characters.ts';
import { characterSet, edge, isIn, undecided, type View } from '../../guards/detector.ts';

const longestToken = 13;

/**
 * Whether the digits at `start` begin a number of their own: not the inside of a decimal or a dotted version, nor of a UUID or
 * another token that has digits before its hyphen.
 */
export function beginsNumber(view: View, start: number): boolean {
  if (!isFoldedDigit(view.codeAt(start)) || view.isInside(start)) return false;
  return view.codeAt(start - 1) !== hyphen || !isDigitToken(view, start - 2);
}

/** Whether the token that ends at `last` holds a digit, or could be a group of a UUID. */
function isDigitToken(view: View, last: number): boolean {
  let hex = true;
  for (let index = last; index > last - longestToken; index -= 1) {
    const code = view.codeAt(index);
    if (isFoldedDigit(code)) return true;
    if (!isWord(code)) return hex && (last - index === 4 || last - index === 8);
    hex &&= (code | 0x20) <= 0x66;
  }
  return false;
}

/** Whether the number that ends before `end` goes on, in a way that makes it something else; `undefined`: not known yet. */
export function goesOn(view: View, end: number): boolean | undefined {
  const code = view.codeAt(end);
  if (code === edge) return view.final ? false : undefined;
  if (isWord(code)) return true;
  if (code !== dot && code !== hyphen && code !== underscore && code !== ignorable) return false;
  const next = view.codeAt(view.pastIgnorable(end + 1));
  if (next === edge) return view.final ? false : undefined;
  return isFoldedDigit(next) || (code !== dot && code !== hyphen && isWord(next));
}

/** How many digits stand together from `start`, which is one, up to one more than `most`; `undecided` where later text could add one. */
export function leadingDigits({ codes, end, final }: View, start: number, most: number): number {
  let size = 0;
  for (let index = start; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (isFoldedDigit(code)) size += 1;
    else if (code !== ignorable) return size;
    if (size > most) return size;
  }
  return final ? size : undecided;
}

/** The index right after the last of `size` digits from `start` on. */
export function pastDigits(view: View, start: number, size: number): number {
  let index = start;
  for (let left = size; left > 1; left -= 1) index = view.pastIgnorable(index + 1);
  return index + 1;
}

/** The characters of [start, end) in ASCII, without those that draw nothing. */
export function spell(view: View, start: number, end: number): string {
  let spelled = '';
  for (let index = start; index < end; index += 1) {
    const code = view.codeAt(index);
    if (code < 0x80) spelled += String.fromCharCode(code);
  }
  return spelled;
}

/** No number looked for that digits alone make has fewer. */
const fewestDigits = 6;
/** What may separate its groups, and how much of it. */
export const separators = characterSet(' -./()');
/** Of these one alone separates the groups of all but phone numbers. */
export const tightSeparators = characterSet(' -.');
export const widestSeparation = 3;

/**
 * Whether the digits from `start` on, with all that may separate them, are as many as any number has, or four octets:
 * times, ratios and short lists are told from numbers here, before any detector reads them.
 */
export function hasEnoughDigits({ codes, end }: View, start: number): boolean {
  let digits = 0;
  let dots = 0;
  let parentheses = 0;
  let width = 0;
  for (let index = start; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (isFoldedDigit(code)) {
      digits += 1;
      if (digits === fewestDigits) return true;
      width = 0;
      continue;
    }
    if (code === ignorable) return true;
    if (code === plus && index === start) continue;
    width += 1;
    if (!isIn(separators, code) || width > widestSeparation) return false;
    if (code === dot) dots += 1;
    if (code === open || code === close) parentheses += 1;
    if (dots === 3) return true;
    if (parentheses === 3) return false;
  }
  return true;
}
