import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** A certificate and its key, both PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

const dayMs = 86_400_000;
export const authorityMs = 365 * dayMs;
export const leafMs = 7 * dayMs;
/** Clocks of others may be behind ours. */
const backdatedMs = 3_600_000;

const makeKeys = promisify(generateKeyPair);

/** A new authority, which vouches for itself. */
export async function makeAuthority(now: number): Promise<Certified> {
  const subject = [{ name: 'commonName', value: `kt-sidecar admission ${new Date(now).toISOString()}` }];
  const { cert, key } = await unsigned(subject, { now, lifeMs: authorityMs });
  cert.setIssuer(subject);
  cert.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return signed(cert, key, key);
}

/** A certificate of a server by these names, for which the authority vouches. */
export async function makeLeaf(
  authority: Certified,
  names: readonly string[],
  now: number,
): Promise<Certified> {
  const issuer = forge.pki.certificateFromPem(authority.cert);
  const subject = [{ name: 'commonName', value: (names[0] ?? '').slice(0, 64) }];
  const { cert, key } = await unsigned(subject, { now, lifeMs: leafMs });
  cert.setIssuer(issuer.subject.attributes);
  cert.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: names.map(altName) },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes(),
    },
  ]);
  return signed(cert, key, authority.key);
}

async function unsigned(
  subject: forge.pki.CertificateField[],
  { now, lifeMs }: { readonly now: number; readonly lifeMs: number },
): Promise<{ readonly cert: forge.pki.Certificate; readonly key: string }> {
  // Node's own keys: those of forge are made in JavaScript, and take seconds.
  const { publicKey, privateKey } = await makeKeys('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const cert = forge.pki.createCertificate();
  cert.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // Positive: a first byte of 0x01.
  cert.serialNumber = `01${randomBytes(15).toString('hex')}`;
  cert.validity.notBefore = new Date(now - backdatedMs);
  cert.validity.notAfter = new Date(now + lifeMs);
  cert.setSubject(subject);
  return { cert, key: privateKey };
}

function signed(cert: forge.pki.Certificate, key: string, signer: string): Certified {
  cert.sign(forge.pki.privateKeyFromPem(signer), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(cert).replaceAll('\r', ''), key };
}

// 2 is a DNS name, 7 an IP address.
function altName(name: string): object {
  return /^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name };
}
