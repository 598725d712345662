import {
  digitAt,
  isDay,
  isEan13,
  isLuhn,
  isMod1110,
  isVaried,
  pairAt,
  weighted,
} from '../../numbers/check-digits.ts';
import type { NationalId } from '../form.ts';

/** Ten digits, the last of them a check of the others with these weights, modulo 11. */
function isNhs(text: string): boolean {
  const check = 11 - (weighted(text, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return isVaried(text) && check % 11 === digitAt(text, 9) && check !== 10;
}

/** No check digit, but most prefixes were never given. */
function isNino(text: string): boolean {
  return /^(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/u.test(text);
}

const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';

function isDni(text: string): boolean {
  return dniLetters.charAt(Number(text.slice(0, 8)) % 23) === text.charAt(8);
}

function isNie(text: string): boolean {
  const first = 'XYZ'.indexOf(text.charAt(0));
  return first !== -1 && isDni(`${first}${text.slice(1)}`);
}

const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23] as const; // prettier-ignore

/** Months are letters, days of women have 40 added; digits may be written as letters where two persons would have one code. */
function isCodiceFiscale(text: string): boolean {
  if (!/^[A-Z]{6}[\dLMNPQRSTUV]{2}[ABCDEHLMPRST][0-7LMNPQRST][\dLMNPQRSTUV][A-Z][\dLMNPQRSTUV]{3}[A-Z]$/u.test(text)) return false; // prettier-ignore
  let sum = 0;
  for (let index = 0; index < 15; index += 1) {
    const value = Number.parseInt(text.charAt(index), 36);
    const letter = value > 9 ? value - 10 : value;
    sum += index % 2 === 0 ? (oddValues[letter] ?? 0) : letter;
  }
  return sum % 26 === text.charCodeAt(15) - 0x41;
}

/** The two of Corsica count as departments 19 and 18. */
function isNir(text: string): boolean {
  const digits = text.replace('2A', '19').replace('2B', '18');
  const month = pairAt(digits, 3);
  if (!/^[123478]\d{14}$/u.test(digits) || month === 0 || (month > 12 && month < 20)) return false;
  return 97 - (Number(digits.slice(0, 13)) % 97) === pairAt(digits, 13);
}

/** Of the first ten digits one occurs twice or three times, the others once or not at all. */
function isSteuerId(text: string): boolean {
  const counts = Array.from('0123456789', (digit) => text.slice(0, 10).split(digit).length - 1);
  const repeated = counts.filter((count) => count > 1);
  return digitAt(text, 0) !== 0 && repeated.length === 1 && (repeated[0] ?? 0) <= 3 && isMod1110(text);
}

function isBsn(text: string): boolean {
  return isVaried(text) && weighted(text, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;
}

/** Months of provisional numbers have 20 or 40 added. Of the births since 2000 the check counts a 2 in front. */
function isBelgian(text: string): boolean {
  if (!isDay(pairAt(text, 2) % 20, pairAt(text, 4))) return false;
  const check = pairAt(text, 9);
  const number = Number(text.slice(0, 9));
  return 97 - (number % 97) === check || 97 - ((number + 2_000_000_000) % 97) === check;
}

/** Months tell centuries by 20, 40, 60 or 80 added. */
function isPesel(text: string): boolean {
  return (
    isDay(pairAt(text, 2) % 20, pairAt(text, 4)) &&
    weighted(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
  );
}

/** Ten or twelve digits; days of coordination numbers have 60 added. */
function isPersonnummer(text: string): boolean {
  const short = text.slice(-10);
  return isDay(pairAt(short, 2), pairAt(short, 4) % 60) && isLuhn(short);
}

/** With the year in full it is a time as often, unless the person is of the last century. */
function isPlainPersonnummer(text: string): boolean {
  return (text.length === 10 || text.startsWith('19')) && isPersonnummer(text);
}

const hetuCheck = '0123456789ABCDEFHJKLMNPRSTUVWXY';

function isHetu(text: string): boolean {
  if (text.length === 11 && !/[A-FU-Y]/u.test(text.charAt(6))) return false;
  const number = Number(text.slice(0, 6) + text.slice(-4, -1));
  return isDay(pairAt(text, 2), pairAt(text, 0)) && hetuCheck.charAt(number % 31) === text.at(-1);
}

/** Days of persons without residence have 40 added, months of test persons 40 or 80. */
function isFodselsnummer(text: string): boolean {
  if (!isDay(pairAt(text, 2) % 40, pairAt(text, 0) % 40)) return false;
  return (
    weighted(text, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
    weighted(text, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  );
}

/** Its check digit has not been kept to since 2007. */
function isCpr(text: string): boolean {
  return isDay(pairAt(text, 2), pairAt(text, 0));
}

function isAhv(text: string): boolean {
  return text.startsWith('756') && isEan13(text);
}

function isPortuguese(text: string): boolean {
  const check = 11 - (weighted(text, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return /^(?:[1-35689]|45|7[01247-9])/u.test(text) && (check > 9 ? 0 : check) === digitAt(text, 8);
}

/** Months of women have 50 added, of later births with a full register 20 or 70. */
function isRodneCislo(text: string): boolean {
  return isDay((pairAt(text, 2) % 50) % 20, pairAt(text, 4)) && Number(text) % 11 === 0;
}

function isCnp(text: string): boolean {
  const check = weighted(text, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  return isDay(pairAt(text, 3), pairAt(text, 5)) && (check === 10 ? 1 : check) === digitAt(text, 12);
}

/** Months tell centuries by 20 or 40 added. */
function isEgn(text: string): boolean {
  const check = (weighted(text, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10;
  return isDay(pairAt(text, 2) % 20, pairAt(text, 4)) && check === digitAt(text, 9);
}

function isPps(text: string): boolean {
  const last = text.charCodeAt(8);
  const second = Number.isNaN(last) || text.charAt(8) === 'W' ? 0 : last - 0x40;
  const check = (weighted(text, [8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23;
  return 'WABCDEFGHIJKLMNOPQRSTUV'.charAt(check) === text.charAt(7);
}

const elevens = ['###########'] as const;
const nines = ['#########', '###~###~###'] as const;
const sixFour = ['##########', '######-####'] as const;
const personal = 'personn?ummer|personnr|p-?nr|personal (?:identity )?number';

export const european: readonly NationalId[] = [
  { name: 'gb_nhs', announced: ['##########', '###~###~####'], words: 'nhs|national health(?: service)?|health service', isValid: isNhs },
  { name: 'gb_nino', forms: ['AA######A', 'AA~##~##~##~A'], isValid: isNino },
  // Eight digits and one of these letters are a number in a program, or hexadecimal.
  { name: 'es_dni', forms: ['########A', '########-A'], isValid: (text) => !/[A-FL]$/u.test(text) && isDni(text) },
  { name: 'es_dni', announced: ['########A', '########-A', '######## A'], words: 'd\\.?n\\.?i|n\\.?i\\.?f|documento nacional', isValid: isDni },
  { name: 'es_nie', forms: ['A#######A'], isValid: isNie },
  { name: 'it_codice_fiscale', forms: ['AAAAAAXXAXXAXXXA'], isValid: isCodiceFiscale },
  { name: 'fr_nir', forms: ['###############', '# ## ## ## ### ### ##', '######A########', '# ## ## #A ### ### ##'], isValid: isNir },
  { name: 'de_steuer_id', announced: [...elevens, '## ### ### ###'], words: 'steuer\\w*|idnr|steuer-?id\\w*|tin', isValid: isSteuerId },
  { name: 'nl_bsn', announced: [...nines, '####.##.###'], words: 'bsn|burger ?service ?\\w*|sofi-?\\w*', isValid: isBsn },
  { name: 'be_national_number', forms: ['##.##.##-###.##'], announced: elevens, words: 'rijksregister\\w*|registre national|insz|niss|rrn|nn', isValid: isBelgian },
  { name: 'pl_pesel', announced: elevens, words: 'pesel\\w*', isValid: isPesel },
  { name: 'se_personnummer', forms: ['######-####', '######+####', '########-####'], isValid: isPlainPersonnummer },
  { name: 'se_personnummer', announced: ['##########', '############', '########-####'], words: personal, isValid: isPersonnummer },
  { name: 'fi_hetu', forms: ['######-###X', '######+###X', '######A###X'], isValid: isHetu },
  { name: 'no_fodselsnummer', forms: ['###########', '###### #####'], isValid: isFodselsnummer },
  { name: 'dk_cpr', announced: sixFour, words: `cpr\\w*|cpr-?nr|${personal}`, isValid: isCpr },
  { name: 'ch_ahv', forms: ['#############', '###.####.####.##', '### #### #### ##'], isValid: isAhv },
  { name: 'pt_nif', announced: nines, words: 'n\\.?i\\.?f|contribuinte|identificação fiscal', isValid: isPortuguese },
  { name: 'cz_rodne_cislo', forms: ['######/####'], announced: ['##########'], words: 'rodn[eé] [cč][ií]slo|r\\.?č', isValid: isRodneCislo },
  { name: 'ro_cnp', announced: ['#############'], words: 'cnp|cod numeric personal', isValid: isCnp },
  { name: 'bg_egn', announced: ['##########'], words: 'egn|егн', isValid: isEgn },
  { name: 'hr_oib', announced: elevens, words: 'oib', isValid: isMod1110 },
  { name: 'ie_pps', announced: ['#######A', '#######AA'], words: 'ppsn?|personal public service', isValid: isPps },
]; // prettier-ignore
