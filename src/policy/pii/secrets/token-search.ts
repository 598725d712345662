import { colon, hyphen, slash, space, underscore } from '../../guards/ascii.ts';
import { ideograph, ignorable, isWord, letter } from '../../guards/characters.ts';
import {
  characterSet,
  edge,
  isIn,
  type MatchEnd,
  none,
  type Search,
  undecided,
  type View,
} from '../../guards/detector.ts';
import { linkEnds, tripletAt } from './secret-name.ts';
import { beforeValue, startsWord, valueAfter, valueGap } from './secret-place.ts';
import { isBareInitial, prefixAt, prefixWidth } from './token-prefixes.ts';

/** The detectors of tokens, as bits. */
export const tokenKinds = { secret: 1, credentials: 2, armour: 4 } as const;

/** A match holds one of these among its first `leadWidth` characters: the capitals are in keys of capitals and few digits. */
const tokenSigns = characterSet('0123456789-_=:+(@%KQXZ');
const leadWidth = 64;

/** Everything visible: passwords are made of it. */
export const visible = characterSet(
  ...Array.from({ length: 0x7e - 0x20 }, (_, index) => 0x21 + index),
  letter,
  ignorable,
);

const passed = 0;
/** A hyphen or underscore, which nearly every prefix has and armour begins with; the first letter of a prefix without one; what draws nothing inside one. */
const prefixed = 1;
/** What stands between a name and its value. */
const assignment = 2;
/** What may stand between words and the value they speak of. */
const gap = 3;

/** What stands before the sign of a match, with all that tells where it starts. */
const farthest = leadWidth + valueGap;

const assignments = characterSet(':=,(|>');

/** What every prefix, name and armour has is one of these. */
const anchors = Uint8Array.from({ length: edge + 1 }, (_, code) => {
  if (code === space || code === ideograph) return gap;
  if (isIn(assignments, code)) return assignment;
  const isOfPrefix = code === hyphen || code === underscore || code === ignorable || isBareInitial(code);
  return isOfPrefix ? prefixed : passed;
});

/**
 * Shared by all detectors of what starts with letters, so that text is searched once: places where a telling prefix
 * stands, a value behind a telling name, what follows `://`, and armour.
 */
export const tokenSearch: Search = {
  signs: tokenSigns,
  leads: visible,
  leadWidth,
  seek(view, from) {
    const { codes, runs, end } = view;
    // The letter of a flag may stand at `from` itself, its hyphen before.
    for (let sign = firstSign(codes, from); sign <= from && sign < end; sign += 1) {
      if (!mayBeSign(codes, sign)) continue;
      const start = behindSign(view, from, sign);
      if (start !== none) return start;
    }
    for (let anchor = from; anchor < end; anchor += 1) {
      const sort = anchors[codes[anchor] ?? edge] ?? passed;
      if (sort === passed) continue;
      if (sort === gap) {
        const run = runs[anchor] ?? 0;
        if (run > farthest) anchor += run - farthest;
        else if (mayEndLink(codes, anchor)) {
          const start = valueAfter(view, from, anchor);
          if (start !== none) return start;
        }
        continue;
      }
      const start = sort === assignment ? behindSign(view, from, anchor) : startAt(view, from, anchor);
      if (start !== none) return start;
    }
    return view.final ? end : firstToken(view, Math.max(from, end - prefixWidth), end);
  },
  kindsAt(view, at) {
    const code = view.codeAt(at);
    if (code === hyphen) return tokenKinds.armour | tokenKinds.secret;
    if (view.codeAt(at - 1) === slash) return tokenKinds.credentials | tokenKinds.secret;
    return tokenKinds.secret;
  },
};

/** The first place whose value may begin at `from` or behind it, if it is a sign. */
function firstSign(codes: Uint8Array, from: number): number {
  const least = Math.max(0, from - valueGap);
  let sign = from;
  while (sign > least && isIn(beforeValue, codes[sign - 1] ?? edge)) sign -= 1;
  return Math.max(least, sign - 1);
}

function mayBeSign(codes: Uint8Array, index: number): boolean {
  const code = codes[index] ?? edge;
  const sort = anchors[code];
  if (sort === passed) return (code | 0x20) === 0x70 && codes[index - 1] === hyphen;
  return sort === assignment || (sort === gap && mayEndLink(codes, index));
}

/**
 * Whether words that speak of a value may end before `index`, by their last characters: nearly all spaces are told by it. An
 * ideograph is itself the last of them.
 */
function mayEndLink(codes: Uint8Array, index: number): boolean {
  if (codes[index] === ideograph) return true;
  const last = codes[index - 1] ?? 0;
  return last >= letter || linkEnds[tripletAt(codes[index - 3] ?? 0, codes[index - 2] ?? 0, last)] !== 0;
}

/** Whether [at, end) holds a sign early enough: what does not is passed over before any detector is asked. */
export function hasSign(view: View, at: number, end: number): boolean {
  const stop = Math.min(end, at + leadWidth);
  for (let index = at; index < stop; index += 1) if (isIn(tokenSigns, view.codeAt(index))) return true;
  return false;
}

/** The first place from `from` on that a letter, a joint or a disguise makes worth asking; `none` where none is. */
function startAt(view: View, from: number, anchor: number): number {
  const code = view.codeAt(anchor);
  if (isBareInitial(code)) return beginsToken(view, anchor) ? anchor : none;
  if (code === hyphen && (view.codeAt(anchor + 1) | 0x20) === 0x70) {
    const start = valueAfter(view, from, anchor + 1);
    if (start !== none) return start;
  }
  const first = Math.max(from, anchor - prefixWidth);
  if (code === ignorable) {
    // What stands before others of the kind has been looked at with the first of them.
    if (view.codeAt(anchor - 1) === ignorable) return none;
    const found = firstToken(view, first, anchor + 1);
    return found > anchor ? none : found;
  }
  let start = anchor;
  while (start > first && isWord(view.codeAt(start - 1))) start -= 1;
  if (beginsToken(view, start)) return start;
  if (start < anchor && beginsToken(view, start + 1)) return start + 1;
  return code === hyphen && anchor >= from && pastLiteral(view, anchor, armour) !== none ? anchor : none;
}

/** The first place in [first, last) where a prefix stands or may come to stand, `view.end` where none does. */
function firstToken(view: View, first: number, last: number): number {
  for (let start = first; start < last; start += 1) if (beginsToken(view, start)) return start;
  return view.end;
}

function beginsToken(view: View, at: number): boolean {
  return startsWord(view, at) && prefixAt(view, at) !== none;
}

/** What a key in armour begins with. */
export const armour = '-----BEGIN ';

/** The index behind `literal` at `at`, `none`, or `undecided`. */
export function pastLiteral(view: View, at: number, literal: string): MatchEnd {
  for (let index = 0; index < literal.length; index += 1) {
    const code = view.codeAt(at + index);
    if (code === edge) return view.final ? none : undecided;
    if (code !== literal.charCodeAt(index)) return none;
  }
  return at + literal.length;
}

function behindSign(view: View, from: number, sign: number): number {
  if (view.codeAt(sign) !== colon || view.codeAt(sign + 1) !== slash) return valueAfter(view, from, sign);
  const start = sign + 3;
  if (start < from || start >= view.end) return none;
  return isScheme(view, sign) ? start : none;
}

/** Whether the colon ends the scheme of a URL. */
function isScheme(view: View, sign: number): boolean {
  return isWord(view.codeAt(sign - 1)) && view.codeAt(sign + 2) === slash;
}
