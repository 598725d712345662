import { alphanumeric, backslash, colon, hyphen, newLine, space } from '../../guards/ascii.ts';
import { ignorable } from '../../guards/characters.ts';
import {
  characterSet,
  type Detector,
  edge,
  endsAt,
  isIn,
  noMatchBefore,
  none,
  undecided,
  type View,
} from '../../guards/detector.ts';
import { armour, pastLiteral, tokenKinds, tokenSearch } from './token-search.ts';

const footer = '-----END ';
const dashes = '-----';
const labels = /^(?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?$/;
const labelWidth = 48;

/** So many characters in a row are no word: with fewer a header is a mention of one. */
const leastMaterial = 16;
/** Line breaks, written as escapes too, indentation, and quotes where the lines are literals of a program. */
const gapWidth = 40;
/** `Proc-Type: 4,ENCRYPTED` and its like (RFC 1421, section 4.6), all of them together. */
const fieldsWidth = 320;

const base64 = characterSet(alphanumeric, '+/=', ignorable);
const gaps = characterSet(' \t\r\n"\'`+');
const escapes = characterSet('nrt\\');
const labelCharacters = characterSet(alphanumeric, space);
const nameCharacters = characterSet(alphanumeric, hyphen);
/** All but line breaks, and what escapes of them begin with. */
const lineCharacters = characterSet().fill(1, 0, edge);
for (const end of [newLine, 0x0d, backslash]) lineCharacters[end] = 0;

/** Private keys in PEM or OpenPGP armour, however long they are and though their footer never comes. */
export const privateKey: Detector = {
  entity: 'PRIVATE_KEY',
  search: tokenSearch,
  kind: tokenKinds.armour,
  tryAt(view, at) {
    const body = pastHeader(view, at);
    if (body === undecided) return undecided;
    const material = body === none ? none : materialAt(view, body);
    if (material === undecided) return undecided;
    if (material === none) return noMatchBefore(at + 1);
    const end = pastBody(view, material + leastMaterial);
    return end < 0 ? endsAt(end) : undecided;
  },
  rest: pastBody,
};

/** The index behind `-----BEGIN … PRIVATE KEY-----`. */
function pastHeader(view: View, at: number): number {
  const label = pastLiteral(view, at, armour);
  if (label <= 0) return label;
  const end = pastLabel(view, label);
  if (end <= 0) return end;
  return labels.test(view.text.slice(label, end)) ? pastLiteral(view, end, dashes) : none;
}

/** Where the words from `from` on end and a hyphen follows. */
function pastLabel(view: View, from: number): number {
  const end = view.pastAll(from, labelCharacters, labelWidth);
  return end > 0 && view.codeAt(end) !== hyphen ? none : end;
}

/** Where the key itself begins, behind the fields that may stand before it. */
function materialAt(view: View, from: number): number {
  let index = from;
  while (index - from < fieldsWidth) {
    const start = pastGap(view, index);
    if (start === undecided || start === none) return start;
    let end = start;
    while (end - start < leastMaterial && isIn(base64, view.codeAt(end))) end += 1;
    if (end - start === leastMaterial) return start;
    if (end === start && end < view.end) return none;
    end = pastName(view, end);
    if (end <= 0) return end;
    index = view.pastAll(end, lineCharacters, Math.max(0, from + fieldsWidth - end));
    if (index <= 0) return index;
  }
  return none;
}

/** The index behind the rest of a field's name and its colon. */
function pastName(view: View, from: number): number {
  const end = view.pastAll(from, nameCharacters, labelWidth);
  if (end <= 0) return end;
  return view.codeAt(end) === colon ? end + 1 : none;
}

/** The first index from `from` on that separates no lines; `none` where there are too many that do. */
function pastGap(view: View, from: number): number {
  let index = from;
  while (index - from <= gapWidth) {
    const code = view.codeAt(index);
    if (code === edge) return view.final ? none : undecided;
    if (code === backslash) {
      const next = view.codeAt(index + 1);
      if (next === edge && !view.final) return undecided;
      if (!isIn(escapes, next)) return none;
      index += 2;
    } else if (isIn(gaps, code)) index += 1;
    else return index;
  }
  return none;
}

/**
 * How far a key goes on from `from`, in lines of Base64, to its footer or to the first thing that is none. Words with spaces between
 * are text that follows a key without a footer.
 */
function pastBody(view: View, from: number): number {
  let size = sizeBefore(view, from);
  let end = from;
  for (let index = from; ;) {
    const start = index;
    while (isIn(base64, view.codeAt(index))) index += 1;
    size += index - start;
    const isLong = size >= leastMaterial;
    if (index === view.end) return view.final ? endsAt(index) : isLong ? index : end;
    const next = pastGap(view, index);
    if (next === undecided) return isLong ? index : end;
    if (next === none) return endsAt(index);
    if (view.codeAt(next) === hyphen) return pastFooter(view, next, isLong ? index : end, index);
    if (!isIn(base64, view.codeAt(next))) return endsAt(index);
    if (!isLong && start !== from && isSpaced(view, index, next)) return endsAt(end);
    end = index;
    index = next;
    size = 0;
  }
}

/** Behind the footer that the hyphen at `next` may begin. Before `last` all belongs to the key; before `end` if that is none. */
function pastFooter(view: View, next: number, last: number, end: number): number {
  const label = pastLiteral(view, next, footer);
  const hyphens = label > 0 ? pastLabel(view, label) : label;
  const past = hyphens > 0 ? pastLiteral(view, hyphens, dashes) : hyphens;
  if (past === undecided) return last;
  return endsAt(past === none ? end : past);
}

/** How many characters of Base64 stand right before `from`, as far as it matters. */
function sizeBefore(view: View, from: number): number {
  let size = 0;
  while (size < leastMaterial && isIn(base64, view.codeAt(from - size - 1))) size += 1;
  return size;
}

function isSpaced(view: View, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) if (view.codeAt(index) !== space) return false;
  return true;
}
