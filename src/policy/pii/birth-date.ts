import { comma, dot, hyphen, slash, space } from '../guards/ascii.ts';
import { ideograph, ignorable, isDigit, isWord, letter } from '../guards/characters.ts';
import { edge, codeAt, type Detector, noMatchBefore, undecided, type View } from '../guards/detector.ts';
import { compileAnnouncement } from './announcement.ts';
import { beginsForm } from './form.ts';
import { idKinds, idSearch } from './id-search.ts';

const isAnnounced = compileAnnouncement(
  'born|d\\.?o\\.?b\\.?|date[ _-]?of[ _-]?birth|birth[ _-]?da(?:te|y)|bday|geboren|geb\\.|geburts(?:datum|tag)|né\\(?e?\\)? le|date de naissance|fecha de nacimiento|nacid[oa]|data di nascita|nat[oa] il|nascid[oa]|data de nascimento|geboortedatum|född|födelsedatum|født|fødselsdato|syntynyt|syntymäaika|urodzon[yae]|data urodzenia|дата рождения|родил\\p{L}*|生年月日|出生\\p{L}*|생년월일',
  28,
);

const months =
  '(?:jan|ene|gen|янв|sty|f[eé][bv]|фев|lut|m[aä]r|mrt|мар|mac|apr|avr|abr|апр|kwi|ma[yijg]|mei|ма[йя]|ju[nli]|giu|lug|cze|lip|июн|июл|a[uo]g|ago|aoû|авг|sie|sep|set|wrz|сен|o[ckut]t|out|окт|paź|nov|ноя|lis|d[eéi][csz]|дек|gru)';
const year = '(?:18|19|20)\\d\\d';
const date = new RegExp(
  `^(?:\\d{1,2}([./-])\\d{1,2}\\1(?:${year}|\\d\\d)|${year}([./-])\\d{1,2}\\2\\d{1,2}|\\d{1,2}(?:st|nd|rd|th|er|\\.)?[ -]?(?:of |de )?${months}\\p{L}*[.,]?[ -]?(?:de |del )?${year})(?![\\p{L}\\p{N}]|[./-]\\d)|^${year} ?[年년] ?\\d{1,2} ?[月월] ?\\d{1,2} ?[日일]`,
  'iu',
);
const dayAndYear = new RegExp(`^\\d{1,2}(?:st|nd|rd|th)?,? ${year}(?![\\p{L}\\p{N}]|[./-]\\d)`, 'iu');
const monthBefore = new RegExp(`(?<!\\p{L})${months}\\p{L}*\\.? $`, 'iu');

/** The longest is `12 de septiembre de 1980`. */
const widest = 28;
const mostDigits = 8;

/**
 * Days of birth, by the words before them. Of a date with the month in front (`May 5, 1980`) the day and the year are found:
 * a word can belong to one only once the day has come, and nobody wants every word held back so long.
 */
export const birthDate: Detector = {
  entity: 'DATE_OF_BIRTH',
  search: idSearch,
  kind: idKinds.date,
  tryAt(view, at) {
    if (!isDigit(codeAt(view, at)) || !beginsForm(view, at) || !isAnnounced(view, at))
      return noMatchBefore(at + 1);
    const { text, isCut } = readDate(view, at);
    if (isCut && !view.final) return undecided;
    const before = view.text.slice(Math.max(0, at - 16), at);
    const found = date.exec(text) ?? (monthBefore.test(before) ? dayAndYear.exec(text) : null);
    return found === null ? noMatchBefore(at + 1) : endOf(view, at, found[0].length);
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
  let before: number = space;
  for (let index = at; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable) continue;
    spelled += code < 0x80 ? String.fromCharCode(code) : text.charAt(index);
    if (isDigit(code)) {
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
