import { backslash, colon, space } from '../guards/ascii.ts';
import { ignorable, isAsciiLetter, isDigit, isWord } from '../guards/characters.ts';
import { characterSet, codeAt, isIn, type View } from '../guards/detector.ts';

/** What the name before a value says of it. */
export type NameKind = 'password' | 'token' | 'authorization' | 'signature' | 'bot';

const equals = 0x3d;
const password = /(?:(?<![a-z])pass|passw(?:or)?d|passphrase|passwort|pwd)s?\d?$/;
const token =
  /(?:secret|token|(?:api|access|account|auth|secret|private|signing|encryption|master)[_.-]?key|credential)s?(?:[_-]?(?:key|value|\d))?$/;
const otherToken =
  /(?:page|next|continuation|sync|cursor|pad|eos|bos|mask|unk|sep|cls|stop|special|max|min)[_.-]?tokens?$/;
const authorization = /authorization$/;
const signature = /(?<![a-z])sig$/;

/** What those names end with: others are not read. */
const lastOfName = characterSet('detynslgDETYNSLG0123456789');
const nameCharacters = characterSet(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-',
  ignorable,
);
const closers = characterSet(' "\'`]\\:=?!', ignorable);
const quotes = characterSet('"\'`');
const openers = characterSet(' "\'`>\\');
const schemes: ReadonlySet<string> = new Set(['bearer', 'basic', 'token', 'bot', 'apikey']);

const nameWidth = 26;
const closersWidth = 4;
const gapWidth = 4;
const schemeWidth = 6;

/** A value starts no further behind its `=` or `:`. With all that stands before those it is within `lookBehind`. */
export const valueGap = 1 + gapWidth + schemeWidth + gapWidth;

/** Where a value may start behind the `=` or `:` at `sign`, after `from` if both places are possible; `none` where nowhere. */
export function valueAfter(view: View, from: number, sign: number): number {
  const value = pastOpeners(view, sign + 1);
  if (value >= from) return value < view.end && kindAt(view, sign) !== undefined ? value : noValue;
  const behind = pastScheme(view, value);
  return behind >= from && behind < view.end && kindAt(view, sign) !== undefined ? behind : noValue;
}

export const noValue = -1;

/** What the name says whose value starts at `at`; undefined where none does. */
export function kindBefore(view: View, at: number): NameKind | undefined {
  for (let sign = at - 1; sign >= at - valueGap; sign -= 1) {
    const code = codeAt(view, sign);
    if (code !== equals && code !== colon) continue;
    const value = pastOpeners(view, sign + 1);
    if (value === at || pastScheme(view, value) === at) return kindAt(view, sign);
  }
  return undefined;
}

export function isQuote(code: number): boolean {
  return isIn(quotes, code);
}

function pastOpeners(view: View, from: number): number {
  let index = from;
  while (index < from + gapWidth && isIn(openers, codeAt(view, index))) index += 1;
  return index;
}

/** The index behind `Bearer ` at `from`, or `from`. */
function pastScheme(view: View, from: number): number {
  let name = '';
  let index = from;
  for (; name.length <= schemeWidth && isAsciiLetter(codeAt(view, index)); index += 1)
    name += String.fromCharCode(codeAt(view, index));
  return codeAt(view, index) === space && schemes.has(name.toLowerCase()) ? pastOpeners(view, index) : from;
}

function kindAt(view: View, sign: number): NameKind | undefined {
  let last = sign - 1;
  while (last >= sign - closersWidth && isIn(closers, codeAt(view, last))) last -= 1;
  if (!isIn(lastOfName, codeAt(view, last))) return undefined;
  if (last === sign - 1 && isBot(view, sign)) return 'bot';
  let name = '';
  for (let index = last; index > last - nameWidth; index -= 1) {
    const code = codeAt(view, index);
    if (!isIn(nameCharacters, code)) break;
    if (code !== ignorable) name = String.fromCharCode(code) + name;
  }
  return kindOf(name.toLowerCase());
}

function kindOf(name: string): NameKind | undefined {
  if (password.test(name)) return 'password';
  if (token.test(name)) return otherToken.test(name) ? undefined : 'token';
  if (authorization.test(name)) return 'authorization';
  return signature.test(name) ? 'signature' : undefined;
}

const fewestBotDigits = 8;
const mostBotDigits = 10;

/** `123456789:`: the number of a Telegram bot, before its token. */
function isBot(view: View, sign: number): boolean {
  if (codeAt(view, sign) !== colon || !isWord(codeAt(view, sign + 1))) return false;
  let size = 0;
  while (size <= mostBotDigits && isDigit(codeAt(view, sign - 1 - size))) size += 1;
  return size >= fewestBotDigits && size <= mostBotDigits;
}

/** Whether a word starts at `at`: behind an escaped line break one does too. */
export function startsWord(view: View, at: number): boolean {
  const before = codeAt(view, at - 1);
  if (!isWord(before)) return true;
  const isBreak = before === 0x6e || before === 0x72 || before === 0x74;
  return isBreak && codeAt(view, at - 2) === backslash;
}
