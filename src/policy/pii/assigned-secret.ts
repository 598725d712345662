import { backslash, colon, dot, open } from '../guards/ascii.ts';
import { ignorable, isWord, letter } from '../guards/characters.ts';
import { type Attempt, characterSet, codeAt, edge, isIn, undecided, type View } from '../guards/detector.ts';
import { spell } from './number.ts';
import { isPassword, isPlaceholder, isProgramName, isRandom, isTokenBody } from './randomness.ts';
import { isQuote, kindBefore, type NameKind } from './secret-name.ts';
import { hasSign } from './token-search.ts';

const none = -1;
const equals = 0x3d;
const visible = characterSet(
  ...Array.from({ length: 0x7e - 0x20 }, (_, index) => 0x21 + index),
  letter,
  ignorable,
);
/** What ends a value without quotes around it. */
const stops = characterSet('"\'`,;&<>()[]{}|\\');
/** A value is judged by so much of it: one that is random so far, however long, is a secret. */
const judgedWidth = 128;

/** Where the secret ends that a telling name is given, and which starts at `at`; `none` where it is none. */
export function assignedEnd(view: View, at: number): Attempt {
  const kind = kindBefore(view, at);
  if (kind === undefined) return none;
  const before = codeAt(view, at - 1);
  const isQuoted = isQuote(before);
  const quote = isQuoted ? before : edge;
  let index = at;
  for (; goesOn(view, index, quote); index += 1) {
    if (index - at === judgedWidth && !isSecret(view, { kind, isQuoted, at, end: index })) return none;
  }
  // Behind a `=` nothing can be told: it pads, or it stands between a name and a value.
  const last = codeAt(view, index) === equals ? index + 1 : index;
  if (last >= view.end && !view.final) return undecided;
  const after = codeAt(view, index);
  if (after === open || (quote !== edge && after !== quote && after !== backslash)) return none;
  let end = index;
  if (quote === edge) while (isTrailing(codeAt(view, end - 1)) && end > at) end -= 1;
  return end > at && isSecret(view, { kind, isQuoted, at, end }) ? end : none;
}

function goesOn(view: View, index: number, quote: number): boolean {
  const code = codeAt(view, index);
  if (!isIn(visible, code) || code === quote) return false;
  if (quote !== edge) return code !== backslash;
  if (isIn(stops, code)) return false;
  if (code !== equals) return true;
  const next = codeAt(view, index + 1);
  return next === edge ? view.final : !isWord(next);
}

function isTrailing(code: number): boolean {
  return code === dot || code === colon || code === ignorable;
}

interface Value {
  readonly kind: NameKind;
  readonly isQuoted: boolean;
  readonly at: number;
  readonly end: number;
}

const least: Readonly<Record<NameKind, number>> = {
  password: 8,
  token: 16,
  authorization: 12,
  signature: 40,
  bot: 35,
};

function isSecret(view: View, { kind, isQuoted, at, end }: Value): boolean {
  if (end - at < least[kind] || !hasSign(view, at, end)) return false;
  const value = spell(view, at, end);
  if (value.length < least[kind] || isPlaceholder(value)) return false;
  if (kind === 'bot') return /^[\w-]{35}$/.test(value) && isTokenBody(value);
  // A program gives names to names: `secret: V1SecretSource`, `token ? KeyKind.First : KeyKind.Second`.
  const isName = !isQuoted && isProgramName(value);
  return (isRandom(value) && !isName) || (kind === 'password' && isPassword(value));
}
