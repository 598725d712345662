import { brotliCompressSync, gzipSync } from 'node:zlib';

export interface RawReply {
  readonly status?: number;
  /** Replace the ones it would have, so that any of them can be wrong. */
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Buffer;
}

/** A whole reply with the length of its body, as bytes. */
export function reply({ status = 200, headers, body = '' }: RawReply): Buffer {
  const bytes = Buffer.from(body);
  const fields = { 'content-type': 'application/json', 'content-length': bytes.length, ...headers };
  return Buffer.concat([head(status, fields), bytes]);
}

/** A reply whose body is a JSON value. */
export function jsonReply(value: unknown, options: Omit<RawReply, 'body'> = {}): Buffer {
  return reply({ ...options, body: JSON.stringify(value) });
}

/** A reply in chunks, one for each part, with the chunk that ends it. */
export function chunkedReply(
  parts: readonly (string | Buffer)[],
  options: Omit<RawReply, 'body'> = {},
): Buffer {
  return Buffer.concat([streamHead(options), ...parts.map(chunk), lastChunk]);
}

/** The head of an event stream in chunks. */
export function streamHead({ status = 200, headers }: Omit<RawReply, 'body'> = {}): Buffer {
  return head(status, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked', ...headers });
}

/** One chunk with its framing. */
export function chunk(bytes: string | Buffer): Buffer {
  const size = Buffer.byteLength(bytes).toString(16);
  return Buffer.concat([Buffer.from(`${size}\r\n`), Buffer.from(bytes), Buffer.from('\r\n')]);
}

export const lastChunk: Buffer = Buffer.from('0\r\n\r\n');

/** A reply in chunks that breaks the framing after its first chunk. */
export function chunkedGarbage(first: string | Buffer): Buffer {
  return Buffer.concat([streamHead(), chunk(first), Buffer.from('not a size\r\n')]);
}

/** A 1xx head, which comes before the reply proper. */
export function informational(
  status: 100 | 102 | 103,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  return head(status, headers);
}

/** A reply whose head is larger than this. */
export function hugeHead(bytes: number): Buffer {
  return reply({ headers: { 'x-padding': 'x'.repeat(bytes) }, body: '{}' });
}

/** A reply whose body is compressed and says so. */
export function compressedReply(
  body: string,
  encoding: 'gzip' | 'br',
  options: Omit<RawReply, 'body'> = {},
): Buffer {
  const bytes = encoding === 'gzip' ? gzipSync(body) : brotliCompressSync(body);
  return reply({ ...options, headers: { 'content-encoding': encoding, ...options.headers }, body: bytes });
}

function head(status: number, headers: Readonly<Record<string, string | number>>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`HTTP/1.1 ${status} Scripted\r\n${lines.join('')}\r\n`);
}
