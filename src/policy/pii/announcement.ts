import { closeBracket, openBracket } from '../guards/ascii.ts';
import { ideograph, isAsciiLetter, isDigit, letter } from '../guards/characters.ts';
import { edge, type View } from '../guards/detector.ts';
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
  return (view, at) => {
    if (!mayBeAnnounced(view, at)) return false;
    const start = gapStart(view, at);
    return hasWord(view, start, at) && pattern.test(wordsBefore(view.text, start, at));
  };
}

const widestPunctuation = 8;

/** Whether a word stands before `at`, with only punctuation between: most numbers have none, and no detector need look for more. */
export function mayBeAnnounced({ codes }: View, at: number): boolean {
  const least = Math.max(0, at - widestPunctuation);
  for (let index = at - 1; index >= least; index -= 1) {
    const code = codes[index] ?? edge;
    if (isLetter(code)) return true;
    if (isDivider(code)) return false;
    if (isDigit(code)) return isLetter(codes[index - 1] ?? edge);
  }
  return false;
}

/** The shortest word that announces anything, in whatever language; ideographs count twice. */
const shortestWord = 3;

/** Whether [start, end) holds letters enough for such a word: where it does not, no pattern need look. */
export function hasWord({ codes }: View, start: number, end: number): boolean {
  let size = 0;
  for (let index = start; index < end && size < shortestWord; index += 1) {
    const code = codes[index] ?? edge;
    if (code === ideograph) size += 2;
    else if (isLetter(code)) size += 1;
  }
  return size >= shortestWord;
}

/** Where words may begin, behind what may not stand between them and their value. */
function gapStart({ codes }: View, at: number): number {
  const least = Math.max(0, at - contextWidth);
  for (let index = at - 1; index >= least; index -= 1) {
    const code = codes[index] ?? edge;
    if (isDivider(code)) return index + 1;
    // A digit may end a word: `cvv2`.
    if (isDigit(code) && !isLetter(codes[index - 1] ?? edge)) return index + 1;
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
