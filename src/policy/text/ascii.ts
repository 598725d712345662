/** What an ASCII character is to the tokeniser. A digit may make a word mixed; a stop is a mark that ends a sentence. */
type AsciiKind = 'letter' | 'digit' | 'space' | 'ignorable' | 'mark' | 'stop';

/** Read as if absent once a word has begun: `don't` is one word. */
export const apostrophe = 39;

/** Reads a code below 128. `_` is a letter; a control character that is no white space is read as if absent. */
export function asciiKind(code: number): AsciiKind {
  if (code >= 48 && code <= 57) return 'digit';
  if (code === 95 || isLetter(code)) return 'letter';
  if (code === 32 || (code >= 9 && code <= 13)) return 'space';
  if (code < 32 || code === 127) return 'ignorable';
  return isStop(code) ? 'stop' : 'mark';
}

export function isStop(code: number): boolean {
  return code === 46 || code === 33 || code === 63;
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}
