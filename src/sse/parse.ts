import { GatewayError } from '../errors.ts';

const LF = 10;
const CR = 13;

/** `raw` is the event as it came, its blank line included; `data` its data lines joined, or undefined without any. */
export type OnEvent = (raw: string, data: string | undefined) => void;

/**
 * Offered each event that begins at `at`, before it is cut, and each that came in pieces, once it is whole: takes it and
 * returns where it ends, or -1.
 */
export type TakeKnown = (piece: string, at: number) => number;

/**
 * Cuts an event stream into events (WHATWG HTML, "Server-sent events"). Incremental: every character is looked at once
 * however the text is split. All raw texts together are the input, character for character.
 */
export class SseParser {
  readonly #limit: number;
  readonly #onEvent: OnEvent;
  readonly #takeKnown: TakeKnown | undefined;
  #pieces: string[] = [];
  #held = 0;
  #isLineEmpty = true;
  #endsWithCr = false;
  #isFirst = true;

  /** `limit`: most characters of one event; beyond it the stream is refused. */
  constructor(limit: number, onEvent: OnEvent, takeKnown?: TakeKnown) {
    this.#limit = limit;
    this.#onEvent = onEvent;
    this.#takeKnown = takeKnown;
  }

  /** Characters of the event that is not whole yet. */
  get heldChars(): number {
    return this.#held;
  }

  push(piece: string): void {
    if (piece === '') return;
    let start = 0;
    // The second half of a CRLF that was cut: the line it ends has been counted already.
    let at = this.#endsWithCr && piece.charCodeAt(0) === LF ? 1 : 0;
    this.#endsWithCr = false;
    const newlines = new Newlines(piece);
    let isLineEmpty = this.#isLineEmpty;
    for (;;) {
      if (at === start && this.#held === 0 && this.#takeKnown !== undefined) {
        start = at = this.#takeRun(piece, at);
        isLineEmpty = true;
      }
      const newline = newlines.from(at);
      if (newline === -1) break;
      const isBlank = isLineEmpty && newline === at;
      at = this.#afterNewline(piece, newline);
      isLineEmpty = true;
      if (!isBlank) continue;
      this.#emit(piece.slice(start, at));
      start = at;
    }
    this.#isLineEmpty = isLineEmpty && at >= piece.length;
    if (start < piece.length) this.#hold(piece.slice(start));
  }

  /** The stream has ended: what is left counts as an event, blank line or not. */
  end(): void {
    if (this.#held > 0) this.#emit('');
  }

  #takeRun(piece: string, from: number): number {
    let at = from;
    for (;;) {
      const end = this.#takeKnown?.(piece, at) ?? -1;
      if (end === -1) return at;
      this.#isFirst = false;
      at = end;
    }
  }

  #afterNewline(piece: string, newline: number): number {
    if (piece.charCodeAt(newline) !== CR) return newline + 1;
    if (piece.charCodeAt(newline + 1) === LF) return newline + 2;
    if (newline + 1 === piece.length) this.#endsWithCr = true;
    return newline + 1;
  }

  #hold(piece: string): void {
    this.#held += piece.length;
    if (this.#held > this.#limit) {
      this.#pieces = []; // what is left of it is no event
      this.#held = 0;
      throw tooLarge(this.#limit);
    }
    this.#pieces.push(piece);
  }

  #emit(last: string): void {
    let raw = last;
    if (this.#held > 0) {
      this.#pieces.push(last);
      raw = this.#pieces.join('');
      this.#pieces = [];
      this.#held = 0;
      if (this.#takeKnown?.(raw, 0) === raw.length) return;
    }
    if (raw.length > this.#limit) throw tooLarge(this.#limit);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    this.#onEvent(raw, eventData(isFirst && raw.charCodeAt(0) === 0xfeff ? raw.slice(1) : raw));
  }
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError(
    'upstream_too_large',
    `the provider sent an event of more than ${limit} characters (limits.sse_event_bytes)`,
  );
}

/** Finds the line ends of a piece in order. Each kind is sought once, or a piece with one CR would be read again per line. */
class Newlines {
  readonly #piece: string;
  #lf = -2;
  #cr: number;

  constructor(piece: string) {
    this.#piece = piece;
    this.#cr = piece.indexOf('\r');
  }

  from(at: number): number {
    if (this.#lf !== -1 && this.#lf < at) this.#lf = this.#piece.indexOf('\n', at);
    if (this.#cr === -1) return this.#lf;
    if (this.#cr < at) this.#cr = this.#piece.indexOf('\r', at);
    if (this.#lf === -1) return this.#cr;
    return this.#cr === -1 ? this.#lf : Math.min(this.#lf, this.#cr);
  }
}

const linePattern = /\r\n|\n|\r/;

/** The data of one raw event. Nearly every event is one `data:` line and a blank one, and takes the short way. */
export function eventData(raw: string): string | undefined {
  if (raw.startsWith('data:') && raw.indexOf('\n') === raw.length - 2 && !raw.includes('\r')) {
    return raw.slice(raw.charCodeAt(5) === 32 ? 6 : 5, -2);
  }
  let data: string | undefined;
  for (const line of raw.split(linePattern)) {
    if (line !== 'data' && !line.startsWith('data:')) continue;
    const value = line.slice(line.charCodeAt(5) === 32 ? 6 : 5);
    data = data === undefined ? value : `${data}\n${value}`;
  }
  return data;
}

/** The event with other data; its other lines stay as they came. */
export function replaceData(raw: string, data: string): string {
  // Behind a byte order mark the first line is a data line like any other.
  const others = raw
    .replace(/^\ufeff/, '')
    .split(linePattern)
    .filter(isOther);
  const lines = data.split(linePattern).map((line) => `data: ${line}`);
  return `${[...others, ...lines].join('\n')}\n\n`;
}

function isOther(line: string): boolean {
  return line !== '' && line !== 'data' && !line.startsWith('data:');
}

/** What a text lacks to end with a blank line, so that whatever is written next is an event of its own. */
export function missingEnd(text: string): string {
  const lines = text.slice(-4).split(linePattern);
  if (text === '' || (lines.at(-1) === '' && lines.at(-2) === '')) return '';
  return lines.at(-1) === '' ? '\n' : '\n\n';
}
