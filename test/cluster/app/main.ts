import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { getHeapStatistics } from 'node:v8';
import { z } from 'zod';
import { call } from './calls.ts';
import { Load } from './load.ts';
import { Loop } from './loop.ts';
import { describeSidecar, killSidecar, tryToConnect } from './sidecar.ts';

// An app as a user has it: the official SDK, told nothing but OPENAI_BASE_URL. The test steers it over port 8080.
// Arguments make it a Job: it calls the model once for each, and ends.

const port = 8080;
const loop = new Loop();
const load = new Load();
const streams: Promise<void>[] = [];

const Ask = z.object({ content: z.string(), stream: z.boolean().optional() }).strict();
const Plan = z.object({ calls: z.number(), callers: z.number(), streams: z.number() }).strict();
const Address = z.object({ host: z.string(), port: z.number() }).strict();

type Handler = (body: unknown) => unknown;

const handlers: Readonly<Record<string, Handler>> = {
  '/ready': () => ({}),
  '/call': (body) => call(narrow(Ask.parse(body))),
  '/connect': (body) => {
    const { host, port: to } = Address.parse(body);
    return tryToConnect(host, to);
  },
  '/loop': () => loop.report(),
  '/loop/start': (body) => loop.start(Ask.parse(body).content),
  '/loop/stop': async () => {
    await loop.stop();
    return loop.report();
  },
  '/load': () => load.report(),
  '/load/start': (body) => void load.run(Plan.parse(body)),
  '/stream/start': (body) => void streams.push(tellStream(narrow(Ask.parse(body)).content)),
  '/sidecar': () => describeSidecar(),
  '/kill-sidecar': () => killSidecar(),
};

function narrow({ content, stream = false }: z.infer<typeof Ask>) {
  return { content, stream };
}

function tell(message: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), message, ...fields })}\n`);
}

/** Its end is told in the log, which is there after the pod has gone. */
async function tellStream(content: string): Promise<void> {
  tell('stream begins', {});
  const { text, ...outcome } = await call({ content, stream: true });
  tell('stream ended', { ...outcome, characters: text.length });
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const handler = handlers[request.url ?? ''];
  const body = await textOf(request);
  try {
    const answer = await handler?.(body === '' ? undefined : JSON.parse(body));
    response.writeHead(handler === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? null));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

async function serveUntilTold(): Promise<void> {
  const server = createServer((request, response) => void serve(request, response));
  server.listen(port, () => tell('app serves', { heapLimit: getHeapStatistics().heap_size_limit }));
  await new Promise((resolve) => process.once('SIGTERM', resolve));
  tell('app is told to stop', {});
  await loop.stop();
  await Promise.all(streams);
  server.close();
  server.closeAllConnections();
}

const prompts = process.argv.slice(2);
for (const content of prompts) {
  const outcome = await call({ content });
  tell('call ended', outcome);
  if (!outcome.ok) process.exitCode = 1;
}
if (prompts.length === 0) await serveUntilTold();
tell('app ends', {});
