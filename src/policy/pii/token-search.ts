import { colon, hyphen, slash } from '../guards/ascii.ts';
import { ignorable, isWord, letter } from '../guards/characters.ts';
import { characterSet, codeAt, edge, isIn, type Search, type View } from '../guards/detector.ts';
import { noValue, startsWord, valueAfter, valueGap } from './secret-name.ts';
import { noPrefix, prefixAt, prefixWidth } from './token-prefixes.ts';

/** The detectors of tokens, as bits. */
export const tokenKinds = { secret: 1, credentials: 2, armour: 4 } as const;

/** A match holds one of these among its first `leadWidth` characters: the capitals are in keys of capitals and few digits. */
export const tokenSigns = characterSet('0123456789-_=:+(@%KQXZ');
export const leadWidth = 64;

/** Everything visible: passwords are made of it. */
const leads = characterSet(
  ...Array.from({ length: 0x7e - 0x20 }, (_, index) => 0x21 + index),
  letter,
  ignorable,
);

/** Characters that read as another or as none: where one stands, a token may be disguised. */
const disguises =
  '\\u2010-\\u2015\\u2212\\uff0d\\uff1a\\uff1d\\uff21-\\uff3a\\uff3f\\uff41-\\uff5a\\u00ad\\u034f\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff';

/** What every prefix, name and armour has, and little else. */
const anchors = new RegExp(
  [
    `[-_=:${disguises}]`,
    'A(?:KIA|SIA|BIA|CCA|Iza|TATT|C[0-9a-f]{6})',
    'SK[0-9a-f]{6}',
    'LTAI|eyJ|ya29|dapi|SG\\.|hv[sbr]\\.|dp\\.(?=pt)|xoxe\\.',
  ].join('|'),
  'g',
);

/**
 * Shared by all detectors of what starts with letters, so that text is searched once: places where a telling prefix
 * stands, a value behind a telling name, what follows `://`, and armour.
 */
export const tokenSearch: Search = {
  signs: tokenSigns,
  leads,
  leadWidth,
  seek(view, from) {
    const { text, end } = view;
    for (let sign = Math.max(0, from - valueGap); sign < from; sign += 1) {
      const code = codeAt(view, sign);
      const start = code === colon || code === equals ? behindSign(view, from, sign) : noValue;
      if (start !== noValue) return start;
    }
    anchors.lastIndex = from;
    while (anchors.lastIndex < end && anchors.test(text)) {
      const anchor = anchors.lastIndex - 1;
      if (anchor >= end) break;
      const start = startAt(view, from, anchor);
      if (start !== noValue) return start;
    }
    return view.final ? end : firstToken(view, Math.max(from, end - prefixWidth), end);
  },
  kindsAt(view, at) {
    const code = codeAt(view, at);
    if (code === hyphen) return tokenKinds.armour | tokenKinds.secret;
    if (codeAt(view, at - 1) === slash) return tokenKinds.credentials | tokenKinds.secret;
    return tokenKinds.secret;
  },
};

/** Whether [at, end) holds a sign early enough: what does not is passed over before any detector is asked. */
export function hasSign(view: View, at: number, end: number): boolean {
  const stop = Math.min(end, at + leadWidth);
  for (let index = at; index < stop; index += 1) if (isIn(tokenSigns, codeAt(view, index))) return true;
  return false;
}

const equals = 0x3d;
const armour = '-----BEGIN ';

/** The first place from `from` on that the anchor makes worth asking; `noValue` where none is. */
function startAt(view: View, from: number, anchor: number): number {
  const code = codeAt(view, anchor);
  if (code === colon || code === equals) return behindSign(view, from, anchor);
  const first = Math.max(from, anchor - prefixWidth);
  if (view.text.charCodeAt(anchor) >= 0x80) {
    const found = firstToken(view, first, anchor + 1);
    return found > anchor ? noValue : found;
  }
  let start = anchor;
  while (start > first && isWord(codeAt(view, start - 1))) start -= 1;
  if (beginsToken(view, start)) return start;
  if (start < anchor && beginsToken(view, start + 1)) return start + 1;
  return code === hyphen && anchor >= from && beginsArmour(view, anchor) ? anchor : noValue;
}

/** The first place in [first, last) where a prefix stands or may come to stand, `view.end` where none does. */
function firstToken(view: View, first: number, last: number): number {
  for (let start = first; start < last; start += 1) if (beginsToken(view, start)) return start;
  return view.end;
}

function beginsToken(view: View, at: number): boolean {
  return startsWord(view, at) && prefixAt(view, at) !== noPrefix;
}

function beginsArmour(view: View, at: number): boolean {
  for (let index = 0; index < armour.length; index += 1) {
    const code = codeAt(view, at + index);
    if (code === edge) return !view.final;
    if (code !== armour.charCodeAt(index)) return false;
  }
  return true;
}

function behindSign(view: View, from: number, sign: number): number {
  if (codeAt(view, sign + 1) !== slash) return valueAfter(view, from, sign);
  const start = sign + 3;
  if (start < from || start >= view.end) return noValue;
  return isScheme(view, sign) ? start : noValue;
}

/** Whether the colon ends the scheme of a URL. */
function isScheme(view: View, sign: number): boolean {
  return isWord(codeAt(view, sign - 1)) && codeAt(view, sign + 2) === slash;
}
