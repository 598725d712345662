import type { Problem } from './problem.ts';

const kibi = 1024;
const largestBytes = 1024 * kibi;
const largeBytes = 900 * kibi;
const byteOrderMark = '\u{FEFF}';

interface DecodedText {
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** The file's bytes as text. Too large or not UTF-8 is an error; the text is then empty, or as far as it could be read. */
export function decodeText(content: string | Uint8Array): DecodedText {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (bytes.length > largestBytes) {
    return {
      text: '',
      problems: [whole('E012', `the file has ${bytes.length} bytes; at most ${largestBytes} are read`)],
    };
  }
  const raw = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const problems: Problem[] = [];
  if (!isUtf8(bytes)) problems.push(notUtf8(raw));
  if (raw.startsWith(byteOrderMark)) problems.push(byteOrderMarkFound());
  if (bytes.length > largeBytes) problems.push(large(bytes.length));
  return { text: raw.startsWith(byteOrderMark) ? raw.slice(1) : raw, problems };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false; // the decoder says no more than that
  }
}

function notUtf8(raw: string): Problem {
  const offset = Math.max(0, raw.indexOf('\u{FFFD}') - (raw.startsWith(byteOrderMark) ? 1 : 0));
  return { ...whole('E014', 'not UTF-8 text'), offset, suggestion: 'save the file in UTF-8' };
}

function byteOrderMarkFound(): Problem {
  return {
    ...whole('W104', 'begins with a byte order mark'),
    suggestion: 'save the file as UTF-8 without it',
  };
}

function large(bytes: number): Problem {
  return whole('W105', `the file has ${bytes} bytes; a ConfigMap and the loader end at ${largestBytes}`);
}

function whole(code: Problem['code'], message: string): Problem {
  return { code, path: [], message, offset: 0 };
}
