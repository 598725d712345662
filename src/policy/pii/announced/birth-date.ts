import { comma, dot, hyphen, slash, space } from '../../guards/ascii.ts';
import { ideograph, ignorable, isFoldedDigit, isWord, letter } from '../../guards/characters.ts';
import { characterSet, edge, none, undecided, type View } from '../../guards/detector.ts';
import { beginsForm } from '../ids/form.ts';
import type { Value } from '../search/beginning.ts';
import { mayBeAnnounced } from '../words/announcement.ts';
import { isBirthAnnounced, monthAhead, months } from './birth-month.ts';

const year = '(?:18|19|20)\\d\\d';
const month = `${months}\\p{L}*`;
const ends = '(?![\\p{L}\\p{N}]|[./-]\\d)';
const orders = [
  `\\d{1,2}([./-])\\d{1,2}\\1(?:${year}|\\d\\d)${ends}`,
  // A time may follow (ISO 8601).
  `${year}([./-])\\d{1,2}\\2\\d{1,2}(?:${ends}|(?=T\\d))`,
  `\\d{1,2}(?:st|nd|rd|th|er|\\.)?[ /-]?(?:of |de )?${month}(?:[.,]?[ /-]?(?:de |del )?${year}|[/-]\\d\\d)${ends}`,
  `${year},?[ /-]${month}\\.?[ /-]\\d{1,2}(?:st|nd|rd|th)?${ends}`,
  `${month}\\.?[ /-]{1,2}\\d{1,2}(?:st|nd|rd|th|\\.)?(?:, ?| |[/-]| (?:of|de|del) )${year}${ends}`,
  `${year} ?[年년] ?\\d{1,2} ?[月월] ?\\d{1,2} ?[日일]`,
] as const;
const date = new RegExp(orders.map((order) => `^${order}`).join('|'), 'iu');
/** What a date may begin with that has its month in front: nothing else is held back for one. */
const monthInFront =
  /^\p{L}+\.?(?:[ ./-]{1,2}(?:\d{1,2}(?:\p{L}{1,2}|\.)?(?:[, /-]{0,2}(?:[od]\p{L}{0,2} ?)?(?:\d{0,4}|\d{4}.?))?)?)?$/u;

/** The longest is `12 de septiembre de 1980`. */
const widest = 28;
const mostDigits = 8;
const yearDigits = 4;
/** What behind a date can make it something else. */
const lookAhead = 2;

/** What follows the day, month or year of a date. */
const behindNumber = characterSet(' ./,-snrteSNRTE', ideograph);

/** Days of birth, by the words before them, in any usual order. */
export const birthDate: Value = {
  entity: 'DATE_OF_BIRTH',
  begins: [{ digits: [1, 2, 4], next: behindNumber, where: mayBeAnnounced }, monthAhead],
  endAt(view, at) {
    const isDay = isFoldedDigit(view.codeAt(at));
    if (isDay ? !beginsForm(view, at) || !isBirthAnnounced(view, at) : !monthAhead.isAt(view, at))
      return none;
    const { text, isCut } = readDate(view, at);
    if (isCut && !view.final && (isDay || monthInFront.test(text))) return undecided;
    const found = date.exec(text);
    return found === null ? none : endOf(view, at, found[0].length);
  },
};

/** The text from `at` on as far as it can be a date, with the digits and separators in ASCII. */
function readDate(
  { text, codes, end }: View,
  at: number,
): { readonly text: string; readonly isCut: boolean } {
  let spelled = '';
  let digits = 0;
  let isNumeric = false;
  let group = 0;
  let behind = 0;
  let before: number = space;
  for (let index = at; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable) continue;
    spelled += code < 0x80 ? String.fromCharCode(code) : text.charAt(index);
    const isYear = group === yearDigits && digits > yearDigits;
    group = isFoldedDigit(code) ? group + 1 : isYear ? group : 0;
    if (isYear) behind += 1;
    if (behind === lookAhead) return { text: spelled, isCut: false };
    if (isFoldedDigit(code)) {
      digits += 1;
      isNumeric ||= before === slash || before === dot || before === hyphen;
    } else if (!isDatePart(code) || (isNumeric && code === space)) {
      return { text: spelled, isCut: false };
    }
    before = code;
    if (spelled.length === widest || digits > mostDigits) return { text: spelled, isCut: false };
  }
  return { text: spelled, isCut: true };
}

function isDatePart(code: number): boolean {
  if (isWord(code) || code === letter || code === ideograph) return true;
  return code === space || code === dot || code === comma || code === hyphen || code === slash;
}

/** Where the first `size` characters that draw something end. */
function endOf({ codes }: View, at: number, size: number): number {
  let index = at;
  for (let seen = 0; seen < size; index += 1) if (codes[index] !== ignorable) seen += 1;
  return index;
}
