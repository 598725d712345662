import { decoded, type Reading } from './reading.ts';

const base64 = /[A-Za-z0-9+/_-]{20,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}/g;
const hex = /(?:[0-9a-fA-F]{2}[ :]?){12,}/g;
const escapes = /%[0-9a-f]{2}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|&#[0-9]{1,7};|&#x[0-9a-f]{1,6};/gi;
const unprintable = /[^\t\n\r -~\u00a0-\u{10ffff}]|\ufffd/gu;
/** Enough of a run to see that it is no text, so that a picture costs nothing. */
const glance = 64;
const leastEscapes = 3;

export interface Decoding {
  readonly readings: readonly Reading[];
  readonly isTruncated: boolean;
}

/** Runs of base64 and hex that turn out to be text, each decoded; base64 within base64 too. At most `most` of them. */
export function runReadings(text: string, from: number, most: number): Decoding {
  const readings: Reading[] = [];
  for (const [name, pattern] of [
    ['base64', base64],
    ['hex', hex],
  ] as const) {
    for (const match of text.slice(from).matchAll(pattern)) {
      const plain = decodeRun(name, match[0]);
      if (plain === undefined) continue;
      if (readings.length === most) return { readings, isTruncated: true };
      const start = from + match.index;
      readings.push(decoded(name, plain, { start, end: start + match[0].length }));
    }
  }
  return { readings, isTruncated: false };
}

/** The text with its percent, backslash and character-reference escapes resolved, where there are enough of them. */
export function escapeReading(text: string, from: number): Reading | undefined {
  let count = 0;
  const plain = text.slice(from).replace(escapes, (escape) => {
    count += 1;
    const digits = escape.replace(/^(?:%|\\[xu]|&#x?)/i, '').replace(';', '');
    const code = Number.parseInt(digits, /^&#[0-9]/.test(escape) ? 10 : 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : escape;
  });
  if (count < leastEscapes) return undefined;
  return decoded('escapes', plain, { start: from, end: text.length });
}

function decodeRun(name: 'base64' | 'hex', run: string): string | undefined {
  if (name === 'hex') return asText(Buffer.from(run.replace(/[ :]/g, ''), 'hex'));
  const once = decodeBase64(run);
  return once === undefined ? undefined : (decodeBase64(once) ?? once);
}

function decodeBase64(run: string): string | undefined {
  const whole = run.replace(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/_-]{20,}={0,2}$/.test(whole)) return undefined;
  if (asText(Buffer.from(whole.slice(0, glance), 'base64'), true) === undefined) return undefined;
  return asText(Buffer.from(whole, 'base64'));
}

/** Text is at least nine tenths printable and has a space, or is base64 itself; a glance may end inside a character. */
function asText(bytes: Buffer, isGlance = false): string | undefined {
  const text = bytes.toString('utf8');
  const odd = text.match(unprintable)?.length ?? 0;
  if (odd * 10 > text.length) return undefined;
  return isGlance || text.includes(' ') || /^[A-Za-z0-9+/]{20,}={0,2}$/.test(text) ? text : undefined;
}
