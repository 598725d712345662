import { dot, hyphen, slash, space } from '../../guards/ascii.ts';
import { ignorable, isAsciiLetter, isFoldedDigit, isWord, letter } from '../../guards/characters.ts';
import { characterSet, edge, isIn, type View, none } from '../../guards/detector.ts';
import type { Ahead } from '../search/beginning.ts';
import { compileAnnouncement } from '../words/announcement.ts';

/** Tells whether words say that a day of birth follows. */
export const isBirthAnnounced = compileAnnouncement(
  'born|d\\.?o\\.?b\\.?|date[ _-]?of[ _-]?birth|birth[ _-]?da(?:te|y)|bday|geboren|geb\\.|geburts(?:datum|tag)|né\\(?e?\\)? le|date de naissance|fecha de nacimiento|nacid[oa]|data di nascita|nat[oa] il|nascid[oa]|data de nascimento|geboortedatum|född|födelsedatum|født|fødselsdato|syntynyt|syntymäaika|urodzon[yae]|data urodzenia|дата рождения|родил\\p{L}*|生年月日|出生\\p{L}*|생년월일',
  28,
);

/** What months begin with, in ASCII and in other letters. */
const stems =
  'jan ene gen sty feb fev lut mar mrt mac apr avr abr kwi may mai maj mag mei jun jul jui giu lug cze lip aug ago aou sie sep set wrz oct okt ott out nov lis dec dez des dic gru';
const otherStems = 'янв féb fév фев mär мар апр май мая июн июл aoû авг сен окт paź ноя déc дек';

/** The same as the source of a regular expression. */
export const months = `(?:${`${stems} ${otherStems}`.replaceAll(' ', '|')})`;
const beginsLikeMonth = new RegExp(`^${months}`, 'iu');

/** By three letters of ASCII: asked of most words that end a piece of text. */
const isStem = new Uint8Array(26 ** 3);
for (const stem of stems.split(' '))
  isStem[placeOf(stem.charCodeAt(0), stem.charCodeAt(1), stem.charCodeAt(2))] = 1;

function placeOf(first: number, second: number, third: number): number {
  return (((first & 0x1f) - 1) * 26 + (second & 0x1f) - 1) * 26 + (third & 0x1f) - 1;
}

/** `settembre`, `septiembre`, `października` shortened. */
const longestMonth = 11;
const leastTold = 3;
const gaps = characterSet(space, hyphen, slash, dot);
const mostGap = 2;
/** With what draws nothing in between. */
const widest = 24;

/** A month that words announce and a number follows. */
export const monthAhead: Ahead = {
  leads: '',
  width: widest,
  isAt: beginsMonth,
  before(view, from, start) {
    const month = wordBefore(view, from, start);
    return month >= from && beginsMonth(view, month) ? month : none;
  },
};

/** Where the word starts that stands before `end`, a gap between them; `none` where no word as long as a month does. */
function wordBefore(view: View, from: number, end: number): number {
  const least = Math.max(from, end - widest);
  let index = end;
  for (let gap = 0; index > least; index -= 1) {
    const code = view.codeAt(index - 1);
    if (code === ignorable) continue;
    if (!isIn(gaps, code)) break;
    gap += 1;
    if (gap > mostGap) return none;
  }
  let start = none;
  for (let size = 0; index > least; index -= 1) {
    const code = view.codeAt(index - 1);
    if (code === ignorable) continue;
    if (!isLetter(code)) break;
    size += 1;
    if (size > longestMonth) return none;
    start = index - 1;
  }
  return start;
}

/** Whether a month is at `start`, as far as is known, that words announce and a number follows. */
function beginsMonth(view: View, start: number): boolean {
  const before = view.codeAt(start - 1);
  if (isWord(before) || before === letter || before === ignorable) return false;
  const { codes, text, end } = view;
  if (isOtherWord(view, start)) return false;
  let word = '';
  let index = start;
  for (; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable) continue;
    if (!isLetter(code)) break;
    word += code < 0x80 ? String.fromCharCode(code) : text.charAt(index);
    if (word.length > longestMonth) return false;
  }
  const isTold = word.length >= leastTold;
  if (word === '' || (isTold ? !beginsLikeMonth.test(word) : index < end)) return false;
  return isBeforeNumber(view, index) && isBirthAnnounced(view, start);
}

/** Whether a word is at `start` that by its first three characters is no month. */
function isOtherWord({ codes, end }: View, start: number): boolean {
  if (start + 2 >= end) return false;
  const first = codes[start] ?? edge;
  const second = codes[start + 1] ?? edge;
  const third = codes[start + 2] ?? edge;
  if (!isAsciiLetter(first)) return false;
  if (isIn(gaps, second) || isIn(gaps, third)) return true;
  if (!isAsciiLetter(second) || !isAsciiLetter(third)) return false;
  return isStem[placeOf(first, second, third)] !== 1;
}

/** Whether a number follows the word that ends before `from`, a gap between them, or may come to. */
function isBeforeNumber(view: View, from: number): boolean {
  let gap = 0;
  for (let index = from; gap <= mostGap; index += 1) {
    const code = view.codeAt(index);
    if (code === edge) return !view.final;
    if (code === ignorable) continue;
    if (!isIn(gaps, code)) return gap > 0 && isFoldedDigit(code);
    gap += 1;
  }
  return false;
}

function isLetter(code: number): boolean {
  return isAsciiLetter(code) || code === letter;
}
