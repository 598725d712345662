import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '../config/config.ts';
import { asFault, type FaultCode, GatewayError } from '../errors.ts';
import type { Fingerprint } from '../policy/evidence.ts';
import type { Snapshot } from '../runtime/snapshot.ts';
import type { FinishedExchange } from '../record/finished-exchange.ts';
import { admitClient, admitPage, type ClientTokens } from './caller.ts';
import type { Trace } from '../telemetry/trace.ts';
import { faultRefusal } from './envelope.ts';
import { beginExchange, type Exchange } from './exchange.ts';
import { handle, type HandleParts } from './handle.ts';
import { requestIdOf } from './headers.ts';
import type { LifeParts } from './life.ts';
import { LiveExchanges } from './live-exchanges.ts';
import { type CommitAudit, Reply } from './reply.ts';
import { isProbe, type Route } from './route.ts';
import { Turns } from './turns.ts';
import { isGoodbye, refuseUnreadable } from './unreadable.ts';
import { refusalReply } from './whole-reply.ts';

export type ServerLimits = Pick<Config['limits'], 'headerBytes' | 'headersMs' | 'receiveMs' | 'keepAliveMs'>;

export interface DataServerParts extends HandleParts {
  readonly limits: ServerLimits;
  readonly commitAudit: CommitAudit;
  /** A new id for a span. */
  readonly newSpanId: () => string;
  /** Exchanges in flight beyond this are refused. */
  readonly maxConcurrency: number;
  /** Undefined: no client has to show one. */
  readonly clientTokens: ClientTokens | undefined;
  readonly fingerprint: Fingerprint;
  /** Where an exchange stands in a trace, by the headers of its request. */
  readonly beginTrace: (headers: IncomingHttpHeaders) => Trace;
  readonly newId: () => string;
  readonly acquire: () => { readonly snapshot: Snapshot; release(): void };
  readonly isDraining: () => boolean;
  /** Runs once for each exchange, when it is over. */
  readonly record: (finished: FinishedExchange, exchange: Exchange) => void;
  /** Something that never became a request was refused. */
  readonly onUnreadable: (code: FaultCode) => void;
  /** Bugs and causes of faults, for the log. */
  readonly onError: (error: unknown, exchange: Exchange) => void;
}

/** The data port. One instance serves every address it listens on. */
export class DataServer {
  readonly #parts: DataServerParts;
  readonly #servers: http.Server[] = [];
  readonly #live = new LiveExchanges();
  readonly #turns = new Turns();
  readonly #surroundings: LifeParts;
  #onIdle: (() => void) | undefined;

  constructor(parts: DataServerParts) {
    this.#parts = parts;
    const { newSpanId, budget } = parts;
    this.#surroundings = { newSpanId, budget, turn: () => this.#turns.next() };
  }

  get inFlight(): number {
    return this.#live.size;
  }

  /** Binds one more address. Resolves with the address really bound. */
  listen(host: string, port: number): Promise<{ host: string; port: number }> {
    const server = this.#create();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        this.#servers.push(server);
        const address = server.address();
        resolve({ host, port: typeof address === 'object' && address !== null ? address.port : port });
      });
    });
  }

  /** Resolves when no exchange is in flight. */
  idle(): Promise<void> {
    if (this.#live.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Ends open streams with an honest error event and lets go of every other attempt. */
  interrupt(): void {
    const reason = new GatewayError('shutting_down', 'the gateway is shutting down');
    for (const { life } of this.#live.all()) life.cancel(reason);
  }

  /** Takes over timeouts of a new configuration. The header limit is fixed when the port is bound. */
  setLimits(limits: ServerLimits): void {
    for (const server of this.#servers) {
      server.headersTimeout = Math.min(limits.headersMs, limits.receiveMs);
      server.requestTimeout = limits.receiveMs;
      server.keepAliveTimeout = limits.keepAliveMs;
    }
  }

  /** Stops accepting; resolves when every connection is closed. */
  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => closeServer(server)));
  }

  #create(): http.Server {
    const { limits } = this.#parts;
    const server = http.createServer(
      {
        maxHeaderSize: limits.headerBytes,
        // Node refuses to start where the head may take longer than the whole.
        headersTimeout: Math.min(limits.headersMs, limits.receiveMs),
        requestTimeout: limits.receiveMs,
        keepAliveTimeout: limits.keepAliveMs,
        connectionsCheckingInterval: 1000,
        // Refused in serve, with an envelope as everything else.
        requireHostHeader: false,
        insecureHTTPParser: false,
        noDelay: true,
      },
      (request, response) => void this.#serve(request, response),
    );
    // Who waits to be told to send a body is judged by the head first; `readBody` tells.
    server.on('checkContinue', (request, response) => void this.#serve(request, response));
    server.on('checkExpectation', (request, response) => {
      const message = 'the Expect header asks for something that is not supported; leave it out';
      void this.#serve(request, response, new GatewayError('expectation_failed', message));
    });
    server.maxHeadersCount = mostHeaders + 1;
    server.on('clientError', (error: Error, socket: Socket) => this.#refuseRest(error, socket));
    // Tunnels and upgrades lead past every policy.
    server.on('connect', (_request, socket: Socket) =>
      this.#refuseRest(new GatewayError('method_not_allowed', 'CONNECT is not served'), socket),
    );
    return server;
  }

  async #serve(request: IncomingMessage, response: ServerResponse, refusal?: GatewayError): Promise<void> {
    const parts = this.#parts;
    const lease = parts.acquire();
    const id = requestIdOf(request.headers, parts.newId);
    const { snapshot } = lease;
    const trace = parts.beginTrace(request.headers);
    const arrival = { id, snapshot, request, response, trace };
    const exchange = beginExchange(arrival, parts.fingerprint, this.#surroundings);
    const reply = new Reply(exchange, parts.commitAudit);
    this.#live.add(exchange);
    if (parts.isDraining()) response.shouldKeepAlive = false;
    try {
      checkHead(request);
      reply.carries(admitPage(request, snapshot));
      admitClient(request, parts.clientTokens);
      if (refusal !== undefined) throw refusal;
      if (this.#live.size > parts.maxConcurrency && !isProbe(request)) throw overloaded(parts.maxConcurrency);
      await handle(exchange, reply, parts);
    } catch (error) {
      await this.#refuse(exchange, reply, error);
    } finally {
      parts.budget.give(exchange.asked.bytes + exchange.life.heldBytes);
      this.#live.delete(exchange);
      // Recorded before its snapshot may retire, and with it the series of its target.
      if (!isUntold(exchange.asked.route)) parts.record(reply.finished(), exchange);
      lease.release();
      if (this.#live.size === 0) this.#onIdle?.();
    }
  }

  // What cannot be read behind a request whose answer is under way: words of ours would be taken for part of that answer.
  #refuseRest(error: Error, socket: Socket): void {
    const exchange = this.#live.all().find(({ request }) => request.socket === socket);
    if (exchange === undefined) return this.#refuseUnreadable(error, socket);
    if (exchange.request.complete || exchange.response.headersSent) return void socket.destroy();
    const refused = refuseUnreadable(error, socket);
    if (!isGoodbye(error)) exchange.life.refused = refused; // this is its reply
  }

  #refuseUnreadable(error: Error, socket: Socket): void {
    const refused = refuseUnreadable(error, socket);
    if (refused !== undefined) this.#parts.onUnreadable(refused.fault.code);
  }

  async #refuse(exchange: Exchange, reply: Reply, error: unknown): Promise<void> {
    const refused = error instanceof GatewayError ? exchange.life.refused?.fault : undefined;
    const fault = refused ?? asFault(error);
    // What a client did wrong is told to the client; the log has its one line of the call.
    if (fault.cause !== undefined && fault.fault.blame !== 'client') this.#parts.onError(fault, exchange);
    if (exchange.response.headersSent) return void exchange.response.destroy();
    const refusal = refusalReply(exchange, faultRefusal(fault));
    try {
      await reply.whole(refusal);
    } catch (cause) {
      // The record cannot be kept: the client gets the same refusal or worse, and the log says why.
      this.#parts.onError(cause, exchange);
      await reply.send(refusal);
    }
  }
}

/** A probe or a preflight: no traffic, so it leaves no trace in metrics, log or record. */
function isUntold(route: Route | undefined): boolean {
  return route?.kind === 'health' || route?.kind === 'preflight';
}

// Node drops what is beyond its limit without a word, and with it, say, the Origin that is refused.
const mostHeaders = 200;

function checkHead({ headers, rawHeaders, httpVersion }: IncomingMessage): void {
  if (headers.host === undefined && httpVersion === '1.1')
    throw new GatewayError('request_malformed', 'the Host header is missing');
  // Two readers would take two of them for different hosts.
  if (hostCount(rawHeaders) > 1 || !hostPattern.test(headers.host ?? ''))
    throw new GatewayError('request_malformed', 'the Host header is not one host');
  if (rawHeaders.length > 2 * mostHeaders)
    throw new GatewayError('headers_too_large', `more than ${mostHeaders} header fields`);
}

const hostPattern = /^[\w.~!$&'()*+,;=%:[\]-]*$/;

function hostCount(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

function overloaded(limit: number): GatewayError {
  return new GatewayError('overloaded', `more than ${limit} exchanges are in flight (--max-concurrency)`);
}

// Time for last bytes to leave. Whoever is still sending a request or has stopped reading is then cut off.
const closeGraceMs = 500;

// Idle connections are closed as they fall idle; Node's own close would wait for their keep-alive to run out.
function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
    server.keepAliveTimeout = 1;
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
