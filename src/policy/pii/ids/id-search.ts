import { colon, dot, hyphen, space } from '../../guards/ascii.ts';
import { ideograph, ignorable, isAsciiLetter, isDigit, isWord } from '../../guards/characters.ts';
import {
  characterSet,
  codeAt,
  compileFind,
  edge,
  isIn,
  none,
  type Search,
  type View,
} from '../../guards/detector.ts';
import { beginsMonth, endsWithMonth, wordBefore } from '../announced/birth-month.ts';
import { mayBeAnnounced } from '../words/announcement.ts';
import { beginsPair, pairBefore } from './letter-pair.ts';
import { isSpacedPair } from '../addresses/mac-words.ts';
import { isHex } from './token.ts';

const signs = characterSet('0123456789');
const findDigit = compileFind(signs);
const leads = characterSet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:-.', ignorable);

/** Most letters that a value starts with before its first digit. */
const mostLetters = 6;
/** Pairs of letters in a hardware address of 64 bits before the one with its first digit. */
const mostPairs = 7;
const mostFours = 3;
/** Those, their separators, and a letter of the last. */
const leadWidth = 3 * mostPairs + 1;

/** The detectors of tokens, as bits. */
export const idKinds = { mac: 1, iban: 2, crypto: 4, id: 8, announced: 16, date: 32, code: 64 } as const;
const everyKind = 127;

/** Shared by all detectors of what letters and digits make together, so that text is searched once, for its digits. */
export const idSearch: Search = {
  signs,
  leads,
  leadWidth,
  seek: seekToken,
  kindsAt: kindsOf,
  isOpen: (view, from) => endsWithMonth(view, from) || pairBefore(view, from, view.end) !== none,
};

function seekToken(view: View, from: number): number {
  for (let next = from; ;) {
    const sign = findDigit(view, next);
    const start = tokenStart(view, from, sign);
    const month = start === sign || sign === view.end ? monthBefore(view, from, sign) : sign;
    const pair = pairBefore(view, from, sign);
    const address = addressStart(view, from, start);
    if (pair !== none && pair < Math.min(address, month)) return pair;
    if (address < start && address <= month && kindsOf(view, address) !== 0) return address;
    if (month < sign) return month;
    if (start >= from && start < view.end && kindsOf(view, start) !== 0) return start;
    if (sign >= view.end) return view.end;
    next = tokenEnd(view, sign);
  }
}

/** Where a month may start that stands before `sign`, `sign` where none does. */
function monthBefore(view: View, from: number, sign: number): number {
  const start = wordBefore(view, from, sign);
  return start >= from && beginsMonth(view, start) ? start : sign;
}

/** Where the token that holds what stands before `sign` starts; `none` where that is too far back. */
function tokenStart({ codes }: View, from: number, sign: number): number {
  let start = sign;
  let letters = 0;
  for (let index = sign - 1; index >= 0; index -= 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable) continue; // counted, it would hide from the whole text what a stream has begun to look at
    if (!isWord(code)) return start;
    start = index;
    letters += 1;
    if (start < from || letters > mostLetters) return none;
  }
  return start;
}

/** Where a hardware address may start of which the first digit stands in the token at `start`: pairs or fours of letters back. */
function addressStart(view: View, from: number, start: number): number {
  const separator = codeAt(view, knownBefore(view, start));
  if (separator !== colon && separator !== hyphen && separator !== dot) return start;
  let first = start;
  for (let left = separator === dot ? mostFours : mostPairs; left > 0; left -= 1) {
    const next = groupBefore(view, first, separator);
    if (next < from) break;
    first = next;
  }
  return first < start && !isWord(codeAt(view, first - 1)) ? first : start;
}

/** The last place before `index` where no character stands that draws nothing. */
function knownBefore(view: View, index: number): number {
  let before = index - 1;
  while (codeAt(view, before) === ignorable) before -= 1;
  return before;
}

/** Where the letters start that end with a separator before `end`; `none` where other characters stand there. */
function groupBefore(view: View, end: number, separator: number): number {
  let index = knownBefore(view, end);
  if (codeAt(view, index) !== separator) return none;
  for (let left = separator === dot ? 4 : 2; left > 0; left -= 1) {
    index = knownBefore(view, index);
    const code = codeAt(view, index);
    if (!isAsciiLetter(code) || !isHex(code)) return none;
  }
  return index;
}

function tokenEnd({ codes, end }: View, from: number): number {
  let index = from;
  while (index < end) {
    const code = codes[index] ?? edge;
    if (!isWord(code) && code !== ignorable) break;
    index += 1;
  }
  return index;
}

/** What the token at `start` can begin, by its letters, its first digits, and what follows them. */
function kindsOf(view: View, start: number): number {
  const { codes, end } = view;
  const address = mayBeAddress(view, start) ? idKinds.mac : 0;
  let index = start;
  let letters = 0;
  let code: number = edge;
  for (; index < end; index += 1) {
    code = codes[index] ?? edge;
    if (code === ignorable) continue;
    if (!isAsciiLetter(code)) break;
    letters += 1;
    if (letters > mostLetters) return address | kindsOfMonth(view, start);
  }
  if (index >= end) return everyKind;
  if (!isDigit(code)) return address | kindsOfMonth(view, start);
  return letters === 0
    ? address | kindsOfDigits(view, start)
    : address | kindsOfLetters(view, start, letters);
}

function kindsOfMonth(view: View, start: number): number {
  return (
    (beginsMonth(view, start) ? idKinds.date : 0) |
    (beginsPair(view, start) ? idKinds.id | idKinds.announced : 0)
  );
}

function kindsOfLetters(view: View, start: number, letters: number): number {
  if (isWord(codeAt(view, start - 1))) return 0;
  const announced = letters <= mostAnnounced && mayBeAnnounced(view, start) ? idKinds.announced : 0;
  const isCoin = letters === 2 && (codeAt(view, start) | 0x20) === 0x62;
  const known = announced | (isCoin ? idKinds.crypto : 0);
  if (letters < mostLetters && hasOneDigit(view, start)) return known;
  return known | idKinds.id | (letters === 2 ? idKinds.iban : 0);
}

/** Whether no digit, but a character that is known, follows the first digit. */
function hasOneDigit(view: View, start: number): boolean {
  let index = start;
  while (isAsciiLetter(codeAt(view, index)) || codeAt(view, index) === ignorable) index += 1;
  const next = codeAt(view, index + 1);
  return next !== edge && next !== ignorable && !isDigit(next);
}

/** Most letters that a value starts with which only words before it tell. */
export const mostAnnounced = 4;
/** Of a security code, the shortest number that words announce. */
const fewestAnnounced = 3;

function kindsOfDigits(view: View, start: number): number {
  const { codes, end } = view;
  let after: number = edge;
  let size = 0;
  for (let index = start; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable) continue;
    if (!isDigit(code)) {
      after = code;
      break;
    }
    size += 1;
  }
  if (after === edge) return everyKind;
  const isMixed = isAsciiLetter(after);
  const crypto = isMixed && isCoinDigit(codeAt(view, start)) ? idKinds.crypto : 0;
  if (!mayBeAnnounced(view, start))
    return isCodeSize(size) && followsCard(view, start) ? crypto | idKinds.code : crypto;
  const isDate = size <= 4 && size !== 3 && isDatePart(after);
  const isValue = size >= fewestAnnounced || isMixed || after === hyphen;
  return (
    crypto |
    (isCodeSize(size) ? idKinds.code : 0) |
    (isValue ? idKinds.announced : 0) |
    (isDate ? idKinds.date : 0)
  );
}

/** `1` and `3` begin addresses in base 58, `0x` one in hexadecimal. */
function isCoinDigit(code: number): boolean {
  return code === 0x31 || code === 0x33 || code === 0x30;
}

function isCodeSize(size: number): boolean {
  return size === 3 || size === 4;
}

/** Whether a date may end before `start`, or a field of a record. */
function followsCard(view: View, start: number): boolean {
  const before = codeAt(view, start - 1);
  if (before !== space) return isIn(fieldEnds, before);
  return isIn(dateMarks, codeAt(view, start - 4)) || isIn(dateMarks, codeAt(view, start - 6));
}

const fieldEnds = characterSet(',;|/');
const dateMarks = characterSet('/-');

/** What follows the day, month or year of a date. */
function isDatePart(code: number): boolean {
  return isIn(dateParts, code);
}

const dateParts = characterSet(' ./,-snrteSNRTE', ideograph);

/** Whether two hexadecimal digits and a colon or hyphen stand at `start`, or four and a dot, as far as is known. */
function mayBeAddress(view: View, start: number): boolean {
  const before = codeAt(view, start - 1);
  if (isWord(before) || before === colon) return false;
  for (let size = 0; size < 5; size += 1) {
    const code = codeAt(view, start + size);
    if (code === ignorable || code === edge) return true;
    if (size === 2 && (code === colon || code === hyphen)) return true;
    if (size === 2 && code === space) return isSpacedPair(view, start);
    if (!isHex(code)) return size === 4 && code === dot;
  }
  return false;
}
