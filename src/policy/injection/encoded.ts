import { decoded, type Reading, type TextSpan } from './reading.ts';

/** Long enough for a few words; a line of wrapped base64 is a run of its own. */
const run = /[A-Za-z0-9+/_-]{20,}={0,2}/g;
const wholeRun = /^[A-Za-z0-9+/_-]{20,}={0,2}$/;
const hex = /^(?:[0-9a-fA-F]{2}){12,}$/;
const escapes = /%[0-9a-f]{2}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|&#[0-9]{1,7};|&#x[0-9a-f]{1,6};/gi;
const unprintable = /[^\t\n\r -~\u00a0-\u{10ffff}]|\ufffd/gu;
/** Enough of a run to see that it is no text, so that a picture costs nothing. */
const glance = 64;
const leastEscapes = 3;

/** Runs of base64 and hex that turn out to be text, each decoded; base64 within base64 too. */
export function runReadings(part: string, span: TextSpan): readonly Reading[] {
  return Array.from(part.matchAll(run)).flatMap((match) => {
    const start = span.start + match.index;
    const place = { start, end: start + match[0].length };
    const isHex = hex.test(match[0]);
    const plain = isHex ? asText(Buffer.from(match[0], 'hex')) : decodeBase64Twice(match[0]);
    return plain === undefined ? [] : [decoded(isHex ? 'hex' : 'base64', plain, place)];
  });
}

/** The text with its percent, backslash and character-reference escapes resolved, where there are enough of them. */
export function escapeReading(part: string, span: TextSpan): readonly Reading[] {
  const found = Array.from(part.matchAll(escapes));
  if (found.length < leastEscapes) return [];
  const pieces: string[] = [];
  const origins: TextSpan[] = [];
  let from = 0;
  let length = 0;
  for (const { 0: escape, index } of found) {
    const plain = part.slice(from, index);
    const resolved = resolve(escape);
    pieces.push(plain, resolved);
    length += plain.length + resolved.length;
    from = index + escape.length;
    origins.push({ start: length, end: span.start + from });
  }
  /** Counted from the last escape before it. */
  const locate = (offset: number): number => {
    const before = origins.findLast(({ start }) => start <= offset) ?? { start: 0, end: span.start };
    return before.end + offset - before.start;
  };
  const text = pieces.join('') + part.slice(from);
  return [
    { name: 'escapes', text, locate: ({ start, end }) => ({ start: locate(start), end: locate(end) }) },
  ];
}

function resolve(escape: string): string {
  const digits = escape.replace(/^(?:%|\\[xu]|&#x?)/i, '').replace(';', '');
  const code = Number.parseInt(digits, /^&#[0-9]/.test(escape) ? 10 : 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : escape;
}

function decodeBase64Twice(written: string): string | undefined {
  const once = decodeBase64(written);
  return once === undefined ? undefined : (decodeBase64(once) ?? once);
}

function decodeBase64(written: string): string | undefined {
  if (!wholeRun.test(written)) return undefined;
  if (asText(Buffer.from(written.slice(0, glance), 'base64'), true) === undefined) return undefined;
  return asText(Buffer.from(written, 'base64'));
}

/** Text is at least nine tenths printable and has a space, or is base64 itself; a glance may end inside a character. */
function asText(bytes: Buffer, isGlance = false): string | undefined {
  const text = bytes.toString('utf8');
  const odd = text.match(unprintable)?.length ?? 0;
  if (odd * 10 > text.length) return undefined;
  return isGlance || text.includes(' ') || /^[A-Za-z0-9+/]{20,}={0,2}$/.test(text) ? text : undefined;
}
