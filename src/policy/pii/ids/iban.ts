import { hyphen, space } from '../../guards/ascii.ts';
import { ignorable, isFoldedDigit, isWord } from '../../guards/characters.ts';
import { edge, endUnless, none, undecided, type View } from '../../guards/detector.ts';
import { sizesFrom, type Value } from '../search/beginning.ts';
import { beginsToken, tokenGoesOn } from './token.ts';

/** Bank account numbers (ISO 13616): by country, length and check digits; in one piece or in fours. */
export const iban: Value = {
  entity: 'IBAN',
  begins: [{ letters: [2], digits: sizesFrom(2) }],
  endAt: (view, at) => (beginsToken(view, at) ? accountEnd(view, at) : none),
};

/** How long the accounts of each country are, by the registry of ISO 13616 and its experimental users. */
const lengths =
  'AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 CI28 CM27 CR22 CV25 CY28 CZ24 DE22 DJ27 ' +
  'DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GA27 GB22 GE22 GI23 GL18 GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 ' +
  'IT27 JO30 KM27 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MA28 MC27 MD24 ME22 MG27 MK19 ML28 MN20 MR27 MT31 MU30 MZ25 NE28 NI28 NL18 ' +
  'NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27 TG28 TL23 TN24 TR26 UA29 ' +
  'VA22 VG24 XK20 YE30';

const lengthByCountry = new Uint8Array(26 * 26);
for (const entry of lengths.split(' '))
  lengthByCountry[countryOf(entry.charCodeAt(0), entry.charCodeAt(1))] = Number(entry.slice(2));

function countryOf(first: number, second: number): number {
  return ((first & 0x5f) - 0x41) * 26 + (second & 0x5f) - 0x41;
}

/**
 * Where the account at `start` ends, or `none`. One pass: the remainder is taken over the account as it is read, and the
 * four characters it begins with are appended when it ends.
 */
function accountEnd(view: View, start: number): number {
  const { codes, end } = view;
  let index = start;
  let count = 0;
  let head = 0;
  let country = 0;
  let length = 4;
  let remainder = 0;
  let gap = 0;
  for (; count < length; index += 1) {
    if (index >= end) return view.final ? none : undecided;
    const code = codes[index] ?? edge;
    if (code === ignorable) continue;
    if (code === space || code === hyphen) {
      if (count === 0 || count % 4 !== 0 || gap === count) return none;
      gap = count;
      continue;
    }
    if (!isWord(code) || (count < 4 && isFoldedDigit(code) !== count > 1)) return none;
    count += 1;
    const value = isFoldedDigit(code) ? code - 0x30 : (code & 0x5f) - 0x37;
    if (count > 4) remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
    else head = count < 3 ? head * 100 + value : head * 10 + value;
    if (count === 1) country = code;
    if (count === 2) {
      length = lengthByCountry[countryOf(country, code)] ?? 0;
      if (length === 0) return none;
    }
  }
  if ((remainder * 1_000_000 + head) % 97 !== 1) return none;
  return endUnless(tokenGoesOn(view, index), index);
}
