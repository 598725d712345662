import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Certified } from './authority.ts';

/** All that the Secret holds: what is served, who signs, and whom the API server is to trust. */
export interface CertificateBundle {
  readonly leaf: Certified;
  /** The one that signs leaves now. */
  readonly authority: Certified;
  /** Made, trusted, and not signing yet: every API server knows it before the first leaf of it is served. */
  readonly next: Certified | undefined;
  /** Certificates of authorities, PEM: these two and older ones that are still valid. */
  readonly trusted: readonly string[];
}

/** The keys of the Secret. `tls.crt`, `tls.key` and `ca.crt` are called as everywhere. */
export function bundleData(bundle: CertificateBundle): Readonly<Record<string, string>> {
  return {
    'tls.crt': bundle.leaf.cert,
    'tls.key': bundle.leaf.key,
    'ca.crt': bundle.trusted.join(''),
    'authority.crt': bundle.authority.cert,
    'authority.key': bundle.authority.key,
    'next-authority.crt': bundle.next?.cert ?? '',
    'next-authority.key': bundle.next?.key ?? '',
  };
}

/** The bundle in the Secret; undefined where it is none, or its parts do not belong together. */
export function readBundle(
  data: Readonly<Record<string, string>>,
  names: readonly string[],
): CertificateBundle | undefined {
  try {
    const leaf = certified(data['tls.crt'], data['tls.key']);
    const authority = certified(data['authority.crt'], data['authority.key']);
    const hasNext = (data['next-authority.crt'] ?? '') !== '';
    const next = hasNext ? certified(data['next-authority.crt'], data['next-authority.key']) : undefined;
    const trusted = splitPem(data['ca.crt'] ?? '');
    const bundle = { leaf, authority, next, trusted };
    return belongsTogether(bundle, names) ? bundle : undefined;
  } catch {
    return undefined; // what cannot be parsed is made anew, whatever is wrong with it
  }
}

/** The certificates of a PEM text, each with a line feed at its end. */
export function splitPem(text: string): readonly string[] {
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return found.map((one) => `${one.replaceAll('\r', '')}\n`);
}

export interface Validity {
  readonly from: number;
  readonly to: number;
}

export function validityOf(pem: string): Validity {
  const { validFromDate, validToDate } = new X509Certificate(pem);
  return { from: validFromDate.getTime(), to: validToDate.getTime() };
}

export function isPair({ cert, key }: Certified): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

function certified(cert = '', key = ''): Certified {
  const pair = { cert, key };
  if (!isPair(pair)) throw new Error('certificate and key are not of one pair');
  return pair;
}

function belongsTogether(
  { leaf, authority, next, trusted }: CertificateBundle,
  names: readonly string[],
): boolean {
  const served = new X509Certificate(leaf.cert);
  const issuers = trusted.map((pem) => new X509Certificate(pem));
  const knows = ({ cert }: Certified): boolean => {
    const { fingerprint256 } = new X509Certificate(cert);
    return issuers.some((one) => one.fingerprint256 === fingerprint256);
  };
  const isVouchedFor = issuers.some(
    (issuer) => issuer.ca && served.checkIssued(issuer) && served.verify(issuer.publicKey),
  );
  const hasNames = names.every(
    (name) => served.checkHost(name) !== undefined || served.checkIP(name) !== undefined,
  );
  return isVouchedFor && hasNames && knows(authority) && (next === undefined || knows(next));
}
