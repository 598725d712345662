const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;
const secondSeed = 0x5bd1e995;

/** FNV-1a over UTF-16 code units. Not for security: it only has to give the same answer to the same request. */
export function hashText(text: string, seed = 0): number {
  let hash = offsetBasis ^ seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), prime);
  return hash >>> 0;
}

/** Sixteen hexadecimal digits that name a request: two FNV-1a of its bytes, in one pass. */
export function digest(bytes: Uint8Array): string {
  let one = offsetBasis;
  let other = offsetBasis ^ secondSeed;
  // By index: an iterator over bytes costs several times as much.
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    one = Math.imul(one ^ byte, prime);
    other = Math.imul(other ^ byte, prime);
  }
  return hex(one >>> 0) + hex(other >>> 0);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
