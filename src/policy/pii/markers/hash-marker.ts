import { plainText } from '../../guards/characters.ts';
import { codeLength, codeLetters, codeOf } from '../../placeholders.ts';
import { entities, type Entity } from '../entities.ts';
import { customMarkers, type Marker, type Redaction, toLength } from './marker.ts';

/** Tells values of an entity apart, hex: the same value, the same digest, and no way from it to the value. */
export type DigestOf = (entity: string, value: string) => string;

/** A code that is cut shorter would soon be that of two values. */
const shortestCode = 8;

/** What a text holds where a value was found by its form: taken for a name, a marker would be another in each text. */
export const hashMarkers = new RegExp(
  `\\[(?:(?:${entities.join('|')}):)?[${codeLetters}]{${shortestCode},${codeLength}}\\]`,
  'g',
);

/** Compiles the format `hash`: `[EMAIL:BCDFGHJKLMNP]`, by the digests of one exchange. Its letters make neither a word nor a number. */
export function compileHashMarker({
  preserveLength,
  custom,
}: Pick<Redaction, 'preserveLength' | 'custom'>): (digestOf: DigestOf) => Marker {
  const own = customMarkers(custom);
  return (digestOf) => (entity, value) => {
    const marker = own.get(entity);
    if (marker !== undefined) return preserveLength ? toLength(marker, value.length) : marker;
    const digest = digestOf(entity, normalisedValue(entity, value));
    const hashed = `[${entity}:${codeOf(digest)}]`;
    return preserveLength ? fitted(hashed, digest, value.length) : hashed;
  };
}

/** In what has no room for the name of its entity a code alone stands, and in what is shorter still asterisks. */
function fitted(marker: string, digest: string, length: number): string {
  const room = Math.min(codeLength, length - 2);
  return marker.length > length && room >= shortestCode
    ? toLength(`[${codeOf(digest, room)}]`, length)
    : toLength(marker, length);
}

type Spell = (plain: string) => string;

const asWritten: Spell = (plain) => plain;
const inLowerCase: Spell = (plain) => plain.toLowerCase();
const lettersAndDigits: Spell = (plain) => plain.replaceAll(/[^\p{L}\p{Nd}]/gu, '').toUpperCase();

/** What of a value tells it from others: one that is written in another way is the same. */
const spellings: Readonly<Record<Entity, Spell>> = {
  EMAIL: (plain) => plain.toLowerCase().replace(/%40|&(?:#64|#x40|commat);/, '@'),
  PHONE: lettersAndDigits,
  SSN: lettersAndDigits,
  CREDIT_CARD: lettersAndDigits,
  IP_ADDRESS: inLowerCase,
  SECRET: asWritten,
  PRIVATE_KEY: asWritten,
  URL_CREDENTIALS: asWritten,
  MAC_ADDRESS: lettersAndDigits,
  IBAN: lettersAndDigits,
  CRYPTO_ADDRESS: asWritten,
  NATIONAL_ID: lettersAndDigits,
  PASSPORT: lettersAndDigits,
  // Without its separators 1/12/1980 would be 11/2/1980.
  DATE_OF_BIRTH: (plain) => plain.toLowerCase().replaceAll(/[^\p{L}\p{Nd}]+/gu, ' '),
  CVV: lettersAndDigits,
  MEDICAL_RECORD: lettersAndDigits,
  NPI: lettersAndDigits,
};

/** Of names and what patterns find only the white space may differ. */
function normalisedValue(entity: string, value: string): string {
  const known = entities.find((one) => one === entity);
  const plain = plainText(value);
  return known === undefined ? plain.replaceAll(/\s+/g, ' ') : spellings[known](plain);
}
