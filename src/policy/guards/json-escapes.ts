/** What an escape sequence is: how many code units it has, and the character it stands for. */
export interface Escape {
  readonly size: number;
  readonly character: string;
}

/**
 * The escape sequence at `index` (RFC 8259, section 7), or undefined where only later text can tell. One that is none is its
 * backslash alone.
 */
export function escapeAt(text: string, index: number): Escape | undefined {
  if (index + 1 === text.length) return undefined;
  const kind = text.charAt(index + 1);
  return kind === 'u' ? unicodeAt(text, index + 2, 2) : (plainEscapes.get(kind) ?? alone);
}

/**
 * The same for a string within a string, whose backslash is escaped itself: `\\n`, `\\\"`. One that is none is the escaped
 * backslash alone.
 */
export function nestedEscapeAt(text: string, index: number): Escape | undefined {
  const at = index + 2;
  if (at >= text.length) return undefined;
  const kind = text.charAt(at);
  if (kind === 'u') return unicodeAt(text, at + 1, 3);
  if (kind === '\\') {
    if (at + 1 === text.length) return undefined;
    const escaped = text.charAt(at + 1);
    return escaped === '"' || escaped === '\\' ? { size: 4, character: escaped } : escapedBackslash;
  }
  const character = kind === '"' ? undefined : plainEscapes.get(kind)?.character;
  return character === undefined ? escapedBackslash : { size: 3, character };
}

const alone: Escape = { size: 1, character: '\\' };
const escapedBackslash: Escape = { size: 2, character: '\\' };

const plainEscapes: ReadonlyMap<string, Escape> = new Map(
  [['"', '"'], ['\\', '\\'], ['/', '/'], ['b', '\b'], ['f', '\f'], ['n', '\n'], ['r', '\r'], ['t', '\t']].map(
    ([kind = '', character = '']) => [kind, { size: 2, character }],
  ),
); // prettier-ignore

/** Four hexadecimal digits at `from`, behind `before` units that announce them. */
function unicodeAt(text: string, from: number, before: 2 | 3): Escape | undefined {
  const digits = text.slice(from, from + 4);
  if (!/^[\da-f]*$/i.test(digits)) return before === 2 ? alone : escapedBackslash;
  if (digits.length < 4) return undefined;
  return { size: before + 4, character: String.fromCharCode(Number.parseInt(digits, 16)) };
}
