import { colon, newLine, openBracket, space } from '../../guards/ascii.ts';
import { isFoldedDigit, isFoldedHex, isWord } from '../../guards/characters.ts';
import { characterSet, edge, isIn, lookBehind, type View } from '../../guards/detector.ts';

const tab = 0x09;
const zero = 0x30;
/** Bytes, and words of two and four of them. */
const groupSizes = new Set([2, 4, 8]);
const widestGap = 3;
const longestToken = 16;
const shortestOffset = 4;
/** Shorter ones are years and the like, unless a colon or two spaces set them apart. */
const usualOffset = 6;
const openings = characterSet('.*');

/** Whether the number of [at, end) is one of a hex dump, by what stands around; `undefined`: not known yet. */
export function isOfDump(view: View, at: number, end: number): boolean | undefined {
  return isInDump(view, at) || goesOnAsDump(view, end);
}

/**
 * Whether the number at `at` stands in a line of a hex dump, as what is before it on its line tells: an offset (`00000010:`)
 * that begins the line, or groups as wide as its own of which one holds digits and letters (`1f0f 0084`). Asked where the
 * number is known to be whole. A line shows itself only as far as any detector looks back.
 */
export function isInDump(view: View, at: number): boolean {
  const size = hexSize(view, at);
  if (!groupSizes.has(size)) return false;
  const least = Math.max(0, at - lookBehind);
  let words = 0;
  for (let end = at; ;) {
    const gap = spacesBefore(view, end);
    const isMarked = view.codeAt(end - gap - 1) === colon;
    const last = end - gap - (isMarked ? 1 : 0);
    const before = hexBefore(view, last, least);
    if (gap === 0 || before.size === 0) return false;
    if (before.size !== size || isMarked) {
      if (isMarked && view.codeAt(end - 1) === tab) return beginsLine(view, last - before.size, least);
      return isOffset(before, isMarked || gap > 1) && beginsLine(view, last - before.size, least);
    }
    if (before.isMixed) return true;
    // Two of them: `be` and `face` are words.
    if (before.isLetters) words += 1;
    if (words > 1) return true;
    end = last - size;
  }
}

/** Whether digits and letters follow that are a group of a dump, as wide as the one that ends at `end`; `undefined`: not known yet. */
function goesOnAsDump(view: View, end: number): boolean | undefined {
  const { size } = hexBefore(view, end, Math.max(0, end - longestToken));
  if (!groupSizes.has(size)) return false;
  let start = end;
  while (isGap(view.codeAt(start)) && start - end < widestGap) start += 1;
  if (start === end) return view.codeAt(end) === edge && !view.final ? undefined : false;
  const next = hexAfter(view, start, size);
  if (next === undefined || !next.isLetters) return next?.isMixed;
  if (view.codeAt(start + size) !== space) return false;
  const later = hexAfter(view, start + size + 1, size);
  return later === undefined ? undefined : later.size > 0;
}

/** The hexadecimal digits from `start` on, `nothing` where they are not `size`; `undefined`: not known yet. */
function hexAfter(view: View, start: number, size: number): Token | undefined {
  let digits = 0;
  for (let index = start; index < start + size; index += 1) {
    const code = view.codeAt(index);
    if (code === edge && !view.final) return undefined;
    if (!isFoldedHex(code)) return nothing;
    if (isFoldedDigit(code)) digits += 1;
  }
  const behind = view.codeAt(start + size);
  if (behind === edge && !view.final) return undefined;
  return isWord(behind) ? nothing : token(view, start, size, digits);
}

interface Token {
  readonly size: number;
  /** Holds digits and letters. */
  readonly isMixed: boolean;
  readonly isLetters: boolean;
  /** Begins and ends with a zero. */
  readonly isRound: boolean;
}

const nothing: Token = { size: 0, isMixed: false, isLetters: false, isRound: false };

function token(view: View, first: number, size: number, digits: number): Token {
  const isRound = view.codeAt(first) === zero && view.codeAt(first + size - 1) === zero;
  return { size, isMixed: digits > 0 && digits < size, isLetters: digits === 0, isRound };
}

/** The hexadecimal digits that end before `last`, none of them where they are the end of something else. */
function hexBefore(view: View, last: number, least: number): Token {
  let index = last;
  let digits = 0;
  while (index > least && isFoldedHex(view.codeAt(index - 1))) {
    index -= 1;
    if (isFoldedDigit(view.codeAt(index))) digits += 1;
  }
  const size = last - index;
  if (size > longestToken || (index === least && least > 0) || isWord(view.codeAt(index - 1))) return nothing;
  return token(view, index, size, digits);
}

/** Offsets begin with a zero, and count up to whole lines of bytes. */
function isOffset({ size, isMixed, isRound }: Token, isApart: boolean): boolean {
  return size >= (isApart ? shortestOffset : usualOffset) && (isMixed || isRound);
}

function beginsLine(view: View, first: number, least: number): boolean {
  let index = first - 1;
  while (index >= least && isGap(view.codeAt(index))) index -= 1;
  const before = view.codeAt(index);
  return index < least ? least === 0 : before === newLine;
}

/** `[.213C.001F.0002]` and `[*0209.0020.0002]` say how characters are sorted (UTS #10). */
export function isWeight(view: View, at: number): boolean {
  return isIn(openings, view.codeAt(at - 1)) && view.codeAt(at - 2) === openBracket;
}

function isGap(code: number): boolean {
  return code === space || code === tab;
}

function spacesBefore(view: View, end: number): number {
  let width = 0;
  while (width < widestGap && isGap(view.codeAt(end - 1 - width))) width += 1;
  return width;
}

function hexSize(view: View, at: number): number {
  let size = 0;
  while (size <= longestToken && isFoldedHex(view.codeAt(at + size))) size += 1;
  return size;
}
