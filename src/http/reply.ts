import type { Snapshot } from '../runtime/snapshot.ts';
import type { FinishedExchange } from '../record/finished-exchange.ts';
import { readableCodings } from '../upstream/decode.ts';
import { envelope, type Refusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';

/** Commits the audit record of an exchange; undefined where it is already safe. Rejects as `audit_failed`. */
export type CommitAudit = (snapshot: Snapshot, finished: () => FinishedExchange) => Promise<void> | undefined;

/** A reply's headers with those that every reply carries. On streams they tell of the request phase. */
export function withExchangeHeaders(own: readonly string[], exchange: Exchange): string[] {
  const { snapshot, target, evidence } = exchange;
  const headers = [...own, ...exchange.callerHeaders, 'x-keeptrusts-config', snapshot.label];
  if (target !== undefined) headers.push('x-keeptrusts-target', target.spec.id);
  if (evidence.acted.size > 0) headers.push('x-keeptrusts-policies', [...evidence.acted].join(', '));
  headers.push('x-keeptrusts-overhead-ms', exchange.overheadMs().toFixed(2));
  return headers;
}

/** Sends a whole reply: first its record, then its bytes. */
export function replyWhole(
  exchange: Exchange,
  reply: WholeReply,
  commitAudit: CommitAudit,
): Promise<void> | undefined {
  exchange.status = reply.status;
  exchange.replyBytes = bodyBytes(exchange, reply);
  const committed = commitAudit(exchange.snapshot, () => exchange.finished());
  return committed === undefined
    ? sendWhole(exchange, reply)
    : committed.then(() => sendWhole(exchange, reply));
}

function isGone({ hasLeft, response }: Exchange): boolean {
  return hasLeft || response.destroyed;
}

/** What leaves of a body: nothing of it where only its head was asked for. */
function sentBody({ request }: Exchange, { body }: WholeReply): Buffer | undefined {
  return request.method === 'HEAD' ? undefined : body;
}

function bodyBytes(exchange: Exchange, reply: WholeReply): number {
  if (isGone(exchange)) return exchange.refused?.bytes ?? 0;
  return sentBody(exchange, reply)?.length ?? 0;
}

export interface WholeReply {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Writes head and body in one go. Where the request is still arriving, resolves when the reply is over. */
export function sendWhole(exchange: Exchange, reply: WholeReply): Promise<void> | undefined {
  const { response } = exchange;
  const { status, headers, body } = reply;
  const sent = sentBody(exchange, reply);
  exchange.replyBytes = bodyBytes(exchange, reply);
  if (isGone(exchange)) return undefined;
  exchange.status = status;
  exchange.firstByte();
  const fields = withExchangeHeaders(headers, exchange);
  if (status !== 204) fields.push('content-length', String(body.length));
  response.writeHead(status, fields);
  if (isArriving(exchange)) return linger(exchange, sent);
  // Head and body as one string are one plain write; a buffer behind the head would be gathered. Latin-1 keeps bytes.
  if (sent !== undefined && sent.length <= joinedBytes) response.end(sent.toString('latin1'), 'latin1');
  else response.end(sent);
  return undefined;
}

const joinedBytes = 16_384;

/** Whether some of the request's body has yet to come. */
function isArriving({ request }: Exchange): boolean {
  if (request.complete) return false;
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

const lingerMs = 2000;

/**
 * Takes in the rest of a request that has been answered already. Closing at once would reset the connection, and a client
 * that is busy sending would never read why.
 */
function linger({ request, response }: Exchange, body: Buffer | undefined): Promise<void> {
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

/** A refusal as a whole reply. */
export function refusalReply(exchange: Exchange, refusal: Refusal): WholeReply {
  exchange.code = refusal.code;
  const headers = ['content-type', 'application/json', 'x-request-id', exchange.id];
  if (!refusal.shouldRetry) headers.push('x-should-retry', 'false');
  if (refusal.code === 'unauthorized') headers.push('www-authenticate', 'Bearer');
  if (refusal.code === 'encoding_unsupported') headers.push('accept-encoding', readableCodings);
  if (refusal.code === 'overloaded') headers.push('retry-after', '1');
  // What is left of a body nobody reads must not be taken for the next request.
  if (isArriving(exchange)) headers.push('connection', 'close');
  return { status: refusal.status, headers, body: Buffer.from(envelope(refusal, exchange.id)) };
}

/** A JSON document as a whole reply. */
export function jsonReply(exchange: Exchange, status: number, document: unknown): WholeReply {
  const headers = ['content-type', 'application/json', 'x-request-id', exchange.id];
  return { status, headers, body: Buffer.from(JSON.stringify(document)) };
}
