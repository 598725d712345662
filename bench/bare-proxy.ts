import http, { type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';

// The floor of this design: `node:http` in, undici's dispatch out, no policy, no checks. Not a gateway.
// Arguments: port, upstream origin, `bytes` or `events` (parses and serialises each event of a stream again).

const [port, origin, mode] = process.argv.slice(2);
if (port === undefined || origin === undefined || mode === undefined) {
  throw new Error('usage: bare-proxy PORT ORIGIN bytes|events');
}
const pool = new Pool(origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding']);

class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  #isOver = false;
  #isReserialised = false;
  #rest = '';

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#response.on('close', () => {
      if (!this.#isOver) controller.abort(new Error('the client left'));
    });
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: OutgoingHttpHeaders,
  ): void {
    const crossing: OutgoingHttpHeaders = {};
    for (const name in headers) if (!hopByHop.has(name)) crossing[name] = headers[name];
    this.#isReserialised =
      mode === 'events' && String(headers['content-type']).startsWith('text/event-stream');
    this.#response.writeHead(status, crossing);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isReserialised) return void this.#response.write(chunk);
    const events = (this.#rest + chunk.toString()).split('\n\n');
    this.#rest = events.pop() ?? '';
    const text = events.map((event) => `${reserialise(event)}\n\n`).join('');
    if (text !== '') this.#response.write(text);
  }

  onResponseEnd(): void {
    this.#isOver = true;
    this.#response.end();
  }

  onResponseError(): void {
    this.#isOver = true;
    if (this.#response.headersSent) this.#response.destroy();
    else this.#response.writeHead(502).end();
  }
}

function reserialise(event: string): string {
  return event.startsWith('data: {') ? `data: ${JSON.stringify(JSON.parse(event.slice(6)))}` : event;
}

const server = http.createServer({ keepAliveTimeout: 120_000, noDelay: true }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { url: path = '/', method, headers } = request;
    if (path === '/readyz') return void response.end('{}');
    const body = chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks);
    const crossing = {
      'content-type': headers['content-type'] ?? 'application/json',
      authorization: headers.authorization ?? '',
    };
    pool.dispatch(
      { path, method: method === 'POST' ? 'POST' : 'GET', headers: crossing, body },
      new Relay(response),
    );
  });
});
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
