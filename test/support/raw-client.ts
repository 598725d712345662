import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Cleanup } from './cleanup.ts';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; values of repeated names joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body without its framing, one character a byte where it is no UTF-8. */
  readonly body: Buffer;
  readonly text: string;
  /** 1xx answers that came before. */
  readonly informational: readonly number[];
}

const patienceMs = 8_000;
const headEnd = Buffer.from('\r\n\r\n');

/** A client that sends exactly the bytes it is given, and shows the bytes that come back. */
export class RawClient {
  readonly socket: Socket;
  /** Everything received and not yet taken. */
  received: Buffer = Buffer.alloc(0);
  /** When the server closed its side or reset, as `performance.now()` tells it. */
  endedAt: number | undefined;
  error: string | undefined;
  #isClosed = false;
  readonly #changes = new EventEmitter();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (part: Buffer) => {
      this.received = Buffer.concat([this.received, part]);
      this.#changes.emit('change');
    });
    socket.on('end', () => {
      this.endedAt ??= performance.now();
      this.#changes.emit('change');
    });
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      this.error = cause.code ?? cause.message;
      this.endedAt ??= performance.now();
      this.#changes.emit('change');
    });
    socket.on('close', () => {
      this.#isClosed = true;
      this.endedAt ??= performance.now();
      this.#changes.emit('change');
    });
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Sends, and resolves when the kernel has taken the bytes. */
  async deliver(bytes: string | Buffer): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.write(bytes, () => resolve());
    });
  }

  /** The next answer, as soon as it is whole. */
  async answer(): Promise<RawAnswer> {
    const informational: number[] = [];
    for (;;) {
      const answer = await this.#one();
      if (answer.status >= 200) return { ...answer, informational };
      informational.push(answer.status);
    }
  }

  /** Everything received, as soon as it holds this text. */
  async text(needle: string): Promise<string> {
    return this.until(`the text ${JSON.stringify(needle)}`, () => {
      const text = this.received.toString();
      return text.includes(needle) ? text : undefined;
    });
  }

  /** When the server closed the connection, as soon as it has. */
  async ended(): Promise<number> {
    return this.until('the server to close', () => this.endedAt);
  }

  async closed(): Promise<void> {
    await this.until('the socket to close', () => (this.#isClosed ? true : undefined));
  }

  async until<T>(what: string, find: () => T | undefined): Promise<T> {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      try {
        await once(this.#changes, 'change', { signal });
      } catch (cause) {
        const got = JSON.stringify(this.received.toString().slice(0, 300));
        throw new Error(`waited ${patienceMs} ms for ${what}; there is ${got}`, { cause });
      }
    }
  }

  async #one(): Promise<Omit<RawAnswer, 'informational'>> {
    const head = await this.until('the head of an answer', () => {
      const end = this.received.indexOf(headEnd);
      if (end >= 0) return this.received.subarray(0, end).toString('latin1');
      if (this.endedAt !== undefined) throw new Error(`closed before an answer: ${this.error ?? 'end'}`);
      return undefined;
    });
    const [statusLine = '', ...lines] = head.split('\r\n');
    const status = Number(statusLine.split(' ')[1]);
    const headers = readHeaders(lines);
    const start = head.length + headEnd.length;
    const found = await this.until('the body of an answer', () => this.#body(status, headers, start));
    this.received = this.received.subarray(start + found.bytes);
    return { status, headers, body: found.body, text: found.body.toString() };
  }

  #body(status: number, headers: Readonly<Record<string, string>>, start: number) {
    const rest = this.received.subarray(start);
    if (status < 200 || status === 204 || this.isHead) return { body: Buffer.alloc(0), bytes: 0 };
    if (headers['transfer-encoding'] === 'chunked') return unchunk(rest);
    const length = headers['content-length'];
    if (length === undefined)
      return this.endedAt === undefined ? undefined : { body: rest, bytes: rest.length };
    const bytes = Number(length);
    return rest.length >= bytes ? { body: rest.subarray(0, bytes), bytes } : undefined;
  }

  /** The answer in question is to a HEAD request, and has no body whatever its head says. */
  isHead = false;
}

function readHeaders(lines: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

function unchunk(bytes: Buffer): { readonly body: Buffer; readonly bytes: number } | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error(`no chunk size: ${bytes.toString('latin1', at, lineEnd)}`);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), bytes: next };
    parts.push(bytes.subarray(lineEnd + 2, next - 2));
    at = next;
  }
}

/** Opens a connection to a port of this machine. It is closed with the test. */
export async function rawClient(t: Cleanup, port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return new RawClient(socket);
}

export interface PostOptions {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A POST with its length, as bytes. */
export function post(
  body: string | Buffer,
  { path = '/v1/chat/completions', headers }: PostOptions = {},
): Buffer {
  const fields = { host: 'a', 'content-type': 'application/json', ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

/** A chat call as its body. */
export function chat(content: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ model: 'm', messages: [{ role: 'user', content }], ...more });
}

/** A POST of a chat call whose answer is to be streamed. */
export function streamPost(content = 'hi'): Buffer {
  return post(chat(content, { stream: true }));
}
