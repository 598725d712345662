import { GatewayError } from '../errors.ts';

const LF = 10;
const CR = 13;

/** Decodes UTF-8 that is cut anywhere. Invalid bytes become U+FFFD, as every client reads them. */
export class Utf8Pieces {
  #tail: Buffer | undefined;

  /** Whether the text returned so far stands for all bytes given so far. */
  get isWhole(): boolean {
    return this.#tail === undefined;
  }

  push(chunk: Buffer): string {
    const bytes = this.#tail === undefined ? chunk : Buffer.concat([this.#tail, chunk]);
    const open = openBytes(bytes);
    this.#tail = open === 0 ? undefined : Buffer.from(bytes.subarray(bytes.length - open));
    return bytes.toString('utf8', 0, bytes.length - open);
  }
}

/** How many bytes at the end begin a sequence that is not complete yet (0 to 3). */
function openBytes(bytes: Buffer): number {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back += 1) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? back : 0;
    }
  }
  return 0;
}

/**
 * Cuts an event stream into events (WHATWG HTML, "Server-sent events"), which are asked for one by one. Incremental: every
 * character is looked at once however the text is split. All events together are the input behind its byte order mark,
 * character for character.
 */
export class SseParser {
  /** The piece under way, without the byte order mark of the stream. */
  piece = '';
  readonly #limit: number;
  /** Where the event under way begins in the piece, and how far it was looked at. */
  #start = 0;
  #at = 0;
  /** The next line ends of both kinds; none: -1. Each is sought once, or a piece with one CR would be read again per line. */
  #lf = -1;
  #cr = -1;
  /** Of the event that is not whole yet. */
  #parts: string[] = [];
  #held = 0;
  #isLineEmpty = true;
  #endsWithCr = false;
  #hasBegun = false;
  #mark = '';

  /** `limit`: most characters of one event; beyond it the stream is refused. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Characters of the event that is not whole yet. */
  get heldChars(): number {
    return this.#held;
  }

  /** Where in the piece the next event begins, if none is under way; else -1. */
  get nextAt(): number {
    return this.#at === this.#start && this.#held === 0 ? this.#at : -1;
  }

  /** Takes the next piece. What was not read of the one before is lost. */
  push(text: string): void {
    if (text === '') return;
    const isMarked = !this.#hasBegun && text.startsWith(byteOrderMark);
    if (isMarked) this.#mark = byteOrderMark;
    this.#hasBegun = true;
    this.piece = isMarked ? text.slice(1) : text;
    this.#start = 0;
    // The second half of a CRLF that was cut: the line it ends has been counted already.
    this.#at = this.#endsWithCr && text.charCodeAt(0) === LF ? 1 : 0;
    this.#endsWithCr = false;
    this.#lf = this.#cr = -2; // not sought yet
  }

  /** The byte order mark of the stream, once. */
  takeMark(): string {
    const mark = this.#mark;
    this.#mark = '';
    return mark;
  }

  /** The next event that is whole by now, as it came, its blank line included. */
  next(): string | undefined {
    for (let newline = this.#newline(); newline !== -1; newline = this.#newline()) {
      const isBlank = this.#isLineEmpty && newline === this.#at;
      this.#at = this.#afterNewline(newline);
      this.#isLineEmpty = true;
      if (isBlank) return this.#event();
    }
    this.#isLineEmpty &&= this.#at === this.piece.length;
    this.#hold();
    return undefined;
  }

  /** The next event is known, and ends here. */
  skip(end: number): void {
    this.#start = this.#at = end;
  }

  /** The stream has ended: what is held of it counts as an event, blank line or not. */
  end(): string | undefined {
    return this.#held > 0 ? this.#event() : undefined;
  }

  #newline(): number {
    if (this.#lf !== -1 && this.#lf < this.#at) this.#lf = this.piece.indexOf('\n', this.#at);
    if (this.#cr !== -1 && this.#cr < this.#at) this.#cr = this.piece.indexOf('\r', this.#at);
    if (this.#lf === -1) return this.#cr;
    return this.#cr === -1 ? this.#lf : Math.min(this.#lf, this.#cr);
  }

  #afterNewline(newline: number): number {
    const { piece } = this;
    if (piece.charCodeAt(newline) !== CR) return newline + 1;
    if (piece.charCodeAt(newline + 1) === LF) return newline + 2;
    if (newline + 1 === piece.length) this.#endsWithCr = true;
    return newline + 1;
  }

  #hold(): void {
    const part = this.piece.slice(this.#start);
    this.skip(this.piece.length);
    if (part === '') return;
    this.#held += part.length;
    this.#parts.push(part);
    if (this.#held > this.#limit) this.#refuse();
  }

  #event(): string {
    let raw = this.piece.slice(this.#start, this.#at);
    this.#start = this.#at;
    if (this.#held > 0) {
      this.#parts.push(raw);
      raw = this.#parts.join('');
      this.#parts = [];
      this.#held = 0;
    }
    if (raw.length > this.#limit) this.#refuse();
    return raw;
  }

  #refuse(): never {
    this.#parts = []; // what is left of it is no event
    this.#held = 0;
    const message = `the provider sent an event of more than ${this.#limit} characters (limits.sse_event_bytes)`;
    throw new GatewayError('upstream_too_large', message);
  }
}

const byteOrderMark = '\ufeff';

const linePattern = /\r\n|\n|\r/;

/** Whether an event is, from `at` on, one `data:` line and a blank one, as nearly every event is. */
export function isOneLine(raw: string, at = 0): boolean {
  return raw.startsWith('data:', at) && raw.indexOf('\n', at) === raw.length - 2 && !raw.includes('\r');
}

/** The data of one raw event. */
export function eventData(raw: string): string | undefined {
  if (isOneLine(raw)) return raw.slice(raw.charCodeAt(5) === 32 ? 6 : 5, -2);
  let data: string | undefined;
  for (const line of raw.split(linePattern)) {
    if (!isData(line)) continue;
    const value = line.slice(line.charCodeAt(5) === 32 ? 6 : 5);
    data = data === undefined ? value : `${data}\n${value}`;
  }
  return data;
}

/** The event with other data; its other lines stay as they came. */
export function replaceData(raw: string, data: string): string {
  const others = raw.split(linePattern).filter((line) => line !== '' && !isData(line));
  const lines = data.split(linePattern).map((line) => `data: ${line}`);
  return `${[...others, ...lines].join('\n')}\n\n`;
}

function isData(line: string): boolean {
  return line === 'data' || line.startsWith('data:');
}

/** What a text lacks to end with a blank line, so that whatever is written next is an event of its own. */
export function missingEnd(text: string): string {
  const lines = text.slice(-4).split(linePattern);
  if (text === '' || (lines.at(-1) === '' && lines.at(-2) === '')) return '';
  return lines.at(-1) === '' ? '\n' : '\n\n';
}

/** The fault of a stream that holds something nobody can judge: clients read it differently, or make something else of it. */
export function unreadableStream(what: string): GatewayError {
  return new GatewayError('upstream_invalid', `the provider sent ${what}`);
}
