import { close, dot, hyphen, open, plus, space } from '../../guards/ascii.ts';
import { ignorable, isDigit, isWord } from '../../guards/characters.ts';
import {
  characterSet,
  codeAt,
  compileFind,
  edge,
  isIn,
  type Search,
  type View,
} from '../../guards/detector.ts';
import { cardGaps, widestGap } from './card-gaps.ts';

const signs = characterSet('0123456789+(');
const findStart = compileFind(signs);
const separators = characterSet(' -./()', ignorable);
/** Of which one alone separates the groups of all but phone numbers. */
const tightSeparators = characterSet(' -.');
/** No number looked for here has fewer digits. */
const fewestDigits = 6;

/** The detectors of numbers, as bits. */
export const numberKinds = { card: 1, ssn: 2, ipv4: 4, phone: 8, id: 16 } as const;
const everyKind = 31;

/** Shared by all detectors of numbers, so that text is searched once. A number starts with its sign. */
export const numberSearch: Search = {
  signs,
  leads: characterSet(),
  leadWidth: 0,
  seek: seekNumber,
  kindsAt: kindsOf,
};

/** What the first digits at `start` can begin, by how many they are and what follows them. */
function kindsOf(view: View, start: number): number {
  const { codes, end } = view;
  let index = start;
  while (index < end && isDigit(codes[index] ?? edge)) index += 1;
  const size = index - start;
  if (size === 0) return hasFewDigits(view, start) ? 0 : numberKinds.phone;
  const after = codeAt(view, index);
  if (after === edge || after === ignorable) return everyKind;
  if (size >= fewestDigits) return kindsOfLong(size, codeAt(view, start));
  const card = size === 4 && mayBeCard(view, start, index) ? numberKinds.card : 0;
  if (!isIn(separators, after)) return card;
  const second = laterDigits(view, index);
  if (second === 0) return card;
  const next = codeAt(view, index + 1);
  const isTight = isIn(tightSeparators, after) && !isIn(separators, next);
  const ipv4 = size <= 3 && after === dot && isTight ? numberKinds.ipv4 : 0;
  if (second === 1) return card | (isAbroad(view, start) ? ipv4 | numberKinds.phone : ipv4);
  const isLater = follows(view, start);
  const isInRow = isLater && isTight && after === space;
  const phone = isInRow || (isLater && size !== 3 && size !== 1) ? 0 : numberKinds.phone;
  if (!isTight) return phone | card;
  const ssn = size === 3 ? numberKinds.ssn : 0;
  return ipv4 | phone | card | ssn | (!isInRow || size === 4 ? numberKinds.id : 0);
}

/** Whether four digits begin a card, by the first of them, and by more digits behind a gap that cards have. */
function mayBeCard(view: View, start: number, gap: number): boolean {
  const first = codeAt(view, start);
  if (first < 0x31 || first > 0x36) return false;
  for (let index = gap; index <= gap + widestGap; index += 1) {
    const code = codeAt(view, index);
    if (code === edge || code === ignorable || isDigit(code)) return index > gap;
    if (!isIn(cardGaps, code)) return false;
  }
  return false;
}

const mostIdDigits = 18;

/** What digits can begin that are enough for a number in one piece, whatever follows them. */
function kindsOfLong(size: number, first: number): number {
  const isCard = first >= 0x31 && first <= 0x36 && (size === 6 || size >= 12);
  return (
    numberKinds.phone |
    (isCard ? numberKinds.card : 0) |
    (size === 9 ? numberKinds.ssn : 0) |
    (size <= mostIdDigits ? numberKinds.id : 0)
  );
}

/**
 * How many digits stand together behind the gap that starts at `gap`, up to 2, or 2 where that is not known; 0 where what
 * stands there is no gap. Numbers written in groups have no group of one digit but the first, after `00`, and in addresses.
 */
function laterDigits(view: View, gap: number): number {
  for (let index = gap; index <= gap + widestGap; index += 1) {
    const code = codeAt(view, index);
    if (code === edge || code === ignorable) return 2;
    if (isDigit(code)) {
      const next = codeAt(view, index + 1);
      return isDigit(next) || next === edge || next === ignorable ? 2 : 1;
    }
    if (!isIn(separators, code)) return 0;
  }
  return 0;
}

/** `00`, which leads abroad. */
function isAbroad(view: View, start: number): boolean {
  return codeAt(view, start) === 0x30 && codeAt(view, start + 1) === 0x30;
}

/** Whether another number stands right before, with a space of any sort between. */
function follows({ codes }: View, start: number): boolean {
  return codes[start - 1] === space && isDigit(codes[start - 2] ?? edge);
}

/** Whether another number stands right before `start`, with a space between. */
function isRow({ text, codes }: View, start: number): boolean {
  if (codes[start - 1] !== space || !isDigit(codes[start - 2] ?? edge)) return false;
  return text.charCodeAt(start - 1) === space && isDigit(text.charCodeAt(start - 2));
}

/** Where a number of at least six digits may start. */
function seekNumber(view: View, from: number): number {
  for (let start = findStart(view, from); start < view.end; start = findStart(view, start)) {
    if (isInside(view, start)) {
      while (isWord(codeAt(view, start))) start += 1;
      if (codeAt(view, start) === plus || codeAt(view, start) === open) start += 1;
      continue;
    }
    const next = afterDigits(view, start);
    if (next === keep && kindsOf(view, start) !== 0) return start;
    start = next === keep ? pastDigits(view, start) : next;
  }
  return view.end;
}

/** The first index behind `start` that is no digit. */
function pastDigits({ codes, end }: View, start: number): number {
  let index = start + 1;
  while (index < end && isDigit(codes[index] ?? edge)) index += 1;
  return index;
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
  const { codes, end } = view;
  let index = start;
  while (index < end && isDigit(codes[index] ?? edge)) index += 1;
  if (index === start) {
    const first = codeAt(view, start + 1);
    if (isDigit(first)) return hasFewDigits(view, start) ? start + 1 : keep;
    return first === ignorable || first === edge ? keep : start + 1;
  }
  if (index - start >= fewestDigits || index === end) return keep;
  if (index - start === 4 && mayBeCard(view, start, index)) return keep;
  if (!isIn(separators, codes[index] ?? edge)) return index;
  const next = codeAt(view, index + 1);
  if (next === edge) return keep;
  if (!isIn(separators, next) && !(isDigit(next) && !goesNowhere(view, start, index))) return index;
  return hasFewDigits(view, start) ? index : keep;
}

/**
 * Whether the digits from `start` on, with all that may separate them, are fewer than any number has and no four octets:
 * times, ratios and short lists are told from numbers here, before any detector reads them.
 */
function hasFewDigits({ codes, end }: View, start: number): boolean {
  let digits = 0;
  let dots = 0;
  let parentheses = 0;
  let width = 0;
  for (let index = start; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (isDigit(code)) {
      digits += 1;
      if (digits === fewestDigits) return false;
      width = 0;
      continue;
    }
    if (code === ignorable) return false;
    if (code === plus && index === start) continue;
    width += 1;
    if (!isIn(separators, code) || width > widestGap) return true;
    if (code === dot) dots += 1;
    if (code === open || code === close) parentheses += 1;
    if (dots === 3) return false;
    if (parentheses === 3) return true;
  }
  return false;
}

/**
 * Whether the few digits of [start, gap), a separator and more digits are none of any number looked for: inside a row with
 * spaces only a card can begin, with four digits; and only an address or `00` goes on with one digit alone.
 */
function goesNowhere(view: View, start: number, gap: number): boolean {
  const separator = codeAt(view, gap);
  if (separator === space && gap - start !== 4 && isRow(view, start)) return true;
  if (separator === dot || separator === ignorable) return false;
  if (isAbroad(view, start)) return false;
  const after = codeAt(view, gap + 2);
  return after !== edge && after !== ignorable && !isDigit(after);
}
