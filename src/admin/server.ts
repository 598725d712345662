import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Address } from '../http/address.ts';
import { metricsContentType } from '../telemetry/exposition.ts';
import { type HealthState, probe, probePaths } from './health.ts';

export interface AdminParts {
  readonly health: () => HealthState;
  /** The text that Prometheus reads. */
  readonly metrics: () => Promise<string>;
  /** The document of `/status`. */
  readonly status: () => unknown;
  /** A page that could not be made: a bug, for the log. */
  readonly onError: (error: unknown) => void;
}

const paths = [...probePaths, '/metrics', '/status'] as const;
type Path = (typeof paths)[number];

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = 'application/json; charset=utf-8';

// Probes and scrapers send a dozen short headers; nobody here uploads anything.
const limits = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1000,
} as const;
const maxConnections = 128;

/** The admin port: read only, and without anything that a stranger in the cluster must not see. */
export class AdminServer {
  readonly #parts: AdminParts;
  readonly #server: Server;

  constructor(parts: AdminParts) {
    this.#parts = parts;
    this.#server = createServer(limits, (request, response) => void this.#serve(request, response));
    this.#server.maxConnections = maxConnections;
  }

  /** Resolves with the address really bound. */
  async listen(host: string, port: number): Promise<Address> {
    await once(this.#server.listen(port, host), 'listening');
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') return { host, port };
    return { host: bound.address, port: bound.port };
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isHead = request.method === 'HEAD';
    if (hasBody(request)) response.setHeader('connection', 'close'); // and what it uploads is not read
    const path = pathOf(request.url ?? '/');
    if (!isKnown(path)) send(response, refusal(404, 'no_route'), isHead);
    else if (!isHead && request.method !== 'GET')
      send(response.setHeader('allow', 'GET, HEAD'), refusal(405, 'method_not_allowed'), false);
    else send(response, await this.#page(path), isHead);
  }

  async #page(path: Path): Promise<Page> {
    try {
      if (path === '/metrics')
        return { status: 200, type: metricsContentType, body: await this.#parts.metrics() };
      if (path === '/status') return { status: 200, type: json, body: JSON.stringify(this.#parts.status()) };
      const { status, document } = probe(path, this.#parts.health());
      return { status, type: json, body: JSON.stringify(document) };
    } catch (error) {
      this.#parts.onError(error);
      return refusal(500, 'internal');
    }
  }
}

function send(response: ServerResponse, { status, type, body }: Page, isHead: boolean): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(isHead ? undefined : body);
}

function refusal(status: number, code: 'no_route' | 'method_not_allowed' | 'internal'): Page {
  return { status, type: json, body: `{"error":{"code":"${code}"}}` };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

function isKnown(path: string): path is Path {
  return paths.some((known) => known === path);
}
