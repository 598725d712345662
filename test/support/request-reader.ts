/** One request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case; of a repeated name the last value. `head` has everything. */
  readonly headers: Readonly<Record<string, string>>;
  /** Request line and fields, with the blank line that ends them. */
  readonly head: Buffer;
  /** The body without its chunk framing. */
  readonly body: Buffer;
  /** The body as it was on the wire. */
  readonly rawBody: Buffer;
  /** When its last byte was there, as `performance.now()` tells it. */
  readonly at: number;
}

const headEnd = Buffer.from('\r\n\r\n');

/** Takes the bytes of one socket apart into requests, however they are cut. */
export class RequestReader {
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Nothing can be complete before so many bytes are there. */
  #wanted = 0;

  push(part: Buffer): readonly ReceivedRequest[] {
    this.#parts.push(part);
    this.#bytes += part.length;
    const requests: ReceivedRequest[] = [];
    let request = this.#next();
    while (request !== undefined) {
      requests.push(request);
      request = this.#next();
    }
    return requests;
  }

  #next(): ReceivedRequest | undefined {
    if (this.#bytes === 0 || this.#bytes < this.#wanted) return undefined;
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [bytes];
    const end = bytes.indexOf(headEnd);
    if (end < 0) return undefined;
    const head = bytes.subarray(0, end + headEnd.length);
    const headers = readHeaders(head.toString('latin1'));
    const found =
      headers['transfer-encoding'] === 'chunked'
        ? chunkedBody(bytes, head.length)
        : this.#sized(bytes, head.length, headers);
    if (found === undefined) return undefined;
    this.#keep(bytes.subarray(head.length + found.rawBody.length));
    const [method = '', path = ''] = head.toString('latin1', 0, head.indexOf('\r\n')).split(' ');
    return { method, path, headers, head, ...found, at: performance.now() };
  }

  #sized(bytes: Buffer, start: number, headers: Readonly<Record<string, string>>): Body | undefined {
    const end = start + Number(headers['content-length'] ?? 0);
    this.#wanted = end;
    if (bytes.length < end) return undefined;
    const body = bytes.subarray(start, end);
    return { body, rawBody: body };
  }

  #keep(rest: Buffer): void {
    this.#parts = [rest];
    this.#bytes = rest.length;
    this.#wanted = 0;
  }
}

interface Body {
  readonly body: Buffer;
  readonly rawBody: Buffer;
}

function readHeaders(head: string): Readonly<Record<string, string>> {
  const lines = head.split('\r\n').slice(1, -2);
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

/** A whole chunked body, or undefined while some of it is missing. */
function chunkedBody(bytes: Buffer, start: number): Body | undefined {
  const parts: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error(`not a chunk size: ${bytes.toString('latin1', at, lineEnd)}`);
    if (size === 0) {
      const end = bytes.indexOf(headEnd, lineEnd);
      if (end < 0) return undefined;
      return { body: Buffer.concat(parts), rawBody: bytes.subarray(start, end + headEnd.length) };
    }
    at = lineEnd + 2 + size + 2;
    if (bytes.length < at) return undefined;
    parts.push(bytes.subarray(lineEnd + 2, at - 2));
  }
}
