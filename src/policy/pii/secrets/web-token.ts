import { alphanumeric, dot } from '../../guards/ascii.ts';
import { ignorable } from '../../guards/characters.ts';
import { type MatchEnd, characterSet, codeAt, none, pastAll, type View } from '../../guards/detector.ts';
import { spell } from '../numbers/number.ts';

const base64Url = characterSet(alphanumeric, '-_', ignorable);
/** Below the hold-back limit, or any JSON in Base64 would be held that long and taken for a token. */
const headerWidth = 300;
const fewestParts = 3;
/** An encrypted one has five (RFC 7516). */
const mostParts = 5;
const leastBody = 20;

/** Where the JSON Web Token that starts at `at` ends (RFC 7519): its header is a JSON object that names an algorithm. */
export function webTokenEnd(view: View, at: number, from: number): MatchEnd {
  const header = pastAll(view, from, base64Url, at + headerWidth - from);
  if (header <= 0) return header;
  if (codeAt(view, header) !== dot || !isHeader(spell(view, at, header))) return none;
  let parts = 1;
  let index = header;
  while (parts < mostParts && codeAt(view, index) === dot) {
    const end = pastAll(view, index + 1, base64Url);
    if (end <= 0) return end;
    if (end === index + 1 && parts >= fewestParts) break; // the end of a sentence
    parts += 1;
    index = end;
  }
  return parts >= fewestParts && index - header > leastBody ? index : none;
}

function isHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false; // whatever else it is, no token begins with it
  }
}
