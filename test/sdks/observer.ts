import { once } from 'node:events';
import http, { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { until } from '../support/gateway.ts';

/** A request as the provider saw it. */
export interface Observed {
  /** The `x-request-id` of the client, which the gateway hands on. Every test sends its own. */
  readonly marker: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Whether the gateway closed the connection before the answer was complete. */
  isCancelled: boolean;
}

/** A test whose marker begins so gets an error for its first request. */
const failsOnce = 'fails-once-';

/** A provider on loopback: the simulator, behind a recorder that lets everything through as it comes. */
export class Observer {
  readonly requests: Observed[] = [];
  readonly url: string;
  readonly #simulator: Simulator;
  readonly #server: Server;

  private constructor(server: Server, simulator: Simulator) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    this.url = `http://127.0.0.1:${address.port}`;
    this.#server = server;
    this.#simulator = simulator;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<Observer> {
    const simulator = await startSimulator({ host: '127.0.0.1', port: 0, quiet: true });
    const server = createServer({ keepAliveTimeout: 60_000 });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Observer(server, simulator);
  }

  seen(marker: string): readonly Observed[] {
    return this.requests.filter((request) => request.marker === marker);
  }

  /** The requests of a test, once one of them was cancelled. Fails after five seconds. */
  async cancelled(marker: string): Promise<readonly Observed[]> {
    return until(`a request of ${marker} to be cancelled`, () => {
      const seen = this.seen(marker);
      return seen.some(({ isCancelled }) => isCancelled) ? seen : undefined;
    });
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#simulator.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const body = Buffer.concat(parts);
    const marker = String(request.headers['x-request-id']);
    const isFirst = this.seen(marker).length === 0;
    const { url: path = '', headers } = request;
    const observed = { marker, path, headers, body: body.toString(), isCancelled: false };
    this.requests.push(observed);
    if (marker.startsWith(failsOnce) && isFirst) refuseOnce(response);
    else this.#forward(request, body, new Answer(response, observed));
  }

  #forward({ method, url, headers }: IncomingMessage, body: Buffer, answer: Answer): void {
    const options = { method, headers: { ...headers, host: '' }, agent: false };
    const forwarded = http.request(`${this.#simulator.url}${url}`, options, (reply) => answer.pass(reply));
    forwarded.on('error', () => answer.cut());
    answer.onCancel(() => forwarded.destroy());
    forwarded.end(body);
  }
}

/** The way back to the gateway, which either side may end. */
class Answer {
  readonly #response: ServerResponse;
  #isCut = false;

  constructor(response: ServerResponse, observed: Observed) {
    this.#response = response;
    response.on('close', () => {
      if (!this.#isCut && !response.writableFinished) observed.isCancelled = true;
    });
  }

  onCancel(cancel: () => void): void {
    this.#response.on('close', cancel);
  }

  pass(reply: IncomingMessage): void {
    const status = reply.statusCode ?? 502;
    // Libraries that read it come back at once, so that their retries take no time here.
    const soon = status >= 429 && reply.headers['retry-after'] === undefined ? { 'retry-after-ms': '5' } : {};
    this.#response.writeHead(status, { ...reply.headers, ...soon });
    this.#response.flushHeaders();
    reply.on('error', () => this.cut());
    reply.on('close', () => {
      if (!reply.complete) this.cut();
    });
    reply.pipe(this.#response);
  }

  /** The simulator broke off, so this connection breaks as well. */
  cut(): void {
    this.#isCut = true;
    this.#response.destroy();
  }
}

function refuseOnce(response: ServerResponse): void {
  const error = { message: 'Not just now.', type: 'server_error', param: null, code: 'busy' };
  response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end(JSON.stringify({ error }));
}
