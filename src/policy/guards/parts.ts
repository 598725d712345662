import { foldedCharacters, ideograph, ignorable } from './characters.ts';
import { type CharacterSet, isIn, type Search } from './detector.ts';

/** What a character can be to any match: no part of one before its sign, */
export const breaks = 0;
/** part of one before its sign, */
const leads = 1;
/** or the sign itself. */
const sign = 2;

/** For every folded character what it can be to a match of these searches. */
export function partsOf(searches: readonly Search[]): Uint8Array {
  return Uint8Array.from({ length: foldedCharacters }, (_, code) => {
    if (code === ideograph || code === ignorable) return sign;
    if (searches.some(({ signs }) => isIn(signs, code))) return sign;
    return searches.some((search) => isIn(search.leads, code)) ? leads : breaks;
  });
}

/** The characters for which a text is scanned: where it holds none, it holds at most the lead of a match to come. */
export function signsOf(searches: readonly Search[]): CharacterSet {
  return partsOf(searches).map((part) => (part === sign ? 1 : 0));
}
