import {
  alphanumeric,
  ampersand,
  backslash,
  bar,
  close,
  closeBracket,
  colon,
  comma,
  equals,
  greater,
  hyphen,
  less,
  open,
  openBracket,
  semicolon,
  slash,
  space,
  underscore,
} from '../../guards/ascii.ts';
import { ignorable, isAsciiLetter, isWord, letter, plainText } from '../../guards/characters.ts';
import {
  type MatchEnd,
  characterSet,
  edge,
  isIn,
  none,
  undecided,
  type View,
} from '../../guards/detector.ts';
import { spell } from '../numbers/number.ts';
import {
  isCalled,
  isPassphrase,
  isPassword,
  isPlaceholder,
  isProgramName,
  isRandom,
  isTokenBody,
} from './randomness.ts';
import type { NameKind } from './secret-name.ts';
import { isQuote, nameBefore, type NamedSecret } from './secret-place.ts';
import { hasSign, visible } from './token-search.ts';

/** A value is judged by so much of it: one that is random so far, however long, is a secret. */
const judgedWidth = 128;

/** Where the secret ends that a telling name is given, and which starts at `at`; `none` where it is none. */
export function assignedEnd(view: View, at: number): MatchEnd {
  const named = nameBefore(view, at);
  if (named === undefined) return none;
  const before = view.codeAt(at - 1);
  const value = { view, named, at, quote: isQuote(before) ? before : edge };
  for (let index = at; ; index += 1) {
    if (index - at === judgedWidth && !isSecret(value, index)) return none;
    switch (stepAt(value, index)) {
      case 'on':
        continue;
      case 'unknown':
        return undecided;
      case 'code':
        return none;
      case 'end': {
        const end = trimmed(value, index);
        return end > at && isSecret(value, end) ? end : none;
      }
    }
  }
}

interface Value {
  readonly view: View;
  readonly named: NamedSecret;
  readonly at: number;
  /** The quote around it, or `edge`. */
  readonly quote: number;
}

/** Whether a value goes on with a character, ends before it, is part of a program by it, or which of these later text can tell. */
type Step = 'on' | 'end' | 'code' | 'unknown';

function stepAt(value: Value, index: number): Step {
  const { view, quote } = value;
  const code = view.codeAt(index);
  if (code === edge) return view.final ? 'end' : 'unknown';
  if (value.named.kind === 'bot' && code !== hyphen && code !== underscore && !isWord(code)) return 'end';
  if (quote !== edge) return quotedStep(value, index, code);
  if (!isIn(visible, code)) return 'end';
  return steps[code] === plain ? 'on' : openStep(value, index, code);
}

const plain = 0;
/** What may end a value without quotes around it. */
const steps = characterSet('"\'`,;&<>()[]{}|\\=');

/** Between quotes it ends with the same quote; one that words go on behind is part of it, unless it opens another value. */
function quotedStep({ view, at, quote, named }: Value, index: number, code: number): Step {
  // No match holds a space before its first sign, so with none yet this place is given up: waiting for more would only delay others.
  if (code === space) return named.kind === 'password' && hasSign(view, at, index) ? 'on' : 'code';
  if (code === openBracket) return markerStep(view, index + 1);
  if (code !== quote && code !== backslash) return isIn(visible, code) ? 'on' : 'end';
  const next = view.codeAt(index + 1);
  if (next === edge) return view.final ? 'end' : 'unknown';
  const isEscaped = view.codeAt(at - 2) === backslash;
  if (code === backslash) return isEscaped || isEscape(next) ? 'end' : 'on';
  const before = view.codeAt(index - 1);
  if (before === backslash) return 'on';
  return isIn(insideQuotes, next) && !isIn(beforeOpening, before) ? 'on' : 'end';
}

/** Capitals in brackets, `[EMAIL]`, stand for what was there. */
function markerStep(view: View, from: number): Step {
  for (let index = from; index < from + 3; index += 1) {
    const code = view.codeAt(index);
    if (code === edge) return view.final ? 'on' : 'unknown';
    if (!isIn(capitals, code)) return 'on';
  }
  return 'end';
}

const capitals = characterSet('ABCDEFGHIJKLMNOPQRSTUVWXYZ_');

/** Of a line break or a character by its number. */
function isEscape(code: number): boolean {
  return code === 0x6e || code === 0x72 || code === 0x74 || code === 0x75;
}

const insideQuotes = characterSet(alphanumeric, '_#$%^&*@~', letter);
const beforeOpening = characterSet('=:(,[{ +');

function openStep(value: Value, index: number, code: number): Step {
  const { view, at, named } = value;
  if (index === at) return 'code';
  if (code === equals) return isProgramName(spell(view, at, index)) ? 'code' : 'on';
  if (code === open || code === openBracket || code === openBrace) {
    if (named.kind !== 'password' || isCalled(spell(view, at, index))) return 'code';
    return code === openBracket ? 'end' : 'on';
  }
  if (code === closeBracket) return 'end'; // of what stands for a value
  if ((code === less && named.sign === greater) || (code === bar && named.sign === bar)) return 'end';
  const next = view.codeAt(index + 1);
  if (next === edge) return view.final ? 'end' : 'unknown';
  if (code === ampersand && named.isQuery) return 'end';
  if (code === ampersand || code === comma || code === semicolon)
    return isIn(visible, next) && !isQuote(next) ? fieldStep(view, index + 1) : 'end';
  if (code === less) return next === slash || isAsciiLetter(next) ? 'end' : 'on';
  if (code === backslash) return isEscape(next) || isQuote(next) ? 'end' : 'on';
  return isWord(next) || next === letter || hasOpened(value, index, code) ? 'on' : 'end';
}

const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Whether a bracket closes one of the value. */
function hasOpened({ view, at }: Value, index: number, code: number): boolean {
  if (code !== close && code !== closeBrace) return false;
  return view.codes.subarray(at, index).includes(code === close ? open : openBrace);
}

const fieldWidth = 32;
const fieldCharacters = characterSet(alphanumeric, '_.-; [', ignorable);

/** Whether another field, `name=`, begins at `from`. */
function fieldStep(view: View, from: number): Step {
  for (let index = from; index < from + fieldWidth; index += 1) {
    const code = view.codeAt(index);
    if (code === edge) return view.final ? 'on' : 'unknown';
    if (code === equals || code === colon) return index > from ? 'end' : 'on';
    if (!isIn(fieldCharacters, code)) return 'on';
  }
  return 'on';
}

const trailing = characterSet('.:,;?', ignorable);
const asterisk = 0x2a;

/** The end of the value without the punctuation of a sentence around it; of words in quotes that nobody closed, the first. */
function trimmed({ view, at, quote }: Value, index: number): number {
  let end = index;
  if (quote !== edge) {
    const code = view.codeAt(index);
    const isEscaped = code === backslash && view.codeAt(index + 1) === quote;
    if (code === quote || isEscaped) return index;
    for (end = at; end < index; end += 1) {
      const inner = view.codeAt(end);
      if (inner === space || inner === quote || inner === openBracket) break;
    }
  }
  while (end > at && isIn(trailing, view.codeAt(end - 1))) end -= 1;
  if (view.codeAt(at - 1) === asterisk) while (end > at && view.codeAt(end - 1) === asterisk) end -= 1;
  return end;
}

const least: Readonly<Record<NameKind, number>> = {
  password: 8,
  token: 16,
  authorization: 12,
  signature: 40,
  bot: 35,
};

function isSecret({ view, named: { kind }, at, quote }: Value, end: number): boolean {
  if (end - at < least[kind]) return false;
  const value = plainText(view.text.slice(at, end));
  if (value.length < least[kind] || isPlaceholder(value)) return false;
  if (!hasSign(view, at, end)) return false;
  if (value.includes(' ')) return isPassphrase(value);
  if (kind === 'bot') return /^[\w-]{35}$/.test(value) && isTokenBody(value);
  // A program gives names to names: `secret: V1SecretSource`, `token ? KeyKind.First : KeyKind.Second`.
  if (isProgramName(value, quote !== edge)) return false;
  return isRandom(value) || (kind === 'password' && isPassword(value));
}
