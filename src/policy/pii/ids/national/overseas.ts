import {
  digitAt,
  isDay,
  isLuhn,
  isVaried,
  isVerhoeff,
  pairAt,
  weighted,
} from '../../numbers/check-digits.ts';
import type { NationalId } from '../form.ts';

/** Two check digits in a row, each of the digits before it with falling weights. */
function hasFallingChecks(text: string, heaviest: number): boolean {
  for (const place of [text.length - 2, text.length - 1]) {
    let sum = 0;
    for (let index = 0; index < place; index += 1)
      sum += digitAt(text, index) * (2 + ((place - 1 - index) % (heaviest - 1)));
    const check = 11 - (sum % 11);
    if ((check > 9 ? 0 : check) !== digitAt(text, place)) return false;
  }
  return isVaried(text);
}

function isAadhaar(text: string): boolean {
  return digitAt(text, 0) > 1 && isVerhoeff(text);
}

/** No check digit; the fourth letter tells what holds the account, the fifth is the first of its name. */
function isPan(text: string): boolean {
  return 'ABCFGHJLPT'.includes(text.charAt(3));
}

function isSin(text: string): boolean {
  return isVaried(text) && digitAt(text, 0) !== 8 && isLuhn(text);
}

function isTfn(text: string): boolean {
  return isVaried(text) && weighted(text, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
}

function isMedicare(text: string): boolean {
  return /^[2-6]/u.test(text) && weighted(text, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digitAt(text, 8);
}

function isSouthAfrican(text: string): boolean {
  return isDay(pairAt(text, 2), pairAt(text, 4)) && digitAt(text, 10) < 2 && isLuhn(text);
}

/** GB 11643: a region, a day of birth, and a check by ISO 7064, MOD 11-2. */
function isChinese(text: string): boolean {
  if (!/^[1-8]\d{5}(?:19|20)\d{9}[\dX]$/u.test(text)) return false;
  if (!isDay(pairAt(text, 10), pairAt(text, 12))) return false;
  const sum = weighted(text, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return '10X98765432'.charAt(sum % 11) === text.charAt(17);
}

function isKoreanDay(text: string): boolean {
  return isDay(pairAt(text, 2), pairAt(text, 4));
}

/** What was given since October 2020 has no check digit. */
function isKorean(text: string): boolean {
  const sum = weighted(text, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
  return isKoreanDay(text) && (11 - (sum % 11)) % 10 === digitAt(text, 12);
}

/** By the first letter: another century, or a foreigner. */
function isNric(text: string): boolean {
  const first = text.charAt(0);
  const shift = { S: 0, T: 4, F: 0, G: 4, M: 3 }[first];
  if (shift === undefined) return false;
  const rest = (weighted(text.slice(1), [2, 7, 6, 5, 4, 3, 2]) + shift) % 11;
  if (first === 'M') return 'KLJNPQRTUWX'.charAt(10 - rest) === text.charAt(8);
  return (first === 'S' || first === 'T' ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK').charAt(rest) === text.charAt(8);
}

const curpAlphabet = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';

function isCurp(text: string): boolean {
  if (!/^[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d$/u.test(text) || !isDay(pairAt(text, 6), pairAt(text, 8)))
    return false;
  let sum = 0;
  for (let index = 0; index < 17; index += 1) sum += curpAlphabet.indexOf(text.charAt(index)) * (18 - index);
  return (10 - (sum % 10)) % 10 === digitAt(text, 17);
}

function isTurkish(text: string): boolean {
  if (digitAt(text, 0) === 0) return false;
  const tenth = weighted(text, [7, -1, 7, -1, 7, -1, 7, -1, 7]) % 10;
  const eleventh = weighted(text, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) % 10;
  return (tenth + 10) % 10 === digitAt(text, 9) && eleventh === digitAt(text, 10);
}

function isRut(text: string): boolean {
  const digits = text.slice(0, -1).padStart(8, '0');
  const check = 11 - (weighted(digits, [3, 2, 7, 6, 5, 4, 3, 2]) % 11);
  return isVaried(digits) && '0123456789K0'.charAt(check) === text.at(-1);
}

function isThai(text: string): boolean {
  const sum = weighted(text, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  return digitAt(text, 0) > 0 && (11 - (sum % 11)) % 10 === digitAt(text, 12);
}

/** One or two letters, six digits and a check, by falling weights, modulo 11. */
function isHongKong(text: string): boolean {
  const letters = text.length === 9 ? text.slice(0, 2) : ` ${text.charAt(0)}`;
  let sum = 0;
  for (let index = 0; index < 2; index += 1)
    sum += (letters.charAt(index) === ' ' ? 36 : letters.charCodeAt(index) - 0x37) * (9 - index);
  sum += weighted(text.slice(-7), [7, 6, 5, 4, 3, 2]);
  return '0123456789A'.charAt((11 - (sum % 11)) % 11) === text.at(-1);
}

const taiwanLetters = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';

function isTaiwanese(text: string): boolean {
  const region = 10 + taiwanLetters.indexOf(text.charAt(0));
  const sum = Math.trunc(region / 10) + (region % 10) * 9;
  return (
    /^[A-Z][1289]/u.test(text) && (sum + weighted(text.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 === 0
  );
}

const nines = ['#########', '###~###~###'] as const;
const elevens = ['###########'] as const;

export const overseas: readonly NationalId[] = [
  { name: 'br_cpf', forms: ['###.###.###-##'], announced: [...elevens, '#########-##'], words: 'cpf', isValid: (text) => hasFallingChecks(text, 11) },
  { name: 'br_cnpj', forms: ['##.###.###/####-##'], announced: ['##############'], words: 'cnpj', isValid: (text) => hasFallingChecks(text, 9) },
  { name: 'in_aadhaar', announced: ['############', '####~####~####'], words: 'aadh?aa?r|uidai|uid|आधार', isValid: isAadhaar },
  { name: 'in_pan', forms: ['AAAAA####A'], isValid: (text) => text.charAt(3) === 'P' },
  { name: 'in_pan', announced: ['AAAAA####A'], words: 'pan|permanent account', isValid: isPan },
  { name: 'ca_sin', announced: nines, words: 'sin|social insurance|nas|assurance sociale', isValid: isSin },
  { name: 'au_tfn', announced: nines, words: 'tfn|tax file', isValid: isTfn },
  { name: 'au_medicare', announced: ['##########', '####~#####~#'], words: 'medicare', isValid: isMedicare },
  { name: 'za_id', announced: ['#############', '###### #### ## #', '###### #### ###'], words: 'south african?|rsa|id (?:number|no|nr)|identiteits\\w*', isValid: isSouthAfrican },
  { name: 'cn_resident_id', forms: ['##################', '#################A'], isValid: isChinese },
  { name: 'kr_rrn', forms: ['######-#######'], announced: ['#############'], words: 'rrn|resident registration|주민등록번호|주민번호', isValid: isKorean },
  { name: 'kr_rrn', announced: ['######-#######'], words: 'rrn|resident registration|주민등록번호|주민번호', isValid: isKoreanDay },
  { name: 'sg_nric', forms: ['A#######A'], isValid: isNric },
  { name: 'mx_curp', forms: ['AAAA######AAAAAAX#'], isValid: isCurp },
  { name: 'tr_kimlik', announced: elevens, words: 'tckn|kimlik\\w*|t\\.?c\\.?(?: (?:no|kimlik))?', isValid: isTurkish },
  { name: 'cl_rut', forms: ['##.###.###-X', '#.###.###-X'], announced: ['########-X', '#######-X'], words: 'r\\.?u\\.?[tn]', isValid: isRut },
  { name: 'th_id', forms: ['#-####-#####-##-#'], announced: ['#############'], words: 'thai|บัตรประชาชน|ประจำตัวประชาชน', isValid: isThai },
  { name: 'hk_id', forms: ['A######(X)', 'AA######(X)'], isValid: isHongKong },
  { name: 'tw_id', announced: ['A#########'], words: '身[分份]證(?:字號)?|taiwan(?:ese)?', isValid: isTaiwanese },
]; // prettier-ignore
