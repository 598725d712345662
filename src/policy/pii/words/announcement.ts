import { closeBracket, openBracket } from '../../guards/ascii.ts';
import {
  fold,
  foldedCharacters,
  ideograph,
  isAsciiLetter,
  isDigit,
  letter,
} from '../../guards/characters.ts';
import type { View } from '../../guards/detector.ts';
import { wordsBefore } from './words-before.ts';

/** How far back words may stand that say what a value is. */
const contextWidth = 40;

/** Tells whether words right before a place say what stands there. */
export type Announcement = (view: View, at: number) => boolean;

/**
 * Compiles whole words, the source of a regular expression in any case, and up to `gap` characters behind them. No digit, semicolon
 * or new line may stand between, nor a bracket: words in brackets are the marker of what was there.
 */
export function compileAnnouncement(words: string, gap: number): Announcement {
  const pattern = new RegExp(`(?<!\\p{L})(?:${words})s?(?!\\p{L})[^0-9;\\n\\[\\]]{0,${gap}}$`, 'iu');
  return (view, at) =>
    mayBeAnnounced(view, at) && pattern.test(wordsBefore(view.text, gapStart(view.text, at), at));
}

const widestPunctuation = 8;
/** The shortest word that announces anything, in whatever language; ideographs count twice. */
const shortestWord = 3;

/**
 * Whether a word stands before `at`, with only punctuation between, and letters enough for one that announces anything: most
 * numbers have none, and no detector need look for more.
 */
export function mayBeAnnounced(view: View, at: number): boolean {
  const { codes } = view;
  const least = Math.max(0, at - widestPunctuation);
  for (let index = at - 1; index >= least; index -= 1) {
    const code = codes[index] ?? 0;
    if (isLetter(code)) return hasLetters(view, at, shortestWord);
    if (isDivider(code)) return false;
    if (isDigit(code)) return isLetter(codes[index - 1] ?? 0) && hasLetters(view, at, shortestWord);
  }
  return false;
}

/** Whether so many letters stand before `at` where words may that announce it. */
function hasLetters({ codes }: View, at: number, fewest: number): boolean {
  const least = Math.max(0, at - contextWidth);
  let size = 0;
  for (let index = at - 1; index >= least && size < fewest; index -= 1) {
    const code = codes[index] ?? 0;
    if (isDivider(code)) return false;
    if (isDigit(code) && !isLetter(codes[index - 1] ?? 0)) return false;
    size += weights[code] ?? 0;
  }
  return size >= fewest;
}

/** Whether so many letters stand in the 40 characters before `at`, whatever is between; ideographs count twice. */
export function hasWord({ codes }: View, at: number, fewest: number): boolean {
  const least = Math.max(0, at - contextWidth);
  let size = 0;
  for (let index = at - 1; index >= least && size < fewest; index -= 1)
    size += weights[codes[index] ?? 0] ?? 0;
  return size >= fewest;
}

/** What a folded character counts towards the length of a word: ideographs twice. */
const weights = Uint8Array.from({ length: foldedCharacters }, (_, code) =>
  code === ideograph ? 2 : isLetter(code) ? 1 : 0,
);

/** Where words may begin, behind what may not stand between them and their value. */
function gapStart(text: string, at: number): number {
  const least = Math.max(0, at - contextWidth);
  for (let index = at - 1; index >= least; index -= 1) {
    const code = fold(text.charCodeAt(index));
    if (isDivider(code)) return index + 1;
    // A digit may end a word: `cvv2`.
    if (isDigit(code) && !isLetter(fold(text.charCodeAt(index - 1)))) return index + 1;
  }
  return least;
}

const semicolon = 0x3b;
const newLine = 0x0a;

function isDivider(code: number): boolean {
  return code === semicolon || code === newLine || code === openBracket || code === closeBracket;
}

function isLetter(code: number): boolean {
  return isAsciiLetter(code) || code === letter || code === ideograph;
}
