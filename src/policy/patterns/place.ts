import { type CharacterClass, endOfText, isWordCharacter, lastOfPlane } from './alphabet.ts';
import { conditions } from './program.ts';

/** What is known of the characters before a place, for `^` and `\b`. */
const before = { beginText: 1, beginLine: 2, word: 4 } as const;

/** Position 0 is the beginning of the text. */
export function placeBefore(text: string, at: number): number {
  if (at === 0) return before.beginText | before.beginLine;
  const unit = text.charCodeAt(at - 1);
  return (unit === 10 ? before.beginLine : 0) | (isWordCharacter(unit) ? before.word : 0);
}

export function placeAfter({ isNewline, isWord }: CharacterClass): number {
  return (isNewline ? before.beginLine : 0) | (isWord ? before.word : 0);
}

/** Which conditions hold between what came before and `character`. Never none: a boundary is there or is not. */
export function conditionsAt(place: number, character: CharacterClass): number {
  const isBoundary = character.isWord !== ((place & before.word) !== 0);
  return (
    ((place & before.beginText) !== 0 ? conditions.beginText : 0) |
    ((place & before.beginLine) !== 0 ? conditions.beginLine : 0) |
    (character === endOfText ? conditions.endText | conditions.endLine : 0) |
    (character.isNewline ? conditions.endLine : 0) |
    (isBoundary ? conditions.wordBoundary : conditions.noWordBoundary)
  );
}

/** The character at `index`; half of one where the other is not before `end`. */
export function codePointAt(text: string, index: number, end: number): number {
  const code = text.codePointAt(index) ?? 0;
  return code > lastOfPlane && index + 1 === end ? text.charCodeAt(index) : code;
}

/** Whether the second half of a character may still come. */
export function isHalf(text: string, index: number, end: number): boolean {
  const unit = text.charCodeAt(index);
  return index + 1 === end && unit >= 0xd800 && unit < 0xdc00;
}

/** So many characters before `index`, though no more than `units` code units. */
export function placesBack(text: string, index: number, { characters, units }: Reach): number {
  const first = Math.max(0, index - units);
  let at = index;
  for (let left = characters; left > 0 && at > first; left -= 1) {
    const unit = text.charCodeAt(at - 1);
    const isPair = unit >= 0xdc00 && unit < 0xe000 && (text.codePointAt(at - 2) ?? 0) > lastOfPlane;
    at -= isPair ? 2 : 1;
  }
  return Math.max(first, at);
}

/** How far a match may go. */
export interface Reach {
  readonly characters: number;
  readonly units: number;
}
