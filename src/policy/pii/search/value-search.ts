import { letters } from '../../guards/ascii.ts';
import { ignorable, isAsciiLetter, isFoldedDigit, isWord, letter } from '../../guards/characters.ts';
import {
  characterSet,
  compileFind,
  type Detector,
  edge,
  isIn,
  none,
  type Search,
  type View,
} from '../../guards/detector.ts';
import { type Ahead, attemptOf, type ValueStart, type Head, type Value } from './beginning.ts';
import { HeadTable } from './head-table.ts';

const mostBeginnings = 32;
/** Most letters that a value starts with before its first digit. */
const mostLetters = 6;

/** Puts the detectors of values in the place of what declares them; text is searched once for all of them, for its digits. */
export function compileValues(found: readonly (Detector | Value)[]): readonly Detector[] {
  const values = found.filter(isValue);
  const beginnings = [...new Set(values.flatMap(({ begins }) => begins))];
  const heads = beginnings.filter(isHead);
  const aheads = beginnings.filter((one): one is Ahead => !isHead(one));
  const order: readonly ValueStart[] = [...heads, ...aheads];
  if (order.length > mostBeginnings)
    throw new Error(`${order.length} beginnings are more than a number has bits`);
  const search = searchFor(heads, aheads);
  return found.map((one) => {
    if (!isValue(one)) return one;
    const { begins, endAt, ...rest } = one;
    const kind = begins.reduce((bits, beginning) => bits | (1 << order.indexOf(beginning)), 0);
    return { ...rest, search, kind, tryAt: (view, at) => attemptOf(endAt(view, at), at) };
  });
}

function isValue(one: Detector | Value): one is Value {
  return 'begins' in one;
}

function isHead(one: ValueStart): one is Head {
  return 'digits' in one;
}

/** Finds where values may begin: at a word that holds a digit, at a sign before one, or at words ahead of these. */
function searchFor(heads: readonly Head[], aheads: readonly Ahead[]): Search {
  const firsts = heads.flatMap(({ digits, first = '' }) => (digits.includes(0) ? first : []));
  const signs = characterSet('0123456789', ...firsts);
  const find = compileFind(signs);
  const table = new HeadTable(heads);
  const leadWidth = Math.max(table.mostLetters, ...aheads.map(({ width }) => width));
  const leads = leadWidth === 0 ? [] : [letters, ignorable, ...aheads.map((ahead) => ahead.leads)];
  const bitOf = aheads.map((_, index) => 1 << (heads.length + index));

  const kindsAt = (view: View, at: number): number => {
    let kinds = table.at(view, at);
    if (isFoldedDigit(view.codeAt(at))) return kinds;
    for (let index = 0; index < aheads.length; index += 1)
      if (aheads[index]?.isAt(view, at) === true) kinds |= bitOf[index] ?? 0;
    return kinds;
  };

  let found = 0;
  const hasKinds = (view: View, at: number): boolean => {
    found = kindsAt(view, at);
    return found !== 0;
  };

  /** The first place where a value may begin that has other words before the one at `start`. */
  const wordsAhead = (view: View, from: number, start: number): number => {
    let first: number = none;
    if (!isBehindWord(view, start)) return none;
    for (let index = 0; index < aheads.length; index += 1) {
      const place = aheads[index]?.before(view, from, start) ?? none;
      if (place !== none && (first === none || place < first)) first = place;
    }
    return first;
  };

  /** The first place from `from` on where a value may begin that has `sign`, or is still to have one; `none` where none may. */
  const firstPlace = (view: View, from: number, sign: number): number => {
    const isEnd = sign >= view.end;
    if (!isEnd && !isFoldedDigit(view.codeAt(sign))) return hasKinds(view, sign) ? sign : none;
    const start = wordStart(view, from, sign);
    const ahead = start === none && !isEnd ? none : wordsAhead(view, from, start === none ? sign : start);
    if (ahead !== none && hasKinds(view, ahead)) return ahead;
    if (start !== none && start < view.end && hasKinds(view, start)) return start;
    const isHidden = !isEnd && start !== sign && view.codeAt(sign - 1) === ignorable;
    return isHidden && hasKinds(view, sign) ? sign : none;
  };

  const seek = (view: View, from: number): number => {
    // In the middle of a word nothing begins, however it goes on.
    for (let next = isWord(view.codeAt(from - 1)) ? wordEnd(view, from) : from; ;) {
      const sign = find(view, next);
      const place = firstPlace(view, from, sign);
      if (place !== none) return place;
      if (sign >= view.end) return view.end;
      next = Math.max(sign + 1, wordEnd(view, sign));
    }
  };

  /** Words ahead may be all that there is of a match, and a space behind them; what has leads between its words ends with one. */
  const spaced = aheads.filter((ahead) => ahead.leads === '');
  const isOpen = (view: View, from: number): boolean => {
    for (let index = 0; index < spaced.length; index += 1)
      if (spaced[index]?.before(view, from, view.end) !== none) return true;
    return false;
  };

  const search = { signs, leads: characterSet(...leads), leadWidth, seek, kindsAt, kindsFound: () => found };
  return spaced.length === 0 ? search : { ...search, isOpen };
}

/** What may stand between the words of a value. */
const gaps = characterSet(' -./:');

/** Whether letters stand before `start`, and no more than two of those between: it is not so before most numbers. */
function isBehindWord(view: View, start: number): boolean {
  let before = view.knownBefore(start);
  for (let width = 0; width < 2 && isIn(gaps, view.codeAt(before)); width += 1)
    before = view.knownBefore(before);
  const code = view.codeAt(before);
  return isAsciiLetter(code) || code === letter;
}

/** Where the word starts that holds what stands before `sign`; `none` where that is too far back. */
function wordStart({ codes }: View, from: number, sign: number): number {
  let start = sign;
  let size = 0;
  for (let index = sign - 1; index >= 0; index -= 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable) continue; // counted, it would hide from the whole text what a stream has begun to look at
    if (!isWord(code)) return start;
    start = index;
    size += 1;
    if (start < from || size > mostLetters) return none;
  }
  return start;
}

function wordEnd({ codes, end }: View, from: number): number {
  let index = from;
  while (index < end && isWord(codes[index] ?? edge)) index += 1;
  return index;
}
