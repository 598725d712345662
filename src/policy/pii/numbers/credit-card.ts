import { ignorable, isFoldedDigit } from '../../guards/characters.ts';
import { edge, none, undecided, type View } from '../../guards/detector.ts';
import { sizesFrom, type Value } from '../search/beginning.ts';
import { isCardAnnounced, saysOfDigits } from './card-context.ts';
import { cardGaps, CardGaps, isInRow, widestGap } from './card-gaps.ts';
import { isCardLength, isIssuer } from './card-issuer.ts';
import { isOfDump } from './dump-line.ts';
import { beginsNumber, goesOn } from './number.ts';

const most = 19;
const least = 12;
const prefixWidth = 4;
/** What issuers begin with. */
const first = '123456';

/** Payment cards: by issuer, length, grouping and check digit. */
export const creditCard: Value = {
  entity: 'CREDIT_CARD',
  begins: [
    { digits: [6, ...sizesFrom(least, most)], first, isNumber: true },
    { digits: [4], first, next: cardGaps, gap: { widest: widestGap, isInRow: true }, isNumber: true },
  ],
  endAt: (view, at) => (beginsNumber(view, at) ? longestCard(view, at) : none),
};

/**
 * Where the longest card that starts at `at` ends, or `none`. Later groups need not belong to it: an expiry date or a security code
 * may follow after a space. The groups are read once, and no further than they can be those of a card.
 */
function longestCard(view: View, at: number): number {
  const digits = new CardDigits();
  const gaps = new CardGaps(view);
  let longest = none;
  for (let next = at; ;) {
    if (!digits.mayGoOn) return longest;
    const end = digits.readGroup(view, next);
    if (end === none) return longest;
    if (end === undecided) return undecided;
    const isWhole = digits.isCard;
    const loose = gaps.loose;
    next = gaps.read(end);
    if (next === undecided) return undecided;
    if (isWhole) {
      const more = next === none ? goesOn(view, end) : gaps.goesOn(next, loose);
      if (more === undefined) return undecided;
      const isOne = !more && isCardHere(view, { at, end, digits, loose });
      if (isOne === undecided) return undecided;
      if (isOne) longest = end;
    }
    if (next === none) return longest;
  }
}

interface Candidate {
  readonly at: number;
  readonly end: number;
  readonly digits: CardDigits;
  readonly loose: number;
}

/** Digits in one piece are a card by what stands around, and so are groups that stand like the cells of a table. */
function isCardHere(view: View, { at, end, digits, loose }: Candidate): boolean | typeof undecided {
  if (digits.isGrouped) {
    const isDump = isOfDump(view, at, end);
    if (isDump !== false) return isDump === undefined ? undecided : false;
    return loose === none || !isInRow(view, at, end, loose) || isCardAnnounced(view, at);
  }
  const said = saysOfDigits(view, at, end);
  if (said === undecided) return undecided;
  return said === 'card' || (said === 'nothing' && digits.isUsual);
}

/** The digits of what may be a card, read group by group. */
class CardDigits {
  /** Of the groups so far, as hexadecimal digits. */
  #sizes = 0;
  #groups = 0;
  #count = 0;
  #prefix = 0;
  /** The Luhn sums (ISO/IEC 7812-1) of the digits so far, for an even and for an odd number of them. */
  #evenSum = 0;
  #oddSum = 0;

  /** Cards are printed in one piece, in fours with a rest, 4-6-5, or 6-13. */
  get mayGoOn(): boolean {
    const sizes = this.#sizes;
    if (sizes === 0 || sizes === 0x46 || sizes === 0x6) return true;
    return sizes === 0x4 || sizes === 0x44 || sizes === 0x444 || sizes === 0x4444;
  }

  get isCard(): boolean {
    if (this.#count < least || !isCardLength(this.#prefix, this.#count)) return false;
    return (this.#count % 2 === 0 ? this.#evenSum : this.#oddSum) % 10 === 0;
  }

  get isGrouped(): boolean {
    return this.#groups > 1;
  }

  /** Numbers this long, with these first digits, are hardly ever anything else. */
  get isUsual(): boolean {
    const brand = Math.trunc(this.#prefix / 100);
    if (this.#count === 15) return brand === 34 || brand === 37;
    if (this.#count === 14) return brand === 30 || brand === 36 || brand === 38 || brand === 39;
    return this.#count === 16;
  }

  /** Takes the group at `start` in and returns its end, `none` where the number is none of a card, or `undecided`. */
  readGroup(view: View, start: number): number {
    const { codes, end } = view;
    let count = this.#count;
    let evenSum = this.#evenSum;
    let oddSum = this.#oddSum;
    let last = start;
    for (let index = start; ; index += 1) {
      if (index === end) {
        if (view.final) break;
        return undecided;
      }
      const code = codes[index] ?? edge;
      if (code === ignorable) continue;
      if (!isFoldedDigit(code)) break;
      const digit = code - 0x30;
      const doubled = digit < 5 ? digit * 2 : digit * 2 - 9;
      const isDoubledInEven = count % 2 === 0;
      evenSum += isDoubledInEven ? doubled : digit;
      oddSum += isDoubledInEven ? digit : doubled;
      if (count < prefixWidth) this.#prefix = this.#prefix * 10 + digit;
      count += 1;
      if (count > most || (count === prefixWidth && !isIssuer(this.#prefix))) return none;
      last = index;
    }
    this.#groups += 1;
    this.#sizes = this.#sizes * 0x10 + count - this.#count;
    this.#count = count;
    this.#evenSum = evenSum;
    this.#oddSum = oddSum;
    return last + 1;
  }
}
