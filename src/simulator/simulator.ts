import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { answerRequest } from './endpoints.ts';
import { type Defaults, type Fault, faultOf, noDefaults } from './faults.ts';
import { digest } from './hash.ts';
import { sendReply } from './send.ts';

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
  const { quiet, log, defaults = noDefaults } = options;
  let calls = 0;
  return (request, response) => {
    const { method = 'GET', url = '/' } = request;
    if (method === 'POST') calls++;
    const fault = method === 'POST' ? faultOf(defaults, calls) : undefined;
    const directives = { ...defaults.directives, ...fault?.directives };
    if (!quiet) response.once('close', () => log?.(`${method} ${url} ${response.statusCode}${said(fault)}`));
    readBody(request, (body) => {
      const name = digest(body ?? Buffer.alloc(0));
      const { reply, manner } = answerRequest({ method, url, body, digest: name }, pace, directives);
      response.setHeader('x-request-id', `req_sim${name}`);
      // What fails here is the connection: there is nobody left to tell.
      sendReply(response, reply, manner).catch(() => response.destroy());
    });
  };
}

function said(fault: Fault | undefined): string {
  return fault === undefined ? '' : ` (${fault.text})`;
}

const bodyLimitBytes = 33_554_432;

/**
 * Reads a whole body and hands it over, or undefined when it was too large. What is too large is read to its end
 * without being kept, so that the client gets to see the answer; one that goes on and on is cut off.
 */
function readBody(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes <= bodyLimitBytes) parts.push(part);
    else if (bytes <= 4 * bodyLimitBytes) parts = [];
    else request.destroy();
  });
  request.on('end', () => {
    const [only] = parts;
    if (bytes > bodyLimitBytes) done(undefined);
    else done(parts.length === 1 && only !== undefined ? only : Buffer.concat(parts));
  });
}
