import type { IncomingHttpHeaders } from 'node:http';
import { type ErrorForm, plainErrors } from '../dialect/error-event.ts';
import { asFault } from '../errors.ts';
import { lastNumber } from '../sse/last-number.ts';
import { faultRefusal, type Refusal, told } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { streamHeaders } from './headers.ts';
import { type CommitAudit, withExchangeHeaders } from './reply.ts';

/** The reply of an exchange as a stream: its head, its pieces, and its last bytes behind the record. */
export class StreamReply {
  readonly #exchange: Exchange;
  readonly #commitAudit: CommitAudit;
  readonly #errors: ErrorForm;
  /** The last events that were given and are numbered. */
  #numbered = '';

  constructor(exchange: Exchange, commitAudit: CommitAudit) {
    this.#exchange = exchange;
    this.#commitAudit = commitAudit;
    this.#errors = exchange.dialect?.errors ?? plainErrors;
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

  /** Gives whole events, as `bytes` where these are at hand. False where the client does not keep up. */
  write(events: string, bytes: string | Buffer = events): boolean {
    const { response } = this.#exchange;
    if (this.#errors.isNumbered && events.includes('"sequence_number"')) this.#numbered = events;
    if (this.#exchange.replyBytes === 0) this.#exchange.firstByte();
    return this.#send(bytes, response);
  }

  /** A comment, which no client takes for anything: the connection is seen to be alive. */
  comment(text: string): void {
    this.#send(`: ${text}\n\n`, this.#exchange.response);
  }

  /** The last bytes, and why where the stream ends early: the record is committed before they leave. */
  async end(last: string, why: Refusal | undefined): Promise<void> {
    const exchange = this.#exchange;
    const before = exchange.replyBytes;
    let bytes = why === undefined ? last : last + this.#error(why, last);
    if (!exchange.hasLeft) exchange.replyBytes += Buffer.byteLength(bytes); // as the record says
    try {
      const committed = this.#commitAudit(exchange.snapshot, () => exchange.finished());
      if (committed !== undefined) await committed;
    } catch (error) {
      const refusal = faultRefusal(asFault(error));
      exchange.code = refusal.code;
      bytes = this.#error(refusal, '');
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

  #error(refusal: Refusal, events: string): string {
    const { isNumbered } = this.#errors;
    const last = isNumbered ? (lastNumber(events) ?? lastNumber(this.#numbered)) : undefined;
    return this.#errors.write(told(refusal, this.#exchange.id), last);
  }

  #send(piece: string | Buffer, response: Exchange['response']): boolean {
    this.#exchange.replyBytes += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
    return response.write(piece);
  }
}
