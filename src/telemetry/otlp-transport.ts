import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Dispatcher, Pool } from 'undici';
import type { TraceSettings } from './trace-settings.ts';

const deflate = promisify(gzip);

/** The receiver refused, or could not be reached. The message names no header and quotes no reply. */
export class ExportError extends Error {
  readonly isRetryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, about: { isRetryable: boolean; retryAfterMs?: number; cause?: unknown }) {
    super(message, about.cause === undefined ? {} : { cause: about.cause });
    this.name = 'ExportError';
    this.isRetryable = about.isRetryable;
    this.retryAfterMs = about.retryAfterMs;
  }
}

const firstBackoffMs = 500;
const longestBackoffMs = 5000;
const contentTypes = { 'http/protobuf': 'application/x-protobuf', 'http/json': 'application/json' } as const;

/**
 * Posts batches over OTLP/HTTP, again while the receiver asks for it and there is time. Ours and not the library's: its
 * retries hold the process for seconds at the end, and it would bring a second HTTP client (17 MB, see scripts/slim.ts).
 */
export class OtlpTransport {
  readonly #settings: TraceSettings;
  readonly #pool: Pool;
  readonly #closed = new AbortController();

  constructor(settings: TraceSettings) {
    this.#settings = settings;
    const { ca, cert, key } = settings.certificates;
    this.#pool = new Pool(settings.url.origin, {
      connections: 4,
      connect: { timeout: settings.timeoutMs, ...read({ ca, cert, key }) },
      allowH2: false,
      headersTimeout: 0, // the deadline of the whole takes their place
      bodyTimeout: 0,
    });
  }

  /** Resolves with the body of the reply. Throws ExportError where the batch is lost. */
  async send(batch: Uint8Array): Promise<Buffer> {
    const { compression, timeoutMs } = this.#settings;
    const deadline = performance.now() + timeoutMs;
    const body =
      compression === 'gzip'
        ? await deflate(batch)
        : Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
    for (let backoffMs = firstBackoffMs; ; backoffMs = Math.min(backoffMs * 2, longestBackoffMs)) {
      try {
        return await this.#post(body, deadline - performance.now());
      } catch (error) {
        if (!(error instanceof ExportError) || !error.isRetryable || this.#closed.signal.aborted) throw error;
        const waitMs = error.retryAfterMs ?? backoffMs * (0.8 + 0.4 * Math.random());
        if (performance.now() + waitMs >= deadline) throw error;
        await this.#wait(waitMs, error);
      }
    }
  }

  /** Lets go of whatever is under way. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#pool.destroy();
  }

  async #wait(ms: number, error: ExportError): Promise<void> {
    try {
      await pause(ms, undefined, { signal: this.#closed.signal, ref: false });
    } catch {
      throw error; // closed meanwhile: what went wrong before is why the batch is lost
    }
  }

  #post(body: Buffer, withinMs: number): Promise<Buffer> {
    const { url, headers, compression, protocol } = this.#settings;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const all: Record<string, string> = { ...basic(url), ...headers, 'content-type': contentTypes[protocol] };
    if (compression === 'gzip') all['content-encoding'] = 'gzip';
    const path = url.pathname + url.search;
    this.#pool.dispatch({ path, method: 'POST', headers: all, body }, new Reply(resolve, reject, withinMs));
    return promise;
  }
}

// A receiver has nothing to say that is longer.
const mostReplyBytes = 65_536;
const retryableStatuses = new Set([429, 502, 503, 504]);

class Reply implements Dispatcher.DispatchHandler {
  readonly #resolve: (body: Buffer) => void;
  readonly #reject: (error: ExportError) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #bytes = 0;
  #status = 0;
  #retryAfterMs: number | undefined;

  constructor(resolve: (body: Buffer) => void, reject: (error: ExportError) => void, withinMs: number) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#expire(), Math.max(withinMs, 1)).unref();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status;
    const after = Number(headers['retry-after']); // a date is not worth the trouble: the backoff stands in for it
    if (after > 0) this.#retryAfterMs = after * 1000;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= mostReplyBytes) this.#chunks.push(chunk);
    else this.#controller?.abort(new Error('the reply of the receiver is too long'));
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer);
    if (this.#status >= 200 && this.#status < 300) return this.#resolve(Buffer.concat(this.#chunks));
    const isRetryable = retryableStatuses.has(this.#status);
    const retryAfterMs = this.#retryAfterMs;
    const about = retryAfterMs === undefined ? { isRetryable } : { isRetryable, retryAfterMs };
    this.#reject(new ExportError(`the receiver answered ${this.#status}`, about));
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, cause: unknown): void {
    clearTimeout(this.#timer);
    const isRetryable = this.#status === 0 || retryableStatuses.has(this.#status);
    this.#reject(new ExportError('the receiver cannot be reached', { isRetryable, cause }));
  }

  #expire(): void {
    const error = new ExportError('the receiver did not answer in time', { isRetryable: false });
    this.#reject(error);
    this.#controller?.abort(error);
  }
}

// Credentials in the address, as curl reads them.
function basic({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function read(paths: Readonly<Record<string, string | undefined>>): Readonly<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const [name, path] of Object.entries(paths)) if (path !== undefined) files[name] = readFileSync(path);
  return files;
}
