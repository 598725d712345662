import type { Detector } from '../guards/detector.ts';
import { medicalRecord, passport, providerId } from './announced/announced.ts';
import { birthDate } from './announced/birth-date.ts';
import { creditCard } from './numbers/credit-card.ts';
import { cryptoAddress } from './ids/crypto-address.ts';
import { email } from './addresses/email.ts';
import { iban } from './ids/iban.ts';
import type { IpScope } from './addresses/ip-scope.ts';
import { ipv4Of } from './addresses/ipv4.ts';
import { ipv6Of } from './addresses/ipv6.ts';
import { macAddress } from './addresses/mac-address.ts';
import { nationalNumber, nationalToken } from './ids/national-id.ts';
import { phoneOf } from './phone/phone.ts';
import { privateKey } from './secrets/private-key.ts';
import { secret } from './secrets/secret.ts';
import { securityCode } from './announced/security-code.ts';
import { ssn } from './ids/ssn.ts';
import { compileValues } from './search/value-search.ts';
import { urlCredentials } from './secrets/url-credentials.ts';

/** What personal data is looked for. */
export const entities = [
  'EMAIL',
  'PHONE',
  'SSN',
  'CREDIT_CARD',
  'IP_ADDRESS',
  'SECRET',
  'PRIVATE_KEY',
  'URL_CREDENTIALS',
  'MAC_ADDRESS',
  'IBAN',
  'CRYPTO_ADDRESS',
  'NATIONAL_ID',
  'PASSPORT',
  'DATE_OF_BIRTH',
  'CVV',
  'MEDICAL_RECORD',
  'NPI',
] as const;
export type Entity = (typeof entities)[number];

/** Looked for in `pci_mode` alone. */
export const cardEntities: readonly Entity[] = ['CREDIT_CARD', 'CVV'];
/** Looked for where they are named, and in `healthcare_mode`. */
export const healthEntities: readonly Entity[] = ['MEDICAL_RECORD', 'NPI'];

/** `regions`: whose national phone numbers are found by their grouping. In order of priority: the more a form proves by itself, the earlier. A new entity is one file and one line here. */
export const detectorsFor = (regions: readonly string[], ipScope: IpScope): readonly Detector[] =>
  compileValues([
    privateKey,
    urlCredentials,
    secret,
    email,
    cryptoAddress,
    iban,
    creditCard,
    ssn,
    ipv4Of(ipScope),
    ipv6Of(ipScope),
    macAddress,
    nationalToken,
    nationalNumber,
    providerId,
    passport,
    medicalRecord,
    birthDate,
    securityCode,
    phoneOf(regions),
  ]);

/** With the settings nobody changed. */
export const detectors = detectorsFor([], 'public');

const aliases: ReadonlyMap<string, Entity> = new Map([
  ['EMAIL_ADDRESS', 'EMAIL'],
  ['E_MAIL', 'EMAIL'],
  ['PHONE_NUMBER', 'PHONE'],
  ['TELEPHONE', 'PHONE'],
  ['US_SSN', 'SSN'],
  ['SOCIAL_SECURITY_NUMBER', 'SSN'],
  ['CREDIT_CARD_NUMBER', 'CREDIT_CARD'],
  ['CREDITCARD', 'CREDIT_CARD'],
  ['CARD', 'CREDIT_CARD'],
  ['IP', 'IP_ADDRESS'],
  ['IPV4', 'IP_ADDRESS'],
  ['IPV6', 'IP_ADDRESS'],
  ['API_KEY', 'SECRET'],
  ['TOKEN', 'SECRET'],
  ['CREDENTIALS', 'SECRET'],
  ['PEM', 'PRIVATE_KEY'],
  ['URL_CREDENTIAL', 'URL_CREDENTIALS'],
  ['IBAN_CODE', 'IBAN'],
  ['MAC', 'MAC_ADDRESS'],
  ['CRYPTO', 'CRYPTO_ADDRESS'],
  ['NATIONAL_ID_NUMBER', 'NATIONAL_ID'],
  ['TAX_ID', 'NATIONAL_ID'],
  ['PASSPORT_NUMBER', 'PASSPORT'],
  ['DOB', 'DATE_OF_BIRTH'],
  ['BIRTH_DATE', 'DATE_OF_BIRTH'],
  ['CVC', 'CVV'],
  ['SECURITY_CODE', 'CVV'],
  ['MRN', 'MEDICAL_RECORD'],
  ['MEDICAL_RECORD_NUMBER', 'MEDICAL_RECORD'],
  ['BITCOIN_ADDRESS', 'CRYPTO_ADDRESS'],
  ['CRYPTO_WALLET', 'CRYPTO_ADDRESS'],
]);

/** The entity a name means, in any case, with hyphens or spaces, singular or plural; undefined where it means none. */
export function entityNamed(name: string): Entity | undefined {
  const spelled = name.trim().toUpperCase().replaceAll(/[- ]/gu, '_');
  const singular = spelled.replace(/(?:(?<=ADDRESS)ES|(?<=[^S])S)$/u, '');
  return known(spelled) ?? known(singular);
}

/** The entities that these names mean; what means none is left out. */
export function entitiesNamed(names: readonly string[]): readonly Entity[] {
  return names.flatMap((name) => entityNamed(name) ?? []);
}

function known(name: string): Entity | undefined {
  return entities.find((entity) => entity === name) ?? aliases.get(name);
}
