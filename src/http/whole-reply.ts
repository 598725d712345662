import type { IncomingMessage, ServerResponse } from 'node:http';
import { readableCodings } from '../upstream/decode.ts';
import { envelope, type Refusal, type ReplyCode } from './envelope.ts';
import type { Exchange } from './exchange.ts';

/** What is sent in one go. */
export interface WholeReply {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** Why it is a refusal, where it is one. */
  readonly code?: ReplyCode;
}

/** A refusal as a whole reply. */
export function refusalReply({ id, request }: Exchange, refusal: Refusal): WholeReply {
  const { status, code } = refusal;
  const headers = ['content-type', 'application/json', 'x-request-id', id];
  if (!refusal.shouldRetry) headers.push('x-should-retry', 'false');
  if (code === 'unauthorized') headers.push('www-authenticate', 'Bearer');
  if (code === 'encoding_unsupported') headers.push('accept-encoding', readableCodings);
  if (code === 'overloaded') headers.push('retry-after', '1');
  // What is left of a body nobody reads must not be taken for the next request.
  if (isArriving(request)) headers.push('connection', 'close');
  return { status, headers, body: Buffer.from(envelope(refusal, id)), code };
}

/** What leaves of a body: nothing of it where only its head was asked for. */
export function sentBody({ method }: IncomingMessage, { body }: WholeReply): Buffer | undefined {
  return method === 'HEAD' ? undefined : body;
}

const joinedBytes = 16_384;

/** Gives what follows the head. Where the request is still arriving, resolves when the reply is over. */
export function sendBody(
  { request, response }: Exchange,
  body: Buffer | undefined,
): Promise<void> | undefined {
  if (isArriving(request)) return linger(request, response, body);
  // Head and body as one string are one plain write; a buffer behind the head would be gathered. Latin-1 keeps bytes.
  if (body !== undefined && body.length <= joinedBytes) response.end(body.toString('latin1'), 'latin1');
  else response.end(body);
  return undefined;
}

/** Whether some of the request's body has yet to come. */
function isArriving(request: IncomingMessage): boolean {
  if (request.complete) return false;
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

const lingerMs = 2000;

/**
 * Takes in the rest of a request that has been answered already. Closing at once would reset the connection, and a client
 * that is busy sending would never read why.
 */
function linger(request: IncomingMessage, response: ServerResponse, body: Buffer | undefined): Promise<void> {
  if (body === undefined) response.flushHeaders();
  else response.write(body);
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      response.end();
      resolve();
    };
    const timer = setTimeout(finish, lingerMs);
    request.once('end', finish);
    response.once('close', finish);
    request.resume();
  });
}
