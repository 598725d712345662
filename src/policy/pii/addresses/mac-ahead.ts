import { colon, dot, hyphen, space } from '../../guards/ascii.ts';
import { ignorable, isAsciiLetter, isFoldedDigit, isFoldedHex, isWord } from '../../guards/characters.ts';
import { characterSet, edge, none, type View } from '../../guards/detector.ts';
import type { Ahead, Head } from '../search/beginning.ts';
import { compileAnnouncement, mayBeAnnounced } from '../words/announcement.ts';

/** Pairs of letters in a hardware address of 64 bits before the one with its first digit. */
const mostPairs = 7;
const mostFours = 3;

const hexLetters = 'ABCDEFabcdef';
/** Pairs and fours that begin with a digit; the last are pairs that words announce. */
export const addressHeads: readonly Head[] = [
  { digits: [2], next: characterSet(':-'), where: mayBeAddress },
  { digits: [4], next: characterSet('.'), where: mayBeAddress },
  { digits: [1, 2, 3], next: characterSet(hexLetters), where: mayBeAddress },
  { digits: [1, 2], next: characterSet(' ', hexLetters), where: mayBeAnnounced },
];

/** Pairs or fours of letters before the first digit of one. */
export const addressAhead: Ahead = {
  leads: ':-.',
  /** Those, their separators, and a letter of the last. */
  width: 3 * mostPairs + 1,
  isAt: mayBeAddress,
  before: addressStart,
};

/** Where a hardware address may start of which the first digit stands in the word at `start`: pairs or fours of letters back. */
function addressStart(view: View, from: number, start: number): number {
  const separator = view.codeAt(view.knownBefore(start));
  if (separator !== colon && separator !== hyphen && separator !== dot) return none;
  let first = start;
  for (let left = separator === dot ? mostFours : mostPairs; left > 0; left -= 1) {
    const next = groupBefore(view, first, separator);
    if (next < from) break;
    first = next;
  }
  const isFirst = first < start && !isWord(view.codeAt(first - 1)) && mayBeAddress(view, first);
  return isFirst ? first : none;
}

/** Where the letters start that end with a separator before `end`; `none` where other characters stand there. */
function groupBefore(view: View, end: number, separator: number): number {
  let index = view.knownBefore(end);
  if (view.codeAt(index) !== separator) return none;
  for (let left = separator === dot ? 4 : 2; left > 0; left -= 1) {
    index = view.knownBefore(index);
    const code = view.codeAt(index);
    if (!isAsciiLetter(code) || !isFoldedHex(code)) return none;
  }
  return index;
}

/** Whether two hexadecimal digits and a colon or hyphen stand at `start`, or four and a dot, as far as is known. */
function mayBeAddress(view: View, start: number): boolean {
  const before = view.codeAt(start - 1);
  if (isWord(before) || before === colon) return false;
  for (let size = 0; size < 5; size += 1) {
    const code = view.codeAt(start + size);
    if (code === ignorable || code === edge) return true;
    if (size === 2 && (code === colon || code === hyphen)) return true;
    if (size === 2 && code === space) return isSpacedPair(view, start);
    if (!isFoldedHex(code)) return size === 4 && code === dot;
  }
  return false;
}

const isAnnounced = compileAnnouncement(
  'mac|mac[ _-]?(?:addr(?:ess)?|id)|hw[ _-]?addr(?:ess)?|(?:hardware|physical|ethernet|bluetooth|wi-?fi) addr(?:ess)?|bssid|ether',
  12,
);

/** Whether at `start` two hexadecimal digits stand, one of 0 to 9 among them, then a space and another, as words announce it. */
export function isSpacedPair(view: View, start: number): boolean {
  const second = view.pastIgnorable(start + 1);
  const one = view.codeAt(start);
  const other = view.codeAt(second);
  if (!isFoldedHex(one) || !isFoldedHex(other) || !(isFoldedDigit(one) || isFoldedDigit(other))) return false;
  const gap = view.pastIgnorable(second + 1);
  if (view.codeAt(gap) !== space) return false;
  const next = view.codeAt(view.pastIgnorable(gap + 1));
  return (next === edge ? !view.final : isFoldedHex(next)) && isAnnounced(view, start);
}
