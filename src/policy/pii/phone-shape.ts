/** A number as it is written. */
export interface Written {
  /** With every digit as `d`: `+d (ddd) ddd-dddd`. */
  readonly shape: string;
  /** As written, in folded characters. */
  readonly spelled: string;
  readonly digits: string;
}

/** What the surroundings of a number say about it. */
export interface Surroundings {
  /** Another number stands right before, with a space between. */
  readonly inRow: boolean;
  /** A hyphen, dot or colon ties it to a word before. */
  readonly attached: boolean;
  /** An opening parenthesis belongs to it. */
  readonly opened: boolean;
  /** More digits follow: only the beginning of a row is looked at. */
  readonly cut: boolean;
}

const northAmerican = /^(?:d[-. ]|d{3}[-. ])?(?:\(ddd\)[-. ]?|ddd[-. ])ddd[-. ]dddd$/u;
const withAreaCode = /^\(d{2,5}\)[- ]?d{2,9}(?:[-. ]d{2,5}){0,3}$/u;
const withTrunkZero = /^d{2,6}(?:[-/ ]d{2,8}){1,4}$/u;
const dotted = /^d{2,4}(?:\.d{2,4}){2,4}$/u;
const idd = /^d{4,6}(?:[-. ]d{2,6}){2,4}$|^dd(?:[-. ]d{1,6}){3,5}$/u;
const any = /^\(?d{1,15}(?:[-. /()]{1,3}d{2,8}){0,5}\)?$/u;
const date =
  /^(?:(?:19|20)\d\d([-./ ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|[12]\d|3[01])\2(?:(?:19|20)\d\d|\d\d))(?:$| )/u;
const octets = /^d{1,3}(?:\.d{1,3}){3}$/u;
const zipPlusFour = /^d{5}-d{4}$/u;
const years = /^(?:19|20)\d\d(?:19|20)\d\d$/u;

/** Whether a written number is a phone number by its own looks. */
export function looksLikePhone(written: Written, around: Surroundings): boolean {
  const { shape, digits } = written;
  if (shape.startsWith('+')) return isInternational(digits);
  if (around.attached || isSomethingElse(written)) return false;
  if (around.cut && !isLength(digits, 10, 13)) return false;
  if (northAmerican.test(shape) && isNorthAmerican(written, around)) return true;
  if (around.cut || around.inRow) return false;
  if (withAreaCode.test(shape))
    return isLength(digits, 7, 12) && !isYear(digits.slice(0, shape.indexOf(')') - 1));
  if (!digits.startsWith('0') || /^[01]+$/u.test(digits)) return false;
  if (digits.startsWith('00')) return idd.test(shape) && isLength(digits, 10, 16);
  return (withTrunkZero.test(shape) || dotted.test(shape)) && isLength(digits, 9, 12);
}

/** Whether a written number can be one where the text says that a phone number follows. */
export function mayBePhone(written: Written, around: Surroundings): boolean {
  const { shape, digits } = written;
  if (around.cut || around.inRow || isSomethingElse(written)) return false;
  return any.test(shape) && isLength(digits, shape.includes(' ') ? 6 : 7, 15);
}

/** E.164; the countries of +1 have numbers of one length. */
function isInternational(digits: string): boolean {
  if (digits.startsWith('1')) return digits.length === 11;
  return !digits.startsWith('0') && isLength(digits, 7, 15);
}

/** With hyphens or parentheses the grouping speaks for itself; spaces and dots also group other numbers. */
function isNorthAmerican({ shape, digits }: Written, around: Surroundings): boolean {
  const prefix = digits.slice(0, -10);
  if (prefix !== '' && !['1', '001', '011'].includes(prefix)) return false;
  if (/-d{4}$/u.test(shape) && (shape.includes('(') || /ddd-ddd-/u.test(shape))) return true;
  return !around.inRow && !around.cut && /[2-9]\d\d[2-9]\d{6}$/u.test(digits);
}

function isSomethingElse({ shape, spelled, digits }: Written): boolean {
  return date.test(spelled) || octets.test(shape) || zipPlusFour.test(shape) || years.test(digits);
}

function isYear(digits: string): boolean {
  return /^(?:19|20)\d\d$/u.test(digits);
}

function isLength(digits: string, least: number, most: number): boolean {
  return digits.length >= least && digits.length <= most;
}
