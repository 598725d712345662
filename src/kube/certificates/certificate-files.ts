import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPair } from './bundle.ts';
import type { ServedCertificate } from './served-certificate.ts';

/** Serves what someone else (cert-manager, say) keeps in a mounted directory. To be called again and again. */
export async function keepFromFiles(directory: string, served: ServedCertificate): Promise<void> {
  const [cert, key] = await Promise.all([
    readFile(join(directory, 'tls.crt'), 'utf8'),
    readFile(join(directory, 'tls.key'), 'utf8'),
  ]);
  // Read in the middle of a change: the next look finds both.
  if (!isPair({ cert, key })) throw new Error(`tls.crt and tls.key in ${directory} are not of one pair`);
  served.replace({ cert, key });
}
