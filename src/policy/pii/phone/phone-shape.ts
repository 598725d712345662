import type { View } from '../../guards/detector.ts';
import { spell } from '../numbers/number.ts';
import { isPossibleAbroad } from './phone-plan.ts';
import { type HomeForms, isWrittenAtHome } from './phone-regions.ts';
import { separation, type WrittenNumber } from './written-number.ts';

/** What the surroundings of a number say about it. */
export interface Surroundings {
  /** Another number stands right before, with a space between. */
  readonly inRow: boolean;
  /** A hyphen, dot or colon ties it to a word before. */
  readonly attached: boolean;
  /** An opening parenthesis belongs to it. */
  readonly opened: boolean;
  /** The parenthesis follows a name, as where a function is called. */
  readonly isCalled: boolean;
}

/** Numbers by the count and sizes of their groups and what separates them. Ranges are inclusive. */
interface Grouping {
  readonly groups: readonly [least: number, most: number];
  readonly first: readonly [least: number, most: number];
  readonly rest: readonly [least: number, most: number];
  readonly separations: number;
}

const { hyphen, dot, space, slash, close, closeHyphen, closeSpace } = separation;
const simple = bits(hyphen, dot, space);
const closings = bits(close, closeHyphen, separation.closeDot, closeSpace);
const afterAreaCode = bits(close, closeHyphen, closeSpace);
/** None, where there is no other separation, among them. */
const notDotted = bits(0, space, hyphen);
const spaces = bits(space, closeSpace);
const dateSizes = 0x422;
const lastDrawn = 70;
const openings = bits(separation.hyphenOpen, separation.dotOpen, separation.spaceOpen);

const trunkZero: Grouping = {
  groups: [2, 5],
  first: [2, 6],
  rest: [2, 8],
  separations: bits(hyphen, slash, space),
};
const dotted: Grouping = { groups: [3, 5], first: [2, 4], rest: [2, 4], separations: bits(dot) };
const idd: Grouping = { groups: [3, 5], first: [4, 6], rest: [2, 6], separations: simple };
const splitIdd: Grouping = { groups: [4, 6], first: [2, 2], rest: [1, 6], separations: simple };
const any: Grouping = { groups: [1, 6], first: [1, 15], rest: [2, 8], separations: 0xffff };
const octets: Grouping = { groups: [4, 4], first: [1, 3], rest: [1, 3], separations: bits(dot) };

const date =
  /^(?:(?:19|20)\d\d([-./ ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|[12]\d|3[01])\2(?:(?:19|20)\d\d|\d\d))(?:$| )/u;

/** Whether a written number, which no more digits follow, is a phone number by its own looks. */
export function looksLikePhone(view: View, written: WrittenNumber, around: Surroundings): boolean {
  if (written.isInternational) return !written.isOpened && isInternational(written);
  if (around.attached) return false;
  const looks =
    isNorthAmerican(written, !around.inRow) ||
    (!around.inRow && (hasAreaCode(written) || isNational(written)));
  return looks && !isSomethingElse(view, written);
}

/** Whether a written number is one although more digits follow. */
export function looksCutOff(view: View, written: WrittenNumber, around: Surroundings): boolean {
  if (written.isInternational) return !written.isOpened && isInternational(written);
  return !around.attached && isNorthAmerican(written, false) && !isSomethingElse(view, written);
}

/** Whether a written number can be one where the text says that a phone number follows. */
export function mayBePhone(view: View, written: WrittenNumber, around: Surroundings): boolean {
  if (around.inRow) return false;
  if (written.isInternational) return !written.isOpened && isLength(written, 7, 15);
  return (
    isLength(written, written.isSpaced ? 6 : 7, 15) && fits(written, any) && !isSomethingElse(view, written)
  );
}

/** Whether a written number is one of these regions, grouped as is usual there. */
export function looksAtHome(
  view: View,
  written: WrittenNumber,
  around: Surroundings,
  forms: readonly HomeForms[],
): boolean {
  const { groups, count, value, isOpened } = written;
  if (forms.length === 0 || written.isInternational || around.inRow || around.attached) return false;
  if (groups < 2 || groups > 6 || !isLength(written, 6, 15)) return false;
  const sizes: number[] = [];
  for (let back = groups - 1; back >= 0; back -= 1) {
    const between = back === groups - 2 && isOpened ? afterAreaCode : simple;
    if (back < groups - 1 && !isOf(between, written.separation(back))) return false;
    sizes.push(written.size(back));
  }
  // Two groups with a hyphen are a range (`200-400`, `2800-2900`), few digits a house number behind that of a flat; and
  // `2400-02-29` is a date, however far off.
  const isTelling =
    count >= 8 && written.sizes !== dateSizes && (groups > 2 || isOf(spaces, written.separation(0)));
  const digits = String(value).padStart(count, '0');
  return isWrittenAtHome(forms, { sizes, digits, isTelling }) && !isSomethingElse(view, written);
}

/** E.164, of a country that has numbers of this length; those of +1 have one. A dot that is the only one makes a decimal. */
function isInternational(written: WrittenNumber): boolean {
  const { first, count, value } = written;
  if (written.separation(0) === dot && isOf(notDotted, written.separation(1))) return false;
  if (first.head === 1) return count === 11 && isDialled(value);
  return first.head !== 0 && count >= 7 && count <= 15 && isPossibleAbroad(value, count);
}

/**
 * `1-555-123-4567`, `(555) 123-4567`. With hyphens or parentheses the grouping speaks for itself; spaces and dots also group
 * other numbers, so then the number must be `alone`, with an area and an exchange that can be dialled.
 */
function isNorthAmerican(written: WrittenNumber, alone: boolean): boolean {
  const { sizes } = written;
  if (sizes !== 0x334 && sizes !== 0x1334 && sizes !== 0x3334) return false;
  const isPrefixed = sizes !== 0x334;
  if (isPrefixed && (written.isOpened || !hasCountryCode(written))) return false;
  const areaIsOpened = written.isOpened || isOf(openings, written.separation(2));
  const afterArea = written.separation(1);
  const last = written.separation(0);
  if (!isOf(areaIsOpened ? closings : simple, afterArea) || !isOf(simple, last)) return false;
  // `252.227-7013` is a clause; with a space `415 555-0137` is usual.
  if (!areaIsOpened && afterArea !== last && (afterArea === dot || last === dot)) return false;
  if (last === space && isRound(written.value)) return false;
  return isDialled(written.value) && (alone || (last === hyphen && (areaIsOpened || afterArea === hyphen)));
}

/** `300 400 5000`: three amounts. */
function isRound(value: number): boolean {
  return (
    value % 100 === 0 && Math.trunc(value / 10_000) % 100 === 0 && Math.trunc(value / 10_000_000) % 100 === 0
  );
}

/** Area and exchange begin with 2 to 9 and are no service (`911`). The area of examples, 555, is written with any exchange. */
function isDialled(value: number): boolean {
  const area = Math.trunc(value / 10_000_000) % 1000;
  const exchange = Math.trunc(value / 10_000) % 1000;
  if (area < 200 || area % 100 === 11) return false;
  return area === 555 || (exchange >= 200 && exchange % 100 !== 11);
}

function hasCountryCode(written: WrittenNumber): boolean {
  const { size, value } = written.first;
  if (!isOf(simple | openings, written.separation(2))) return false;
  return value === 1 || (size === 3 && value === 11);
}

/** `(20) 7946 0958`, but not `(2020) 123-1456`. */
function hasAreaCode(written: WrittenNumber): boolean {
  const { groups, first, isOpened } = written;
  if (!isOpened || groups < 2 || groups > 5 || !isLength(written, 7, 12)) return false;
  // North American, and no number there.
  if (written.sizes === 0x334 && first.head !== 0) return false;
  if (first.size < 2 || first.size > 5 || (first.size === 4 && isYear(first.value))) return false;
  const second = groups - 2;
  if (!isOf(afterAreaCode, written.separation(second))) return false;
  if (written.size(second) < 2 || written.size(second) > 9) return false;
  for (let back = 0; back < second; back += 1) {
    if (written.size(back) < 2 || written.size(back) > 5 || !isOf(simple, written.separation(back)))
      return false;
  }
  return true;
}

/** With the zero that stands for one's own country, or the two that lead abroad. */
function isNational(written: WrittenNumber): boolean {
  const { first, isOpened, isBinary } = written;
  if (first.head !== 0 || isOpened || isBinary || first.size < 2 || isOfCodes(written)) return false;
  if (first.value * 100 < 10 ** first.size)
    return (
      isLength(written, 10, 16) &&
      (fits(written, idd) || fits(written, splitIdd)) &&
      isPossibleAbroad(written.value, written.count - 2)
    );
  if (!isLength(written, 9, 12) || isDrawn(written) || isOfYear(written)) return false;
  return fits(written, trunkZero) || fits(written, dotted);
}

/** `0063 0302 0073`: characters, each by its code. */
function isOfCodes(written: WrittenNumber): boolean {
  for (let back = 0; back < written.groups; back += 1)
    if (written.head(back) !== 0 || written.size(back) !== 4) return false;
  return true;
}

/** `04 09 27 35 50`: each larger than the one before, as drawn numbers are given, and none beyond those of a lottery. */
function isDrawn({ sizes, value, first: { size } }: WrittenNumber): boolean {
  if (size !== 2 || (sizes !== 0x22222 && sizes !== 0x222222)) return false;
  let later = lastDrawn + 1;
  for (let rest = value; rest > 0; rest = Math.trunc(rest / 100)) {
    if (rest % 100 >= later) return false;
    later = rest % 100;
  }
  return true;
}

/** `04-2024-123456`: a case, by its year. */
function isOfYear(written: WrittenNumber): boolean {
  if (written.groups !== 3 || written.size(1) !== 4 || written.separation(1) === space) return false;
  return isYear(Math.trunc(written.value / 10 ** written.size(0)) % 10_000);
}

function isSomethingElse(view: View, written: WrittenNumber): boolean {
  const { groups, isOpened, sizes, count, value, start, end } = written;
  if (count === 8 && isYear(Math.trunc(value / 10_000)) && isYear(value % 10_000)) return true;
  if (isOpened) return false;
  if (sizes === 0x54 && written.separation(0) === hyphen) return true;
  if (fits(written, octets)) return true;
  // From one address to another.
  if (groups === 2 && written.size(0) === written.size(1) && written.size(0) > 6) return true;
  if (groups < 3 || written.separation(groups - 2) !== written.separation(groups - 3)) return false;
  return date.test(spell(view, start, end));
}

function isYear(value: number): boolean {
  return value >= 1900 && value < 2100;
}

function isLength({ count }: WrittenNumber, least: number, most: number): boolean {
  return count >= least && count <= most;
}

function fits(written: WrittenNumber, { groups, first, rest, separations }: Grouping): boolean {
  const later = written.groups - 1;
  if (written.groups < groups[0] || written.groups > groups[1]) return false;
  if (written.first.size < first[0] || written.first.size > first[1]) return false;
  for (let back = 0; back < later; back += 1) {
    const size = written.size(back);
    if (size < rest[0] || size > rest[1] || !isOf(separations, written.separation(back))) return false;
  }
  return true;
}

function bits(...of: readonly number[]): number {
  return of.reduce((all, one) => all | (1 << one), 0);
}

function isOf(set: number, one: number): boolean {
  return ((set >> one) & 1) === 1;
}
