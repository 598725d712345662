import { hyphen, letters, underscore } from '../../guards/ascii.ts';
import { ignorable, isFoldedDigit, isWord } from '../../guards/characters.ts';
import { characterSet, edge, endUnless, none, undecided, type View } from '../../guards/detector.ts';
import { beginsForm } from '../ids/form.ts';
import { letterPair } from '../ids/letter-pair.ts';
import { alphanumericsOf } from '../ids/token.ts';
import { isLuhn } from '../numbers/check-digits.ts';
import { goesOn } from '../numbers/number.ts';
import { type ValueStart, sizesFrom, type Value } from '../search/beginning.ts';
import { type Announcement, compileAnnouncement, mayBeAnnounced } from '../words/announcement.ts';

const passportWords =
  'passports?|passeport|reisepass\\w*|passnummer|pass-?nr|pasaporte|passaport[oe]|paspoort\\w*|paszport\\w*|паспорт\\p{L}*|护照\\p{L}*|旅券\\p{L}*|パスポート\\p{L}*|여권\\p{L}*';
const medicalWords =
  'mrn|medical[ _-]?records?|patient[ _-]?(?:id|identifier|number|no)|chart[ _-]?(?:no|number)|hospital[ _-]?(?:no|number)|health[ _-]?(?:insurance|plan|card|record)|insurance[ _-]?(?:id|policy|member|no|number)|member[ _-]?(?:id|number|no)|policy[ _-]?(?:no|number|id)|subscriber[ _-]?(?:id|number|no)|medicare|medicaid|mbi|hicn|beneficiary|krankenversicher\\p{L}*|versichertennummer|kvnr';

/** Most letters that a value starts with. */
const mostAnnounced = 4;
const begins: readonly ValueStart[] = [
  { letters: sizesFrom(1, mostAnnounced), digits: sizesFrom(1), where: mayBeAnnounced },
  { digits: sizesFrom(3), where: mayBeAnnounced },
  { digits: [1, 2], next: characterSet(letters, hyphen), where: mayBeAnnounced },
  letterPair,
];

/** Most countries', the French, and the German with letters anywhere but those that read as digits, and a check digit. */
const passportForms = [
  /^[A-Z]{0,3}\d{5,9}[A-Z]{0,2}$/,
  /^\d\d[A-Z]{2}\d{5}$/,
  /^[CFGHJ-NPRTV-Z][\dCFGHJ-NPRTV-Z]{8}\d?$/,
] as const;

/** Passport numbers have no form of their own: words before them say what they are. */
export const passport = announced({
  entity: 'PASSPORT',
  isAnnounced: compileAnnouncement(`${passportWords}|passport(?:number|no)`, 24),
  isValue: (text) => passportForms.some((form) => form.test(text)) && text.length > 5 && text.length < 11,
});

/** Numbers of patients and of who insures them. A year behind such words is none. */
export const medicalRecord = announced({
  entity: 'MEDICAL_RECORD',
  isAnnounced: compileAnnouncement(medicalWords, 24),
  isValue: (text) => text.length > 4 && (text.match(/\d/gu)?.length ?? 0) > 2,
});

/** US National Provider Identifiers: the check digit counts the prefix of health applications. */
export const providerId = announced({
  entity: 'NPI',
  isAnnounced: compileAnnouncement('npi|national provider', 30),
  isValue: (text) => /^[12]\d{9}$/u.test(text) && isLuhn(`80840${text}`),
});

interface Announced {
  readonly entity: string;
  readonly isAnnounced: Announcement;
  /** `text` holds the letters, in upper case, and digits. */
  readonly isValue: (text: string) => boolean;
}

function announced({ entity, isAnnounced, isValue }: Announced): Value {
  return {
    entity,
    begins,
    endAt(view, at) {
      const end = beginsForm(view, at) ? valueEnd(view, at) : none;
      if (end === none || !isAnnounced(view, at)) return none;
      return end === undecided || isValue(alphanumericsOf(view, at, end)) ? end : none;
    },
  };
}

const mostCharacters = 20;

/** Where letters and digits from `at` on, with single hyphens between, end; `none` where they are too many or no number of their own. */
function valueEnd(view: View, at: number): number {
  const { codes, end, final } = view;
  let size = 0;
  let last = at;
  let digits = 0;
  for (let index = at; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable) continue;
    if (code === hyphen && last === index) continue;
    if (code === underscore) return none;
    if (!isWord(code)) return digits > 2 ? decided(view, last) : none;
    if (isFoldedDigit(code)) digits += 1;
    size += 1;
    if (size > mostCharacters || (digits === 0 && size > mostAnnounced)) return none;
    last = index + 1;
  }
  if (!final) return undecided;
  return digits > 2 ? decided(view, last) : none;
}

/** A hyphen that ends the text, and no letter behind it, is not of the value. */
function decided(view: View, end: number): number {
  return endUnless(view.codeAt(end) === hyphen ? false : goesOn(view, end), end);
}
