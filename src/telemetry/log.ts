import { errorChain, formatErrors } from './error-chain.ts';
import { ExchangeJson, exchangeText } from './exchange-json.ts';
import type { FinishedExchange } from '../record/finished-exchange.ts';
import { quote, Timestamps } from './json-line.ts';

const rank = { error: 0, warn: 1, info: 2, debug: 3 } as const;
export type LogLevel = keyof typeof rank;

/** How lines look: JSON for machines, text for a person, with colours only on a terminal. */
export type LogFormat = 'json' | 'text' | 'coloured';

/** What else a line says. Never a header, a body or a secret: there is no door for them. */
type LogData = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly write: (line: string) => void;
}

/** Members that every line has; data cannot stand in for them. */
const reserved = new Set(['timestamp', 'level', 'target', 'message', 'error']);

/** Writes lines. `target` is the part of the program that speaks, for instance `config`. */
export class Logger {
  readonly #options: LoggerOptions;
  readonly #timestamps = new Timestamps();
  readonly #exchanges = new ExchangeJson();

  constructor(options: LoggerOptions) {
    this.#options = options;
  }

  error(target: string, message: string, data?: LogData, cause?: unknown): void {
    this.#log('error', { target, message, data, cause });
  }

  warn(target: string, message: string, data?: LogData, cause?: unknown): void {
    this.#log('warn', { target, message, data, cause });
  }

  info(target: string, message: string, data?: LogData): void {
    this.#log('info', { target, message, data, cause: undefined });
  }

  debug(target: string, message: string, data?: LogData): void {
    this.#log('debug', { target, message, data, cause: undefined });
  }

  /** The one line of a finished exchange. */
  exchange(exchange: FinishedExchange): void {
    const { level, format, now, write } = this.#options;
    if (format !== 'json') return this.info('gateway', exchangeText(exchange));
    if (rank[level] < rank.info) return;
    const start = head(this.#timestamps.text(now()), 'info', '"gateway"', '"call"');
    write(`${start}${this.#exchanges.line(exchange)}}`);
  }

  /** What the output queue says of the lines it dropped. */
  notice(dropped: number): string {
    return this.#format('warn', {
      target: 'log',
      message: 'log lines were dropped: the reader of the output did not keep up',
      data: { dropped },
      cause: undefined,
    });
  }

  #log(level: LogLevel, said: Said): void {
    if (rank[level] <= rank[this.#options.level]) this.#options.write(this.#format(level, said));
  }

  #format(level: LogLevel, said: Said): string {
    const { format, now } = this.#options;
    const timestamp = this.#timestamps.text(now());
    if (format !== 'json') return textLine(timestamp, level, said, format === 'coloured');
    return `${head(timestamp, level, quote(said.target), quote(said.message))}${members(said)}}`;
  }
}

interface Said {
  readonly target: string;
  readonly message: string;
  readonly data: LogData | undefined;
  readonly cause: unknown;
}

function head(timestamp: string, level: LogLevel, target: string, message: string): string {
  return `{"timestamp":"${timestamp}","level":"${level}","target":${target},"message":${message}`;
}

function members({ data, cause }: Said): string {
  let text = '';
  for (const [key, value] of Object.entries(data ?? {})) {
    if (value !== undefined && !reserved.has(key)) text += `,${quote(key)}:${JSON.stringify(value)}`;
  }
  return cause === undefined ? text : `${text},"error":${JSON.stringify(errorChain(cause))}`;
}

const colours = { error: 31, warn: 33, info: 32, debug: 90 } as const;

/** A line for a person; the time of day is enough on a terminal. */
function textLine(
  at: string,
  level: LogLevel,
  { target, message, data, cause }: Said,
  isColoured: boolean,
): string {
  let rest = '';
  for (const [key, value] of Object.entries(data ?? {})) {
    if (value !== undefined)
      rest += ` ${plainLine(key)}=${plainLine(typeof value === 'string' ? value : JSON.stringify(value))}`;
  }
  const chain = cause === undefined ? undefined : errorChain(cause);
  const said = chain === undefined ? message : `${message}: ${formatErrors(chain)}`;
  if (chain?.stack !== undefined) rest += `\n${chain.stack.split('\n').map(plainLine).join('\n')}`;
  const text = `${plainLine(target)}: ${plainLine(said)}`;
  const word = level.padEnd(5);
  if (!isColoured) return `${at} ${word} ${text}${rest}`;
  return `${grey(at.slice(11, 23))} \u001B[${colours[level]}m${word}\u001B[39m ${text}${grey(rest)}`;
}

function grey(text: string): string {
  return text === '' ? '' : `\u001B[90m${text}\u001B[39m`;
}

// Control characters, line separators and direction marks: a client's text must not move the cursor or forge a line.
const unsafe = /[\p{Cc}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Text that is safe on a terminal. */
function plainLine(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
