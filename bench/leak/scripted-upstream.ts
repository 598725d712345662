import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Write } from './cuts.ts';
import { type ApiPath, apiPaths } from './place.ts';

/** What the provider answers to every call of a path, until it is told otherwise. */
export interface Reply {
  readonly path: ApiPath;
  readonly headers: Readonly<Record<string, string>>;
  readonly writes: readonly Write[];
  /** `cut`: the connection breaks after the last write. */
  readonly ending: 'whole' | 'cut';
}

export interface ListenAt {
  readonly host: string;
  readonly port: number;
}

/** A model provider that does what the case says. It answers one case at a time. */
export class ScriptedUpstream implements AsyncDisposable {
  readonly #server: Server;
  #reply: Reply | undefined;
  /** Bodies of the calls since the reply was set. */
  received: string[] = [];
  /** When each write of the latest answer went out. */
  sentAtMs: number[] = [];

  private constructor() {
    this.#server = createServer({ noDelay: true }, (request, response) => {
      this.#serve(request, response).catch(() => request.destroy()); // the gateway has gone away: the client's side shows it
    });
  }

  static async listen({ host, port }: ListenAt): Promise<ScriptedUpstream> {
    const upstream = new ScriptedUpstream();
    upstream.#server.listen({ host, port });
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get origin(): string {
    const address = this.#server.address();
    if (!isInternet(address)) throw new Error('the scripted upstream does not listen');
    return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  }

  answerWith(reply: Reply): void {
    this.#reply = reply;
    this.received = [];
    this.sentAtMs = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = this.#reply; // before the body is read: what comes late belongs to the case that asked
    const received = this.received;
    const sentAtMs = this.sentAtMs;
    received.push(await readText(request));
    if (request.method === 'GET') return sendJson(response, 200, { object: 'list', data: [model] });
    if (reply === undefined || apiPathOf(request.url) !== reply.path)
      return sendJson(response, 404, {
        error: { message: 'not in this case', type: 'invalid_request_error' },
      });
    response.writeHead(200, reply.headers);
    for (const { bytes, pauseMs } of reply.writes) {
      if (pauseMs > 0) await pause(pauseMs);
      if (response.destroyed) return;
      sentAtMs.push(performance.now());
      response.write(bytes);
      await nextTurn(); // so that each write is a packet of its own
    }
    if (reply.ending === 'whole') response.end();
    else {
      await pause(settlingMs); // else what was written may go down with the connection, before anybody judged it
      response.socket?.destroy();
    }
  }
}

const settlingMs = 100;

/** Whatever stands before it: gateways differ in what they take for a base URL. */
function apiPathOf(url = ''): ApiPath | undefined {
  const path = url.split('?')[0] ?? '';
  return apiPaths.find((known) => path.endsWith(known));
}

const model = { id: 'leak-model', object: 'model', created: 1_790_000_000, owned_by: 'leak' };

function isInternet(address: ReturnType<Server['address']>): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
