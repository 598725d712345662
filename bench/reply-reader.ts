const headEnd = '\r\n\r\n';
const dataField = Buffer.from('data:');
const doneMark = Buffer.from('[DONE]');
const cr = 13;
const lf = 10;

type Part = 'head' | 'sized' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'complete';

/** Counts how often a word without repeated beginnings occurs, wherever the bytes are cut. */
class Counter {
  count = 0;
  readonly #word: Buffer;
  #matched = 0;

  constructor(word: Buffer) {
    this.#word = word;
  }

  push(bytes: Buffer, start: number, end: number): void {
    const word = this.#word;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at];
      if (byte === word[this.#matched]) this.#matched += 1;
      else this.#matched = byte === word[0] ? 1 : 0;
      if (this.#matched < word.length) continue;
      this.count += 1;
      this.#matched = 0;
    }
  }
}

/** Reads one HTTP/1.1 reply as it arrives: its status, how long its body is, and, where asked, its events. */
export class ReplyReader {
  status = 0;
  bodyBytes = 0;
  readonly #events: Counter | undefined;
  readonly #dones: Counter | undefined;
  #part: Part = 'head';
  #head: Buffer | undefined;
  /** Bytes to come of the body or the chunk; the size so far while one is read. */
  #left = 0;
  #isExtension = false;
  #lineBytes = 0;

  constructor(countsEvents: boolean) {
    this.#events = countsEvents ? new Counter(dataField) : undefined;
    this.#dones = countsEvents ? new Counter(doneMark) : undefined;
  }

  get isComplete(): boolean {
    return this.#part === 'complete';
  }

  get events(): number {
    return this.#events?.count ?? 0;
  }

  get hasDone(): boolean {
    return this.#dones?.count === 1;
  }

  push(chunk: Buffer): void {
    let bytes = chunk;
    let at = 0;
    if (this.#part === 'head') {
      bytes = this.#head === undefined ? chunk : Buffer.concat([this.#head, chunk]);
      at = this.#readHead(bytes);
    }
    while (at < bytes.length && this.#part !== 'complete') at = this.#step(bytes, at);
    if (at < bytes.length) throw new Error('bytes after the end of the reply');
  }

  #readHead(bytes: Buffer): number {
    const end = bytes.indexOf(headEnd);
    if (end === -1) {
      this.#head = Buffer.from(bytes);
      return bytes.length;
    }
    const head = bytes.toString('latin1', 0, end).toLowerCase();
    this.status = Number(head.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
    if (length === undefined && !/\r\ntransfer-encoding: *chunked/.test(head))
      throw new Error('a reply without length');
    this.#left = Number(length ?? 0);
    this.#part = length === undefined ? 'chunk-size' : this.#left === 0 ? 'complete' : 'sized';
    return end + headEnd.length;
  }

  #step(bytes: Buffer, at: number): number {
    if (this.#part === 'sized' || this.#part === 'chunk') return this.#readBody(bytes, at);
    const byte = bytes[at] ?? 0;
    if (this.#part === 'chunk-size') this.#readSize(byte);
    else if (this.#part === 'chunk-end') this.#part = byte === lf ? 'chunk-size' : 'chunk-end';
    else this.#readTrailer(byte);
    return at + 1;
  }

  #readBody(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.bodyBytes += end - at;
    this.#left -= end - at;
    this.#events?.push(bytes, at, end);
    this.#dones?.push(bytes, at, end);
    if (this.#left === 0) this.#part = this.#part === 'sized' ? 'complete' : 'chunk-end';
    return end;
  }

  #readSize(byte: number): void {
    if (byte === lf) {
      this.#part = this.#left === 0 ? 'trailer' : 'chunk';
      this.#isExtension = false;
      this.#lineBytes = 0;
    } else if (byte === 59) this.#isExtension = true;
    else if (byte !== cr && !this.#isExtension) this.#left = this.#left * 16 + hexDigit(byte);
  }

  #readTrailer(byte: number): void {
    if (byte === lf && this.#lineBytes === 0) this.#part = 'complete';
    else if (byte === lf) this.#lineBytes = 0;
    else if (byte !== cr) this.#lineBytes += 1;
  }
}

function hexDigit(byte: number): number {
  const digit = byte <= 57 ? byte - 48 : (byte | 32) - 87;
  if (digit < 0 || digit > 15) throw new Error('a chunk without a size');
  return digit;
}
