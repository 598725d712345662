export interface TextLine {
  readonly timestamp: string;
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly target: string;
  readonly message: string;
  /** What follows the message, spaces included. */
  readonly rest: string;
}

const colours = { error: 31, warn: 33, info: 32, debug: 90 } as const;

/** A line for a person; the time of day is enough on a terminal. */
export function formatText(line: TextLine, format: 'text' | 'coloured'): string {
  const level = line.level.padEnd(5);
  if (format === 'text') return `${line.timestamp} ${level} ${line.target}: ${line.message}${line.rest}`;
  const time = line.timestamp.slice(11, 23);
  const coloured = `\u001B[${colours[line.level]}m${level}\u001B[39m`;
  return `${grey(time)} ${coloured} ${line.target}: ${line.message}${grey(line.rest)}`;
}

function grey(text: string): string {
  return text === '' ? '' : `\u001B[90m${text}\u001B[39m`;
}

// Control characters, line separators and direction marks: a client's text must not move the cursor or forge a line.
const unsafe = /[\p{Cc}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Text that is safe on a terminal. */
export function plainLine(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
