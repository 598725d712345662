import type { Detector } from '../guards/detector.ts';
import { creditCard } from './credit-card.ts';
import { email } from './email.ts';
import { ipv4 } from './ipv4.ts';
import { ipv6 } from './ipv6.ts';
import { phone } from './phone.ts';
import { privateKey } from './private-key.ts';
import { secret } from './secret.ts';
import { ssn } from './ssn.ts';
import { urlCredentials } from './url-credentials.ts';

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
] as const;
export type Entity = (typeof entities)[number];

/** In order of priority: the more a form proves by itself, the earlier. A new entity is one file and one line here. */
export const detectors: readonly Detector[] = [
  privateKey,
  urlCredentials,
  secret,
  email,
  creditCard,
  ssn,
  ipv4,
  ipv6,
  phone,
];

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
]);

/** The entity a name means, in any case, with hyphens or spaces, singular or plural; undefined where it means none. */
export function entityNamed(name: string): Entity | undefined {
  const spelled = name.trim().toUpperCase().replaceAll(/[- ]/gu, '_');
  const singular = spelled.replace(/(?:(?<=ADDRESS)ES|(?<=[^S])S)$/u, '');
  return known(spelled) ?? known(singular);
}

function known(name: string): Entity | undefined {
  return entities.find((entity) => entity === name) ?? aliases.get(name);
}
