import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Certified } from '../certificates/authority.ts';
import { type AdmissionAnswer, type AdmissionRequest, readReview, reviewText } from './admission-review.ts';
import { readBoundedBody } from './request-body.ts';

/** One webhook. */
export interface AdmissionRoute {
  /** What its metrics call it. */
  readonly webhook: 'injection' | 'validation';
  readonly path: string;
  /** Whether an object is refused when we fail. */
  readonly isRequired: boolean;
  readonly judge: (request: AdmissionRequest) => Promise<AdmissionAnswer> | AdmissionAnswer;
}

export interface ServerParts {
  readonly routes: readonly AdmissionRoute[];
  /** Told of each that was judged, with how long it took from the head of the call to the answer. */
  readonly onJudged: (route: AdmissionRoute, ms: number) => void;
  /** A judgement that failed: a bug, for the log. */
  readonly onFailed: (route: AdmissionRoute, error: unknown) => void;
  readonly onMalformed: (reason: string) => void;
}

/** A review holds the object twice in an update, and a ConfigMap may be 1 MiB. */
const bodyBytes = 3 * 1_048_576;

const limits = {
  maxHeaderSize: 16_384,
  headersTimeout: 5000,
  requestTimeout: 10_000,
  // Longer than the API server keeps idle connections (90 s): it, never we, closes one that it may be about to use.
  keepAliveTimeout: 120_000,
  connectionsCheckingInterval: 1000,
  handshakeTimeout: 5000,
  minVersion: 'TLSv1.2',
} as const;
const maxConnections = 512;

/** The port that API servers call. It has no certificate, and so answers nobody, until it is given one. */
export class AdmissionServer {
  readonly #parts: ServerParts;
  readonly #server: Server;
  #isClosing = false;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#server = createServer(limits, (request, response) => void this.#serve(request, response));
    this.#server.maxConnections = maxConnections;
    // A client that hangs up in its handshake is nobody's problem.
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** From the next connection on; those that are open keep theirs. */
  use({ cert, key }: Certified): void {
    this.#server.setSecureContext({ cert, key, minVersion: limits.minVersion });
  }

  /** Resolves with the port really bound. */
  async listen(port: number): Promise<number> {
    await once(this.#server.listen(port), 'listening');
    const bound = this.#server.address();
    return bound === null || typeof bound === 'string' ? port : bound.port;
  }

  /** Goes on answering, and has every client come back by a new connection: to another replica. */
  drain(): void {
    this.#isClosing = true;
  }

  /** Takes no more connections and finishes what is open. */
  async close(): Promise<void> {
    this.drain();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeIdleConnections();
    await promise;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch {
      response.destroy(); // the client left: there is nobody to tell
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const route = this.#parts.routes.find(({ path }) => path === request.url?.split('?', 1)[0]);
    if (route === undefined) return this.#refuse(response, 404, 'no such webhook');
    if (request.method !== 'POST') return this.#refuse(response, 405, 'only POST');
    if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
      return this.#refuse(response, 415, 'only application/json');
    const body = await readBoundedBody(request, bodyBytes);
    if (body === undefined) return this.#refuse(response, 413, `more than ${bodyBytes} bytes`);
    const review = readReview(body);
    if (typeof review === 'string') return this.#refuse(response, 400, review);
    const answer = await this.#judge(route, review);
    this.#send(response, { status: 200, type: 'application/json', text: reviewText(review.uid, answer) });
    this.#parts.onJudged(route, performance.now() - startedAt);
  }

  async #judge(route: AdmissionRoute, review: AdmissionRequest): Promise<AdmissionAnswer> {
    try {
      return await route.judge(review);
    } catch (error) {
      this.#parts.onFailed(route, error);
      const message = `kt-sidecar: the ${route.webhook} webhook failed; its log says why`;
      if (route.isRequired) return { allowed: false, warnings: [], message };
      return { allowed: true, warnings: [message] };
    }
  }

  #refuse(response: ServerResponse, status: number, reason: string): void {
    this.#parts.onMalformed(reason);
    // What is left of the body is not read.
    response.setHeader('connection', 'close');
    this.#send(response, { status, type: 'text/plain; charset=utf-8', text: `${reason}\n` });
  }

  #send(
    response: ServerResponse,
    { status, type, text }: Readonly<{ status: number; type: string; text: string }>,
  ): void {
    if (this.#isClosing) response.setHeader('connection', 'close');
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
    response.end(text);
  }
}
