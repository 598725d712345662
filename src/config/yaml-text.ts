import { isUtf8 } from 'node:buffer';
import type { Problem } from './problem.ts';

const kibi = 1024;
const largestBytes = 1024 * kibi;
const largeBytes = 900 * kibi;
const byteOrderMark = '\u{FEFF}';
const whole = { path: [], offset: 0 };

/** The file's bytes as text. Too large or not UTF-8 is an error; the text is then empty, or as far as it could be read. */
export function decodeText(content: string | Uint8Array, problems: Problem[] = []): string {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (bytes.length > largestBytes) {
    const message = `the file has ${bytes.length} bytes; at most ${largestBytes} are read`;
    problems.push({ ...whole, code: 'E012', message });
    return '';
  }
  const raw = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const isMarked = raw.startsWith(byteOrderMark);
  if (!isUtf8(bytes)) {
    const offset = Math.max(0, raw.indexOf('\u{FFFD}') - (isMarked ? 1 : 0));
    const suggestion = 'save the file in UTF-8';
    problems.push({ code: 'E014', path: [], message: 'not UTF-8 text', suggestion, offset });
  }
  if (isMarked) {
    const suggestion = 'save the file as UTF-8 without it';
    problems.push({ ...whole, code: 'W104', message: 'begins with a byte order mark', suggestion });
  }
  if (bytes.length > largeBytes) {
    const message = `the file has ${bytes.length} bytes; a ConfigMap and the loader end at ${largestBytes}`;
    problems.push({ ...whole, code: 'W105', message });
  }
  return isMarked ? raw.slice(1) : raw;
}
