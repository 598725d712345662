import { dot } from '../../guards/ascii.ts';
import { ignorable } from '../../guards/characters.ts';
import {
  type Attempt,
  characterSet,
  codeAt,
  isIn,
  undecided,
  type View,
  none,
} from '../../guards/detector.ts';
import { spell } from '../numbers/number.ts';

const base64Url = characterSet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', ignorable);
/** Below the hold-back limit, or any JSON in Base64 would be held that long and taken for a token. */
const headerWidth = 300;
const fewestParts = 3;
/** An encrypted one has five (RFC 7516). */
const mostParts = 5;
const leastBody = 20;

/** Where the JSON Web Token that starts at `at` ends (RFC 7519): its header is a JSON object that names an algorithm. */
export function webTokenEnd(view: View, at: number, from: number): Attempt {
  const header = partEnd(view, from, at + headerWidth);
  if (header <= 0) return header;
  if (codeAt(view, header) !== dot || !isHeader(spell(view, at, header))) return none;
  let parts = 1;
  let index = header;
  while (parts < mostParts && codeAt(view, index) === dot) {
    const end = partEnd(view, index + 1, Infinity);
    if (end <= 0) return end;
    if (end === index + 1 && parts >= fewestParts) break; // the end of a sentence
    parts += 1;
    index = end;
  }
  return parts >= fewestParts && index - header > leastBody ? index : none;
}

/** Where the part from `from` on ends; `none` where it is longer than up to `limit`. */
function partEnd(view: View, from: number, limit: number): Attempt {
  let index = from;
  while (isIn(base64Url, codeAt(view, index))) {
    index += 1;
    if (index > limit) return none;
  }
  return index === view.end && !view.final ? undecided : index;
}

function isHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false; // whatever else it is, no token begins with it
  }
}
