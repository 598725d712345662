import { classes, type Fold, foldCodePoint } from '../text/fold.ts';

/** White space of any kind and length. */
export const gap = 32;

/** A character as terms and texts are compared: case, accents and look-alikes aside. */
export function plainCodes(read: Fold): readonly number[] {
  if (read.class === classes.space) return gaps;
  if (read.folded[0] === sharpS) return twoS;
  return read.lookalike === 0 ? read.folded : [read.lookalike];
}

/** Case folding writes it as two letters, which its capital form already is. */
const sharpS = 0xdf;
const twoS = [0x73, 0x73] as const;
const gaps = [gap] as const;

/** The characters of a term; white space at its ends and in rows does not count. */
export function codesOf(term: string): readonly number[] {
  const codes = Array.from(term.trim()).flatMap((character) =>
    plainCodes(foldCodePoint(character.codePointAt(0) ?? 0)),
  );
  return codes.filter((code, at) => code !== gap || codes[at - 1] !== gap);
}

/** Only letters and digits may differ in a misspelt term. */
function isLetter(code: number): boolean {
  return foldCodePoint(code).class === classes.letter;
}

export function lettersOf(term: string): number {
  return codesOf(term).filter(isLetter).length;
}
