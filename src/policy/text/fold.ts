import { lookalikes, otherLookalikes } from './lookalikes.ts';
import { unseen } from './unseen.ts';

/** What a code point is to the tokeniser. */
export const classes = { space: 1, ignorable: 2, letter: 3, ideograph: 4, punctuation: 5 } as const;

/**
 * How one code point is read. `folded`: its letters, lower-cased, decomposed and without accents (several for a
 * ligature). `lookalike`: the ASCII letter it passes for, or 0; `other`: the second such letter where there are two, or the
 * same.
 */
export interface Fold {
  readonly class: (typeof classes)[keyof typeof classes];
  readonly folded: readonly number[];
  readonly lookalike: number;
  readonly other: number;
}

const space: Fold = { class: classes.space, folded: [], lookalike: 0, other: 0 };
const ignorable: Fold = { class: classes.ignorable, folded: [], lookalike: 0, other: 0 };

/** Blank to the eye though Unicode calls them letters or symbols. */
const blanks = new Set([0x115f, 0x1160, 0x2800, 0x3164, 0xffa0]);
const ideographs =
  /^[\p{Script_Extensions=Han}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}]$/u;
const wordCharacter = /^[\p{L}\p{N}_]$/u;
/** And marks on letters, which fold to these. */
const hidden = new RegExp(`^(?:${unseen}|[\\p{M}\\p{Cf}\\p{Cc}])$`, 'v');
/** Not `\s`, which takes a byte order mark for white space: it draws nothing, and must not part a word. */
const blank = /^[\p{White_Space}\p{Z}]$/u;

const punctuation: ReadonlyMap<string, string> = new Map([
  ...pairs('‘’‚‛ʼʹ′´', "'"),
  ...pairs('“”„‟«»″「」『』', '"'),
  ...pairs('‐‑‒–—―−', '-'),
  ...pairs('。…।', '.'),
  ...pairs('、，،', ','),
  ...pairs('‹〈《', '<'),
  ...pairs('›〉》', '>'),
  ...pairs('¡', '!'),
  ...pairs('¿؟', '?'),
]);

function pairs(from: string, to: string): readonly (readonly [string, string])[] {
  return Array.from(from, (character) => [character, to] as const);
}

/** Reads one code point, whatever it is. Context-free, so a stream may be cut anywhere. */
export function foldCodePoint(codePoint: number): Fold {
  return asciiFolds[codePoint] ?? work(codePoint);
}

function work(codePoint: number): Fold {
  const enclosed = enclosedLetter(codePoint);
  if (enclosed !== 0) return letter([enclosed], enclosed);
  const text = String.fromCodePoint(codePoint);
  if (blanks.has(codePoint) || blank.test(text)) return space;
  if (hidden.test(text)) return ignorable;
  const mark = punctuation.get(text);
  if (mark !== undefined) return { class: classes.punctuation, folded: codes(mark), lookalike: 0, other: 0 };
  if (ideographs.test(text)) return { class: classes.ideograph, folded: [codePoint], lookalike: 0, other: 0 };
  return compatible(codePoint, text);
}

function compatible(codePoint: number, text: string): Fold {
  // Hangul syllables stay whole: decomposed they would be three letters each.
  const isHangul = codePoint >= 0xac00 && codePoint <= 0xd7a3;
  const plain = Array.from((isHangul ? text : text.normalize('NFKD')).toLowerCase());
  const letters = plain.filter((part) => wordCharacter.test(part) && !punctuation.has(part));
  if (letters.length > 0) return letter(codes(letters.join('')), codePoint);
  return { class: classes.punctuation, folded: codes(plain[0] ?? text), lookalike: 0, other: 0 };
}

/** What it passes for goes by how it was written, and for styled letters by what they are. */
function letter(folded: readonly number[], written: number): Fold {
  const seen = lookalikes.has(written) ? written : (folded[0] ?? 0);
  const lookalike = lookalikes.get(seen) ?? 0;
  return { class: classes.letter, folded, lookalike, other: otherLookalikes.get(seen) ?? lookalike };
}

function codes(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

/** Negative circled and squared letters and regional indicators, which compatibility decomposition leaves alone. */
function enclosedLetter(codePoint: number): number {
  if (codePoint >= 0x1f150 && codePoint <= 0x1f169) return codePoint - 0x1f150 + 97;
  if (codePoint >= 0x1f170 && codePoint <= 0x1f189) return codePoint - 0x1f170 + 97;
  if (codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff) return codePoint - 0x1f1e6 + 97;
  return 0;
}

const asciiFolds: readonly Fold[] = Array.from({ length: 128 }, (_, code) => work(code));

/** Remembers folds, a page of 256 code points at a time; bounded by the size of Unicode, empty for ASCII traffic. */
export class Folding {
  readonly #pages: (Fold | undefined)[][] = [];

  of(codePoint: number): Fold {
    const page = (this.#pages[codePoint >> 8] ??= []);
    return (page[codePoint & 255] ??= foldCodePoint(codePoint));
  }
}
