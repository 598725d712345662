import { space } from '../guards/ascii.ts';
import {
  type Attempt,
  codeAt,
  type Detector,
  noMatchBefore,
  undecided,
  type View,
} from '../guards/detector.ts';
import { passesLuhn } from './luhn.ts';
import {
  beginsNumber,
  digitsOf,
  leadingDigits,
  type Groups,
  goesOn,
  readGroups,
  numberSearch,
} from './number.ts';

const most = 19;
const least = 12;

/** Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay, Maestro, Mir: by prefix and length. */
const issuer = new RegExp(
  `^(?:${[
    String.raw`4(?:\d{12}|\d{15}|\d{18})`,
    String.raw`(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}`,
    String.raw`3[47]\d{13}`,
    String.raw`(?:6011|64[4-9]\d|65\d\d)\d{12}(?:\d{3})?`,
    String.raw`3(?:0[0-59]|[689]\d)\d{11}(?:\d{2})?`,
    String.raw`35\d{14}(?:\d{3})?`,
    String.raw`(?:2131|1800)\d{11}`,
    String.raw`62\d{14,17}`,
    String.raw`(?:50[1-3]\d|5[678]\d\d|6304|6390|67\d\d)\d{8,15}`,
    String.raw`220[0-4]\d{12,15}`,
  ].join('|')})$`,
  'u',
);

export const creditCard: Detector = {
  entity: 'CREDIT_CARD',
  search: numberSearch,
  tryAt(view, at) {
    const first = codeAt(view, at);
    if (first < 0x31 || first > 0x36 || !beginsNumber(view, at)) return noMatchBefore(at + 1);
    const size = leadingDigits(view, at, most);
    if (size === undecided) return undecided;
    if (size < 4 || size > most) return noMatchBefore(at + 1);
    const groups = readGroups(view, at, most);
    return groups === undecided ? undecided : longestCard(view, at, groups);
  },
};

/** Later groups need not belong to the card: an expiry date or a security code may follow after a space. */
function longestCard(view: View, at: number, { count: all, ends, sizes, separator }: Groups): Attempt {
  let count = all;
  const digits = digitsOf(view, at, ends.at(-1) ?? at);
  for (let last = sizes.length - 1; last >= 0; last -= 1) {
    const end = ends[last] ?? at;
    if (
      count >= least &&
      count <= most &&
      isGrouped(sizes.slice(0, last + 1)) &&
      isCard(digits.slice(0, count))
    ) {
      const more = last < sizes.length - 1 ? separator !== space : goesOn(view, end);
      if (more === undefined) return undecided;
      if (!more) return end;
    }
    count -= sizes[last] ?? 0;
  }
  return noMatchBefore(at + 1);
}

function isCard(digits: string): boolean {
  return issuer.test(digits) && passesLuhn(digits);
}

/** As cards print it: in one piece, in fours with a rest, or 4-6-5. Columns of numbers are not. */
function isGrouped(sizes: readonly number[]): boolean {
  if (sizes.length === 1) return true;
  if (sizes[0] !== 4) return sizes.length === 2 && sizes[0] === 6;
  const inFours = sizes.slice(0, -1).every((size) => size === 4);
  return inFours || (sizes.length === 3 && sizes[1] === 6);
}
