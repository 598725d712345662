import { colon, dot, hyphen, newLine, space } from '../../guards/ascii.ts';
import { isAsciiLetter, isFoldedDigit, isFoldedHex, isWord } from '../../guards/characters.ts';
import { edge, endUnless, lookBehind, none, undecided, type View } from '../../guards/detector.ts';
import { beginsToken, tokenGoesOn } from '../ids/token.ts';
import { isWeight } from '../numbers/dump-line.ts';
import type { Value } from '../search/beginning.ts';
import { addressAhead, addressHeads, isSpacedPair } from './mac-ahead.ts';

/**
 * Hardware addresses of 48 and 64 bits: pairs with colons or hyphens, fours with dots. Without a letter they are a time as
 * often, and without a digit nobody's (`ff:ff:…`, all machines) or words. Pairs with spaces are any bytes but where words
 * say what they are; the first of them must hold a digit, since words could be.
 */
export const macAddress: Value = {
  entity: 'MAC_ADDRESS',
  begins: [...addressHeads, addressAhead],
  endAt(view, at) {
    if (!beginsAddress(view, at)) return none;
    return isSpacedPair(view, at) ? readSpaced(view, at) : readPairs(view, at);
  },
};

const least = 12;
const most = 16;

function beginsAddress(view: View, at: number): boolean {
  const before = view.codeAt(at - 1);
  if (before === colon || isWeight(view, at) || isContinued(view, at)) return false;
  if (before === hyphen || before === dot) return !isFoldedHex(view.codeAt(at - 2));
  return beginsToken(view, at);
}

/** Whether the line before ends with a pair and a colon: a fingerprint or a key over many lines, of which this is the last. */
function isContinued(view: View, at: number): boolean {
  const furthest = at - lookBehind + 3;
  let index = at - 1;
  while (index > furthest && view.codeAt(index) === space) index -= 1;
  if (view.codeAt(index) !== newLine) return false;
  return view.codeAt(index - 1) === colon && isFoldedHex(view.codeAt(index - 2));
}

const spacedPairs = 6;

/** Where six pairs with spaces between end, and no seventh follows that shows itself as one by a digit. */
function readSpaced(view: View, start: number): number {
  let index = start;
  let end = start;
  let letters = 0;
  for (let pair = 0; pair <= spacedPairs; pair += 1) {
    const first = view.pastIgnorable(index);
    const second = view.pastIgnorable(first + 1);
    const behind = view.pastIgnorable(second + 1);
    const [one, other, next] = [view.codeAt(first), view.codeAt(second), view.codeAt(behind)];
    if (next === edge && !view.final) return undecided;
    const isPair = isFoldedHex(one) && isFoldedHex(other) && !isWord(next);
    const isTold = isFoldedDigit(one) || isFoldedDigit(other);
    if (pair === spacedPairs) return letters === 0 || (isPair && isTold) ? none : end;
    if (!isPair) return none;
    letters += Number(!isFoldedDigit(one)) + Number(!isFoldedDigit(other));
    end = second + 1;
    if (pair === spacedPairs - 1 && next !== space) break;
    if (next !== space) return none;
    index = behind + 1;
  }
  return letters === 0 ? none : endUnless(tokenGoesOn(view, end), end);
}

/** Where the address at `start` ends. */
function readPairs(view: View, start: number): number {
  let separator: number = edge;
  let size = 0;
  let digits = 0;
  let count = 0;
  let end = start;
  for (let index = start; count <= most; index = view.pastIgnorable(index + 1)) {
    const code = view.codeAt(index);
    if (code === edge && !view.final) return undecided;
    if (isFoldedHex(code)) {
      if (size === groupSize(separator)) return none;
      count += 1;
      size += 1;
      if (isFoldedDigit(code)) digits += 1;
      end = index + 1;
      continue;
    }
    if (separator === edge && size === groupSize(code)) separator = code;
    if (code !== separator || size !== groupSize(separator)) break;
    const next = view.codeAt(view.pastIgnorable(index + 1));
    if (next === edge && !view.final) return undecided;
    if (!isFoldedHex(next)) break;
    size = 0;
  }
  if ((count !== least && count !== most) || size !== groupSize(separator)) return none;
  if (digits === 0 || digits === count) return none;
  return endUnless(addressGoesOn(view, end, separator), end);
}

/** How many digits stand between two of a separator; of none there are no more than four. */
function groupSize(separator: number): number {
  if (separator === colon || separator === hyphen) return 2;
  return separator === dot || separator === edge ? 4 : 0;
}

/** A colon and a digit behind are a port or another pair. */
function addressGoesOn(view: View, end: number, separator: number): boolean | undefined {
  if (view.codeAt(end) !== colon) return tokenGoesOn(view, end);
  const next = view.codeAt(view.pastIgnorable(end + 1));
  if (next === edge) return view.final ? false : undefined;
  return separator === colon && (isFoldedDigit(next) || (isAsciiLetter(next) && isFoldedHex(next)));
}
