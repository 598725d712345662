import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Pool } from 'undici';
import { plainPool, post, type Posting } from '../upstream/post.ts';
import type { TraceSettings } from './trace-settings.ts';

const deflate = promisify(gzip);

/** The receiver refused, or could not be reached. The message names no header and quotes no reply. */
interface Refusal {
  readonly error: Error;
  readonly isRetryable: boolean;
  readonly retryAfterMs?: number;
}

const firstBackoffMs = 500;
const longestBackoffMs = 5000;
// A receiver has nothing to say that is longer.
const mostReplyBytes = 65_536;
const retryableStatuses = new Set([429, 502, 503, 504]);
const contentTypes = { 'http/protobuf': 'application/x-protobuf', 'http/json': 'application/json' } as const;

/**
 * Posts batches over OTLP/HTTP, again while the receiver asks for it and there is time. Ours and not the library's: its
 * retries hold the process for seconds at the end, and it would bring a second HTTP client (17 MB, see scripts/slim.ts).
 */
export class OtlpTransport {
  readonly #settings: TraceSettings;
  readonly #pool: Pool;
  readonly #to: Pick<Posting, 'path' | 'headers'>;
  readonly #closed = new AbortController();

  constructor(settings: TraceSettings) {
    this.#settings = settings;
    this.#to = { path: settings.url.pathname + settings.url.search, headers: headersOf(settings) };
    const { ca, cert, key } = settings.certificates;
    this.#pool = new Pool(settings.url.origin, {
      ...plainPool, // the deadline of the whole is the one clock
      connections: 4,
      connect: { timeout: settings.timeoutMs, ...read({ ca, cert, key }) },
    });
  }

  /** Resolves with the body of the reply; rejects where the batch is lost. */
  async send(batch: Uint8Array): Promise<Buffer> {
    const { compression, timeoutMs } = this.#settings;
    const { signal } = this.#closed;
    const deadline = performance.now() + timeoutMs;
    const body =
      compression === 'gzip'
        ? await deflate(batch)
        : Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
    for (let backoffMs = firstBackoffMs; ; backoffMs = Math.min(backoffMs * 2, longestBackoffMs)) {
      const came = await this.#post(body, deadline - performance.now());
      if (Buffer.isBuffer(came)) return came;
      const { error, isRetryable, retryAfterMs } = came;
      const waitMs = retryAfterMs ?? backoffMs * (0.8 + 0.4 * Math.random());
      if (!isRetryable || signal.aborted || performance.now() + waitMs >= deadline) throw error;
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => {
        throw error; // closed meanwhile: what went wrong before is why the batch is lost
      });
    }
  }

  /** Lets go of whatever is under way. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#pool.destroy();
  }

  async #post(body: Buffer, withinMs: number): Promise<Buffer | Refusal> {
    const signal = AbortSignal.timeout(Math.max(Math.ceil(withinMs), 1));
    let status = 0;
    const onStatus = (is: number): undefined => {
      status = is;
    };
    try {
      const posting = { ...this.#to, body, signal, mostBytes: mostReplyBytes, onStatus };
      const reply = await post(this.#pool, posting);
      if (status >= 200 && status < 300) return reply.body;
      const error = new Error(`the receiver answered ${status}`);
      const after = Number(reply.headers['retry-after']); // a date is not worth the trouble: the backoff stands in for it
      const isRetryable = retryableStatuses.has(status);
      return after > 0 ? { error, isRetryable, retryAfterMs: after * 1000 } : { error, isRetryable };
    } catch (cause) {
      if (signal.aborted)
        return { error: new Error('the receiver did not answer in time'), isRetryable: false };
      const error = new Error('the receiver cannot be reached', { cause });
      return { error, isRetryable: status === 0 || retryableStatuses.has(status) };
    }
  }
}

function headersOf({ url, headers, compression, protocol }: TraceSettings): string[] {
  const all: Record<string, string> = { ...basic(url), ...headers, 'content-type': contentTypes[protocol] };
  if (compression === 'gzip') all['content-encoding'] = 'gzip';
  return Object.entries(all).flat();
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
