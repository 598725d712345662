import {
  foldedCharacters,
  ideograph,
  isAsciiLetter,
  isFoldedDigit,
  letter,
  plainText,
} from '../../guards/characters.ts';
import { characterSet, isIn, type View } from '../../guards/detector.ts';
import { unseen } from '../../text/unseen.ts';

/** How far back words may stand that say what a value is. */
const contextWidth = 40;

/** Where one of these stands words do not read as they are written: spaces, hyphens and letters of another width, and what draws nothing. */
const disguise = new RegExp(
  `[\\u00a0\\u2000-\\u200a\\u2010-\\u2015\\u202f\\u205f\\u2212\\u3000\\uff01-\\uff5e]|${unseen}`,
  'v',
);

/** The last of the text before `at` as it reads, for words that say what stands there. */
export function wordsBefore({ text }: View, at: number, width = contextWidth): string {
  const words = text.slice(Math.max(0, at - width), at);
  return disguise.test(words) ? plainText(words) : words;
}

/** Tells whether words right before a place say what stands there. */
export type Announcement = (view: View, at: number) => boolean;

/**
 * Compiles whole words, the source of a regular expression in any case, and up to `gap` characters behind them. No digit, semicolon
 * or new line may stand between, nor a bracket: words in brackets are the marker of what was there.
 */
export function compileAnnouncement(words: string, gap: number): Announcement {
  const pattern = new RegExp(`(?<!\\p{L})(?:${words})s?(?!\\p{L})[^0-9;\\n\\[\\]]{0,${gap}}$`, 'iu');
  return (view, at) =>
    mayBeAnnounced(view, at) && pattern.test(wordsBefore(view, at, at - gapStart(view, at)));
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
    if (isLetter(code) || isFoldedDigit(code)) return hasLetters(view, at, shortestWord, true);
    if (isIn(dividers, code)) return false;
  }
  return false;
}

/** Whether so many letters stand in the 40 characters before `at`, whatever is between; ideographs count twice. */
export function hasWord(view: View, at: number, fewest: number): boolean {
  return hasLetters(view, at, fewest, false);
}

/** The same; `isNear`: with nothing between that parts words from their value. */
function hasLetters({ codes }: View, at: number, fewest: number, isNear: boolean): boolean {
  const least = Math.max(0, at - contextWidth);
  let size = 0;
  for (let index = at - 1; index >= least && size < fewest; index -= 1) {
    if (isNear && isParting(codes, index)) return false;
    size += weights[codes[index] ?? 0] ?? 0;
  }
  return size >= fewest;
}

/** What a folded character counts towards the length of a word: ideographs twice. */
const weights = Uint8Array.from({ length: foldedCharacters }, (_, code) =>
  code === ideograph ? 2 : isLetter(code) ? 1 : 0,
);

/** Where words may begin, behind what parts them from their value. */
function gapStart({ codes }: View, at: number): number {
  const least = Math.max(0, at - contextWidth);
  let start = at;
  while (start > least && !isParting(codes, start - 1)) start -= 1;
  return start;
}

const dividers = characterSet(';\n[]');

/** Whether words before `index` cannot speak of what is behind it; a digit may end a word: `cvv2`. */
function isParting(codes: Uint8Array, index: number): boolean {
  const code = codes[index] ?? 0;
  return isIn(dividers, code) || (isFoldedDigit(code) && !isLetter(codes[index - 1] ?? 0));
}

function isLetter(code: number): boolean {
  return isAsciiLetter(code) || code === letter || code === ideograph;
}
