import type { IncomingHttpHeaders } from 'node:http';
import { asFault } from '../errors.ts';
import { envelope, faultRefusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { streamHeaders } from './headers.ts';
import { type CommitAudit, withExchangeHeaders } from './reply.ts';

/** The reply of an exchange as a stream: its head, its pieces, and its last bytes behind the record. */
export class StreamReply {
  readonly #exchange: Exchange;
  readonly #commitAudit: CommitAudit;

  constructor(exchange: Exchange, commitAudit: CommitAudit) {
    this.#exchange = exchange;
    this.#commitAudit = commitAudit;
  }

  head(status: number, upstream: IncomingHttpHeaders): void {
    const { response, id, snapshot } = this.#exchange;
    this.#exchange.isStream = true;
    this.#exchange.status = status;
    const headers = streamHeaders(upstream);
    if (upstream['x-request-id'] === undefined) headers.push('x-request-id', id);
    headers.push('x-keeptrusts-enforcement', snapshot.enforcement);
    // Proxies in between must not gather the stream.
    headers.push('cache-control', 'no-cache', 'x-accel-buffering', 'no');
    response.writeHead(status, withExchangeHeaders(headers, this.#exchange));
  }

  /** False where the client does not keep up. */
  write(piece: string | Buffer): boolean {
    const { response } = this.#exchange;
    if (this.#exchange.replyBytes === 0) this.#exchange.firstByte();
    return this.#send(piece, response);
  }

  /** A comment, which no client takes for anything: the connection is seen to be alive. */
  comment(text: string): void {
    this.#send(`: ${text}\n\n`, this.#exchange.response);
  }

  /** The last bytes: the record is committed before they leave. */
  async end(last: string): Promise<void> {
    const exchange = this.#exchange;
    const before = exchange.replyBytes;
    let bytes = last;
    if (!exchange.hasLeft) exchange.replyBytes += Buffer.byteLength(bytes); // as the record says
    try {
      const committed = this.#commitAudit(exchange.snapshot, () => exchange.finished());
      if (committed !== undefined) await committed;
    } catch (error) {
      const refusal = faultRefusal(asFault(error));
      exchange.code = refusal.code;
      bytes = `data: ${envelope(refusal, exchange.id)}\n\n`;
    }
    exchange.replyBytes = before;
    if (exchange.hasLeft || exchange.response.destroyed) return;
    exchange.firstByte();
    exchange.replyBytes += Buffer.byteLength(bytes);
    await new Promise<void>((resolve) => {
      exchange.response.once('close', resolve);
      exchange.response.end(bytes, resolve);
    });
  }

  #send(piece: string | Buffer, response: Exchange['response']): boolean {
    this.#exchange.replyBytes += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
    return response.write(piece);
  }
}
