import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { KubeConfig } from '@kubernetes/client-node';

/** A call that a test has in its hands: it answers when and as it likes. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string;
  readonly accept: string;
  readonly body: string;
  /** The whole answer. */
  reply(status: number, body: unknown, headers?: Readonly<Record<string, string>>): void;
  /** The head of a stream. */
  open(): void;
  send(event: unknown): void;
  raw(bytes: Uint8Array): void;
  /** Ends the stream as a server does. */
  end(): void;
  /** The connection breaks. */
  cut(): void;
}

export interface DrivenApi {
  /** The next call, which fails the test if none comes. */
  next(): Promise<ApiRequest>;
  /** A kubeconfig for it, as it would be read from disk now. */
  config(token?: string): KubeConfig;
}

const deadlineMs = 10_000;

/** An API server every answer of which a test gives itself. */
export async function startDrivenApi(t: TestContext): Promise<DrivenApi> {
  const waiting: ApiRequest[] = [];
  let arrived = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      waiting.push(apiRequest(request, response, body));
      arrived.resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    async next() {
      const deadline = AbortSignal.timeout(deadlineMs);
      for (;;) {
        const first = waiting.shift();
        if (first !== undefined) return first;
        arrived = Promise.withResolvers<void>();
        await Promise.race([arrived.promise, once(deadline, 'abort')]);
        if (deadline.aborted) throw new Error('no call came');
      }
    },
    config: (token = 'first') => kubeConfigFor(`http://127.0.0.1:${address.port}`, token),
  };
}

function kubeConfigFor(server: string, token: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'c', server, skipTLSVerify: true }, { name: 'u', token });
  return config;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

function apiRequest(
  { method = '', url = '/', headers, socket }: IncomingMessage,
  response: ServerResponse,
  body: string,
): ApiRequest {
  const { pathname, searchParams } = new URL(url, 'http://api');
  return {
    method,
    path: pathname,
    query: searchParams,
    token: headers.authorization?.replace(/^Bearer /, '') ?? '',
    accept: headers.accept ?? '',
    body,
    reply(status, document, more = {}) {
      response.writeHead(status, { 'content-type': 'application/json', ...more });
      response.end(JSON.stringify(document));
    },
    open() {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
    },
    raw: (bytes) => void response.write(bytes),
    send: (event) => void response.write(`${JSON.stringify(event)}\n`),
    end: () => void response.end(),
    cut: () => void socket.destroy(),
  };
}
