import { foldedCharacters, ideograph, ignorable } from './characters.ts';
import { isIn, type Search } from './detector.ts';

/** What a character can be to any match: no part of one before its sign, */
export const breaks = 0;
/** part of one before its sign, */
export const leads = 1;
/** or the sign itself. */
export const needsScan = 2;

/** For every folded character what it can be to a match of these searches. */
export function partsOf(searches: readonly Search[]): Uint8Array {
  return Uint8Array.from({ length: foldedCharacters }, (_, code) => {
    if (code === ideograph || code === ignorable) return needsScan;
    if (searches.some(({ signs }) => isIn(signs, code))) return needsScan;
    return searches.some((search) => isIn(search.leads, code)) ? leads : breaks;
  });
}
