import { dot, hyphen } from '../guards/ascii.ts';
import { type Detector, noMatchBefore, undecided, type View } from '../guards/detector.ts';
import { beginsNumber, digitsOf, leadingDigits, goesOn, readGroups, numberSearch } from './number.ts';

const width = 9;

/** What must stand within 40 characters before nine bare digits, or nine with dots, for them to be one. */
const context = /(?<![a-z])(?:ssn|social.security|soc\.? ?sec|tax.?payer.?id|itin)(?![a-z]{3})/iu;
const contextWidth = 40;

/** US Social Security numbers, and the taxpayer numbers (9xx) written the same way. */
export const ssn: Detector = {
  entity: 'SSN',
  search: numberSearch,
  tryAt(view, at) {
    if (!beginsNumber(view, at)) return noMatchBefore(at + 1);
    const size = leadingDigits(view, at, width);
    if (size === undecided) return undecided;
    if (size !== 3 && size !== width) return noMatchBefore(at + 1);
    const groups = readGroups(view, at, width);
    if (groups === undecided) return undecided;
    const { count, sizes, separator, ends } = groups;
    if (count !== width) return noMatchBefore(at + 1);
    const bare = sizes.length === 1;
    if (!bare && !(sizes.length === 3 && sizes[1] === 2)) return noMatchBefore(at + 1);
    if ((bare || separator === dot) && !hasContext(view, at)) return noMatchBefore(at + 1);
    const end = ends.at(-1) ?? at;
    if (!isAssignable(digitsOf(view, at, end))) return noMatchBefore(at + 1);
    const more = goesOn(view, end);
    if (more === undefined) return undecided;
    // "123 45 6789 12 345" is a row of numbers, not one of these.
    return more || (separator !== hyphen && follows(view, at)) ? noMatchBefore(at + 1) : end;
  },
};

/** 000, 666 and the empty groups were never issued; 9xx only to taxpayers without a number, with a group from 50. */
function isAssignable(digits: string): boolean {
  if (/^(?:000|666)/u.test(digits) || digits.slice(3, 5) === '00' || digits.endsWith('0000')) return false;
  return !digits.startsWith('9') || digits.charCodeAt(3) >= 0x35;
}

function hasContext(view: View, at: number): boolean {
  return context.test(view.text.slice(Math.max(0, at - contextWidth), at));
}

function follows(view: View, at: number): boolean {
  return at > 1 && /\d[ .]$/u.test(view.text.slice(at - 2, at));
}
