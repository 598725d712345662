import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { batches } from './batches.ts';
import { readSimulatedBody } from './body.ts';
import { type EndpointAnswer, answerRequest } from './endpoints.ts';
import { type Defaults, type Fault, faultOf, noDefaults } from './faults.ts';
import { digest } from './hash.ts';
import { mostKeyBytes, mostPreparedBytes, PreparedReplies, type PreparedReply } from './prepared.ts';
import { headOf, sendReply } from './send.ts';
import { Wire } from './wire.ts';

export interface SimulatorOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly latencyMs?: number | undefined;
  readonly tokensPerSecond?: number | undefined;
  readonly defaults?: Defaults;
  /** Whether to keep from writing a line about each call. */
  readonly quiet: boolean;
  /** Where those lines go. */
  readonly log?: (line: string) => void;
}

export interface Simulator {
  readonly url: string;
  readonly port: number;
  /** Stops listening and drops every open connection. */
  close(): Promise<void>;
}

// Longer than the pools of common clients, so that it is never the simulator that closes an idle connection first.
const keepAliveMs = 75_000;

/** Starts a deterministic model that speaks the OpenAI API: the same request body gets the same answer body. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const server = createServer({ keepAliveTimeout: keepAliveMs }, listener(options));
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string')
    throw new Error('the simulator listens on something other than TCP');
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    url: `http://${host}:${bound.port}`,
    port: bound.port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function listener(options: SimulatorOptions): RequestListener {
  const pace = { latencyMs: options.latencyMs ?? 0, tokensPerSecond: options.tokensPerSecond };
  const prepared = new PreparedReplies();
  const { quiet, log, defaults = noDefaults } = options;
  let calls = 0;
  return (request, response) => {
    const { method = 'GET', url = '/' } = request;
    if (method === 'POST') calls++;
    const fault = method === 'POST' ? faultOf(defaults, calls) : undefined;
    const directives =
      fault === undefined ? defaults.directives : { ...defaults.directives, ...fault.directives };
    if (!quiet) response.once('close', () => log?.(`${method} ${url} ${response.statusCode}${said(fault)}`));
    readSimulatedBody(request, (body) => {
      // A call that a fault strikes is not answered as its like are.
      const key = fault === undefined ? keyOf(method, url, body) : undefined;
      const ready = key === undefined ? undefined : prepared.find(key);
      if (ready !== undefined) {
        write(response, ready);
        return;
      }
      const name = digest(body ?? Buffer.alloc(0));
      const reply = answer(
        response,
        answerRequest({ method, url, body, digest: name }, pace, directives),
        name,
      );
      if (key !== undefined && reply !== undefined) prepared.keep(key, reply);
    });
  };
}

function said(fault: Fault | undefined): string {
  return fault === undefined ? '' : ` (${fault.text})`;
}

/** Sends an answer; where it could be prepared, it can be given again. */
function answer(response: ServerResponse, found: EndpointAnswer, name: string): PreparedReply | undefined {
  const requestId = `req_sim${name}`;
  const reply = found.isPlain ? prepare(found, requestId) : undefined;
  if (reply === undefined) {
    response.setHeader('x-request-id', requestId);
    // What fails here is the connection: there is nobody left to tell.
    sendReply(response, found.reply, found.manner).catch(() => response.destroy());
  } else write(response, reply);
  return reply;
}

/** What makes two requests the same; undefined for a body too large to be worth remembering. */
function keyOf(method: string, url: string, body: Buffer | undefined): string | undefined {
  if (body === undefined || body.length > mostKeyBytes) return undefined;
  return `${method} ${url} ${body.toString('latin1')}`;
}

/** All the writes of a reply, or undefined for a stream too long to be held. */
function prepare(
  { reply, manner, hasOwnWrites }: EndpointAnswer,
  requestId: string,
): PreparedReply | undefined {
  const writes = reply.kind === 'whole' ? [Buffer.from(reply.body)] : collect(batches(reply, manner));
  if (writes === undefined) return undefined;
  const [body] = writes;
  const head = Object.entries({ ...headOf(reply, { body, isGzip: false }), 'x-request-id': requestId });
  return {
    status: reply.kind === 'whole' ? reply.status : 200,
    head: head.flat().map(String),
    writes: hasOwnWrites ? writes : [Buffer.concat(writes)],
  };
}

function collect(writes: Iterable<string>): readonly Buffer[] | undefined {
  const parts: Buffer[] = [];
  let bytes = 0;
  for (const text of writes) {
    const part = Buffer.from(text);
    bytes += part.length;
    if (bytes > mostPreparedBytes) return undefined;
    parts.push(part);
  }
  return parts;
}

function write(response: ServerResponse, { status, head, writes }: PreparedReply): void {
  // Node reads a head given as a flat list without building an object first. A stream has no length in its head, so
  // what is written before the end is framed as its client's HTTP version allows.
  response.writeHead(status, head.slice());
  const [only] = writes;
  if (writes.length === 1 && only !== undefined) {
    response.write(only);
    response.end();
    return;
  }
  writeApart(response, writes).catch(() => response.destroy());
}

async function writeApart(response: ServerResponse, writes: readonly Buffer[]): Promise<void> {
  const wire = new Wire(response, undefined);
  // oxlint-disable-next-line no-await-in-loop -- one after the other: that is what was asked for
  for (const bytes of writes) await wire.send(bytes);
  await wire.finish('end');
}
