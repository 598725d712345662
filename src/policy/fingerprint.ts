import { createHmac } from 'node:crypto';
import type { Fingerprint } from './evidence.ts';

/** HMAC-SHA-256 under a key, hex. A plain hash of a phone number could be reversed by trying them all. */
export function fingerprintWith(key: string | Buffer): Fingerprint {
  return (text) => createHmac('sha256', key).update(text).digest('hex');
}
