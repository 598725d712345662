import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Cleanup } from '../support/cleanup.ts';
import { gate, type Gate } from '../support/upstream.ts';
import { Tally } from './books.ts';
import type { Act, Plan, TargetName } from './plan.ts';

/** Two providers that do with each call what its plan says, and keep a book of it. */
export class Providers {
  readonly attempts = new Tally();
  readonly gate: Gate = gate();
  /** Calls that nobody planned. */
  readonly surprises: string[] = [];
  /** Gated calls that have arrived. */
  waiting = 0;
  readonly #plans = new Map<string, Plan>();
  readonly #arrivals = new Map<string, Gate>();
  readonly #departures = new Map<string, Gate>();
  readonly urls: Readonly<Record<TargetName, string>>;

  private constructor(urls: Readonly<Record<TargetName, string>>) {
    this.urls = urls;
  }

  static async start(t: Cleanup): Promise<Providers> {
    const servers = { a: await listen(t), b: await listen(t) };
    const providers = new Providers({ a: urlOf(servers.a), b: urlOf(servers.b) });
    for (const name of ['a', 'b'] as const)
      servers[name].on('request', (request: IncomingMessage, response: ServerResponse) =>
        providers.#take(name, request, response),
      );
    return providers;
  }

  expect(plan: Plan): void {
    this.#plans.set(plan.id, plan);
  }

  /** Resolves when a provider has the call. */
  arrived(id: string): Promise<void> {
    return gateOf(this.#arrivals, id).opened;
  }

  /** Resolves when the gateway has let go of a call that a provider was silent about. */
  left(id: string): Promise<void> {
    return gateOf(this.#departures, id).opened;
  }

  #take(name: TargetName, request: IncomingMessage, response: ServerResponse): void {
    const id = String(request.headers['x-request-id']);
    const act = this.#plans.get(id)?.acts[name];
    if (act === undefined) {
      this.surprises.push(`${name} was asked in ${id}`);
      return whole(response, 418, '{}');
    }
    this.attempts.add(`${name} ${act.outcome}`);
    request.resume();
    request.once('end', () => {
      gateOf(this.#arrivals, id).open();
      if (act.kind === 'gated') this.#answerLater(act.body, response);
      else perform(act, response, () => gateOf(this.#departures, id).open());
    });
  }

  #answerLater(body: string, response: ServerResponse): void {
    this.waiting += 1;
    void this.gate.opened.then(() => whole(response, 200, body));
  }
}

function gateOf(gates: Map<string, Gate>, id: string): Gate {
  const known = gates.get(id) ?? gate();
  gates.set(id, known);
  return known;
}

async function listen(t: Cleanup): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 0, noDelay: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return `http://127.0.0.1:${address.port}`;
}

function perform(act: Exclude<Act, { kind: 'gated' }>, response: ServerResponse, onLeft: () => void): void {
  switch (act.kind) {
    case 'whole':
      return whole(response, act.status, act.body);
    case 'stream':
      return stream(act, response, onLeft);
    case 'broken':
      return broken(act.how, response, onLeft);
  }
}

function whole(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function stream(
  { events, ending }: Extract<Act, { kind: 'stream' }>,
  response: ServerResponse,
  onLeft: () => void,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events.slice(0, -1)) response.write(event);
  const last = events.at(-1) ?? '';
  switch (ending) {
    case 'end':
      return void response.end(last);
    case 'cut':
      // Behind the events, and without the chunk that would end the body.
      return void response.write(last, () => response.socket?.end());
    case 'silence':
      response.write(last);
      response.once('close', onLeft);
  }
}

function broken(how: 'reset' | 'cut' | 'silence', response: ServerResponse, onLeft: () => void): void {
  const { socket } = response;
  switch (how) {
    case 'reset':
      return void socket?.write('HTTP/1.1 200 OK\r\n', () => socket.resetAndDestroy());
    case 'cut':
      return void socket?.end(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{"half":',
      );
    case 'silence':
      response.once('close', onLeft);
  }
}
