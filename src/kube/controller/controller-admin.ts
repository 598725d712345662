import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

interface AdminPages {
  /** Why it should be given no calls; none: it is ready. */
  readonly unready: () => readonly string[];
  readonly metrics: () => Promise<string>;
}

interface Page {
  readonly status: number;
  readonly text: string;
}

const limits = { maxHeaderSize: 8192, headersTimeout: 5000, requestTimeout: 5000 } as const;

/** The controller's probes and metrics, read only. */
export class ControllerAdmin {
  readonly #pages: AdminPages;
  readonly #server: Server;

  constructor(pages: AdminPages) {
    this.#pages = pages;
    this.#server = createServer(limits, (request, response) => void this.#serve(request, response));
    this.#server.maxConnections = 64;
  }

  /** Resolves with the port really bound. */
  async listen(port: number): Promise<number> {
    await once(this.#server.listen(port), 'listening');
    const bound = this.#server.address();
    return bound === null || typeof bound === 'string' ? port : bound.port;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, text } = await this.#page(request.url?.split('?', 1)[0] ?? '/');
    response.writeHead(status, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    });
    response.end(request.method === 'HEAD' ? undefined : text);
  }

  async #page(path: string): Promise<Page> {
    switch (path) {
      case '/healthz':
        // That this is answered is all there is to say: the event loop turns.
        return { status: 200, text: 'ok\n' };
      case '/readyz': {
        const reasons = this.#pages.unready();
        return reasons.length === 0
          ? { status: 200, text: 'ok\n' }
          : { status: 503, text: `${reasons.join('\n')}\n` };
      }
      case '/metrics':
        return { status: 200, text: await this.#pages.metrics() };
      default:
        return { status: 404, text: 'not found\n' };
    }
  }
}
