import { createHash } from 'node:crypto';

export interface MapContent {
  readonly data?: Readonly<Record<string, string>> | undefined;
  /** Base64. */
  readonly binaryData?: Readonly<Record<string, string>> | undefined;
}

/**
 * The first 16 hex of a SHA-256: of the file, where the ConfigMap has only one, so that it begins as the hash in `/status`
 * does; else of every key with its value.
 */
export function contentHash({ data = {}, binaryData = {} }: MapContent): string {
  const texts = Object.entries(data);
  const [only] = texts;
  if (only !== undefined && texts.length === 1 && Object.keys(binaryData).length === 0)
    return shortHash(only[1]);
  const entries = [...texts, ...Object.entries(binaryData)].toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return shortHash(JSON.stringify(entries));
}

/** What a pod is said to have, given what each of the sources it mounts has. */
export function combinedHash(hashes: readonly string[]): string {
  const [only] = hashes;
  return only !== undefined && hashes.length === 1 ? only : shortHash(hashes.join(' '));
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
