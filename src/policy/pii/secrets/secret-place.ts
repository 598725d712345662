import {
  alphanumeric,
  ampersand,
  backslash,
  bar,
  colon,
  comma,
  equals,
  greater,
  hyphen,
  open,
  openBracket,
  semicolon,
  space,
} from '../../guards/ascii.ts';
import {
  ideograph,
  ignorable,
  isAsciiLetter,
  isFoldedDigit,
  isWord,
  letter,
  otherCharacter,
} from '../../guards/characters.ts';
import { characterSet, edge, isIn, none, type View } from '../../guards/detector.ts';
import { wordsBefore } from '../words/announcement.ts';
import {
  anything,
  attachedFlags,
  userBefore,
  secretKind,
  linkEnds,
  nameEnds,
  type NameKind,
  tripletAt,
  spokenKind,
} from './secret-name.ts';

const escape = 0x1b;

const quotes = characterSet('"\'`');
const openers = characterSet(' "\'`>\\*', ignorable);
const closers = characterSet(' "\'`]\\:=?!*', ignorable);
const nameCharacters = characterSet(alphanumeric, '_.-@%+', letter, ignorable);
const schemes: ReadonlySet<string> = new Set(['bearer', 'basic', 'token', 'bot', 'apikey']);

/** What may stand between a sign and its value: what opens one, colours of a terminal, and the letters of a scheme. */
export const beforeValue = characterSet(
  ' "\'`>\\*',
  ignorable,
  escape,
  '/[0123456789;m',
  ...[...schemes].flatMap((scheme) => [scheme, scheme.toUpperCase()]),
);

const openersWidth = 12;
const closersWidth = 16;
const schemeWidth = 6;
const schemeGap = 2;
const nameWidth = 48;

/** A value starts no further behind the sign before it. With all that stands before that it is within `lookBehind`. */
export const valueGap = 1 + openersWidth + schemeWidth + schemeGap;

/** A name whose value follows. */
export interface NamedSecret {
  readonly kind: NameKind;
  /** The folded character between the two, or the last of them: `=`, `:`, `|`, `>`, a space. */
  readonly sign: number;
  /** Whether the name stands in the query of an address. */
  readonly isQuery: boolean;
}

/** Where a value may start behind what may be a sign at `sign`, after `from` if both places are possible; `none` where nowhere. */
export function valueAfter(view: View, from: number, sign: number): number {
  if (!isSign(view, sign)) return none;
  const value = pastOpeners(view, sign + 1, openersWidth);
  if (value >= from) return value < view.end && kindAt(view, sign) !== undefined ? value : none;
  const behind = pastScheme(view, value);
  return behind >= from && behind < view.end && kindAt(view, sign) !== undefined ? behind : none;
}

/** The name whose value starts at `at`; undefined where none does. */
export function nameBefore(view: View, at: number): NamedSecret | undefined {
  for (let sign = at - 1; sign >= at - valueGap; sign -= 1) {
    if (!isSign(view, sign)) continue;
    const value = pastOpeners(view, sign + 1, openersWidth);
    if (value !== at && pastScheme(view, value) !== at) continue;
    const kind = kindAt(view, sign);
    if (kind !== undefined) return { kind, sign: view.codeAt(sign), isQuery: isInQuery(view, sign) };
  }
  return undefined;
}

export function isQuote(code: number): boolean {
  return isIn(quotes, code);
}

const signs = characterSet(':=|>,( pP', ideograph);

/** Whether a name may end before `sign`, by a glance. */
function isSign(view: View, sign: number): boolean {
  const code = view.codeAt(sign);
  if (!isIn(signs, code)) return false;
  if (code === colon || code === equals) return true;
  const before = view.codeAt(sign - 1);
  switch (code) {
    case space:
    case ideograph:
      return mayLink(view, sign);
    case comma:
      return isQuote(before);
    case open:
      return isQuote(view.codeAt(sign + 1)) && endsName(view, sign - 1);
    case greater:
      return endsName(view, sign - 1);
    case bar:
      return endsName(view, pastClosers(view, sign - 1));
    default:
      return before === hyphen && view.codeAt(sign - 2) === space;
  }
}

/** Whether words before a space, or an ideograph, may speak of a value behind it: most are told by three characters. */
function mayLink(view: View, sign: number): boolean {
  const { codes } = view;
  const next = view.codeAt(sign + 1);
  if (codes[sign] === ideograph) return next !== ideograph && '是为為は는은'.includes(view.text.charAt(sign));
  return next !== space && next !== hyphen && endsLink(view, sign - 1);
}

function endsLink(view: View, at: number): boolean {
  const last = view.codeAt(at);
  if (last < letter) {
    const needed = linkEnds[tripletAt(view.codeAt(at - 2), view.codeAt(at - 1), last)] ?? 0;
    return needed === anything || (needed !== 0 && needed === (view.codeAt(at - 3) | 0x20));
  }
  return last !== edge && last !== otherCharacter && 'ьоéèя는은は是'.includes(view.text.charAt(at));
}

function kindAt(view: View, sign: number): NameKind | undefined {
  const code = view.codeAt(sign);
  if (code === space) return spokenKind(wordsBefore(view, sign, nameWidth));
  if (code === ideograph) return secretKind(wordsBefore(view, sign + 1, nameWidth + 1), false);
  if (isAsciiLetter(code))
    return attachedFlags.test(wordsBefore(view, sign + 1, nameWidth + 1)) ? 'password' : undefined;
  if (code === colon) {
    if (isBot(view, sign)) return 'bot';
    if (mayBeUser(view, sign) && userBefore.test(wordsBefore(view, sign, nameWidth))) return 'password';
  }
  const last = code === greater || code === open ? sign - 1 : pastClosers(view, sign - 1);
  const isSpoken = code === colon && last === sign - 1 && endsLink(view, last);
  if (!isSpoken && !endsName(view, last)) return undefined;
  const words = wordsBefore(view, last + 1, nameWidth);
  if (isSpoken) return spokenKind(words) ?? secretKind(words, false);
  if (code === greater && !opensElement.test(words)) return undefined;
  if (code === bar && !beginsCell.test(words)) return undefined;
  if (code === comma && !isArgument.test(words)) return undefined;
  return secretKind(words, code === equals && last === sign - 1);
}

const opensElement = /<[a-z][\w:.-]*$/i;
const isArgument = /\(\s?["'][\w.-]+$/;
const beginsCell = /\|[^|\n]*$/;

function pastOpeners(view: View, from: number, width: number): number {
  let index = from;
  while (index < from + width) {
    const code = view.codeAt(index);
    if (isIn(openers, code)) index += 1;
    else if (code === escape) {
      const past = pastColour(view, index);
      if (past === index || past > from + width) return index;
      index = past;
    } else return index;
  }
  return index;
}

const colourWidth = 12;

/** The index behind what sets a terminal's colour at `from` (ECMA-48, SGR), or `from`. */
function pastColour(view: View, from: number): number {
  if (view.codeAt(from + 1) !== openBracket) return from;
  for (let index = from + 2; index < from + colourWidth; index += 1) {
    const code = view.codeAt(index);
    if (code === 0x6d) return index + 1;
    if (!isFoldedDigit(code) && code !== semicolon) return from;
  }
  return from;
}

/** The last index before which a name may end, at `from` or before it. */
function pastClosers(view: View, from: number): number {
  let index = from;
  while (index > from - closersWidth) {
    const code = view.codeAt(index);
    if (isIn(closers, code)) index -= 1;
    else if (code === 0x6d) {
      let start = index - 1;
      while (
        start > index - colourWidth &&
        (isFoldedDigit(view.codeAt(start)) || view.codeAt(start) === semicolon)
      )
        start -= 1;
      if (view.codeAt(start) !== openBracket || view.codeAt(start - 1) !== escape) return index;
      index = start - 2;
    } else return index;
  }
  return index;
}

/** The index behind `Bearer ` at `from`, or `from`. */
function pastScheme(view: View, from: number): number {
  let name = '';
  let index = from;
  for (; name.length <= schemeWidth && isAsciiLetter(view.codeAt(index)); index += 1)
    name += String.fromCharCode(view.codeAt(index));
  if (view.codeAt(index) !== space || !schemes.has(name.toLowerCase())) return from;
  return pastOpeners(view, index, schemeGap);
}

/** Whether what ends at `last` may be a name, by its last three characters; the number of one is passed over. */
function endsName(view: View, last: number): boolean {
  let index = last;
  const code = view.codeAt(index);
  if (code === letter || code === ideograph) return true;
  if (isFoldedDigit(code)) {
    index -= 1;
    if (!isAsciiLetter(view.codeAt(index))) index -= 1;
  }
  const third = view.knownBefore(index + 1);
  const second = view.knownBefore(third);
  const first = view.knownBefore(second);
  if (view.codeAt(first) === letter || view.codeAt(second) === letter) return true;
  return nameEnds[tripletAt(view.codeAt(first), view.codeAt(second), view.codeAt(third))] === 1;
}

const fewestBotDigits = 8;
const mostBotDigits = 10;

/** `123456789:`: the number of a Telegram bot, before its token. */
function isBot(view: View, sign: number): boolean {
  if (!isFoldedDigit(view.codeAt(sign - 1)) || !isWord(view.codeAt(sign + 1))) return false;
  let size = 0;
  while (size <= mostBotDigits && isFoldedDigit(view.codeAt(sign - 1 - size))) size += 1;
  return size >= fewestBotDigits && size <= mostBotDigits;
}

const longestUser = 24;

/** Whether `-u name`, or another field, may stand before the colon. */
function mayBeUser(view: View, sign: number): boolean {
  const index = beforeName(view, sign, longestUser);
  if (index === sign - 1) return false;
  const code = view.codeAt(index);
  if (code === colon) return true;
  const before = view.codeAt(isQuote(code) ? index - 2 : index - 1) | 0x20;
  return before === 0x75 || before === 0x72;
}

/** Whether the name before the sign stands behind the `?` or `&` of an address. */
function isInQuery(view: View, sign: number): boolean {
  if (view.codeAt(sign) !== equals) return false;
  const code = view.codeAt(beforeName(view, sign, nameWidth));
  return code === 0x3f || code === ampersand;
}

/** The last index before the name that ends at `sign`, as far as it is looked for. */
function beforeName(view: View, sign: number, width: number): number {
  let index = sign - 1;
  while (index > sign - width && isIn(nameCharacters, view.codeAt(index))) index -= 1;
  return index;
}

/** Whether a word starts at `at`: behind an escaped line break one does too. */
export function startsWord(view: View, at: number): boolean {
  const before = view.codeAt(at - 1);
  if (!isWord(before)) return true;
  const isBreak = before === 0x6e || before === 0x72 || before === 0x74;
  return isBreak && view.codeAt(at - 2) === backslash;
}
