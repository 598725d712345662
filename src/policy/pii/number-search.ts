import { close, dot, hyphen, open, plus, space } from '../guards/ascii.ts';
import { ignorable, isDigit, isWord } from '../guards/characters.ts';
import { characterSet, codeAt, compileFind, edge, isIn, type Search, type View } from '../guards/detector.ts';

const signs = characterSet('0123456789+(');
const findStart = compileFind(signs);
const separators = characterSet(' -./()', ignorable);
const idSeparators = characterSet(' -.');
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
  const first = codeAt(view, start);
  const card = first >= 0x31 && first <= 0x36 && (size === 4 || size === 6 || size >= 12);
  const next = codeAt(view, index + 1);
  const ipv4 = size <= 3 && after === dot;
  const phone =
    size >= fewestDigits ||
    (isIn(separators, after) &&
      (isDigit(next) ? after !== space || !isInRow(view, start) : next === edge || isIn(separators, next)));
  return (
    (card ? numberKinds.card : 0) |
    (size === 3 || size === 9 ? numberKinds.ssn : 0) |
    (ipv4 ? numberKinds.ipv4 : 0) |
    (phone ? numberKinds.phone : 0) |
    (isIdHead(size, after, next) ? numberKinds.id : 0)
  );
}

const mostIdDigits = 18;

/** Whether national numbers begin with so many digits and what follows them. */
function isIdHead(size: number, after: number, next: number): boolean {
  if (size >= fewestDigits) return size <= mostIdDigits;
  return isIn(idSeparators, after) && (isDigit(next) || next === edge || next === ignorable);
}

/** Whether another number stands right before `start`, with a space between. */
function isInRow({ text, codes }: View, start: number): boolean {
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
  const { codes, end } = view;
  let index = start;
  while (index < end && isDigit(codes[index] ?? edge)) index += 1;
  if (index === start) {
    const first = codeAt(view, start + 1);
    if (isDigit(first)) return hasFewDigits(view, start) ? start + 1 : keep;
    return first === ignorable || first === edge ? keep : start + 1;
  }
  if (index - start >= fewestDigits || index === end) return keep;
  if (!isIn(separators, codes[index] ?? edge)) return index;
  const next = codeAt(view, index + 1);
  if (next === edge) return keep;
  if (!isIn(separators, next) && !(isDigit(next) && !goesNowhere(view, start, index))) return index;
  return hasFewDigits(view, start) ? index : keep;
}

const widestGap = 3;

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
  if (separator === space && gap - start !== 4 && isInRow(view, start)) return true;
  if (separator === dot || separator === ignorable) return false;
  if (codeAt(view, start) === 0x30 && codeAt(view, start + 1) === 0x30) return false;
  const after = codeAt(view, gap + 2);
  return after !== edge && after !== ignorable && !isDigit(after);
}
