import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

export interface Posting {
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Buffer;
  /** What comes back is given up with the reason of the signal once that aborts. */
  readonly signal: AbortSignal;
  /** Most bytes that are read. */
  readonly mostBytes: number;
  /** Hears the status first; an error is why the rest is not read. */
  readonly onStatus: (status: number) => Error | undefined;
}

export interface Collected {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** HTTP/1.1, and no clock of the client's own: those that count are ours. */
export const plainPool = { allowH2: false, headersTimeout: 0, bodyTimeout: 0 } as const;

/** Posts a body and collects all that comes back. */
export async function post(dispatcher: Dispatcher, posting: Posting): Promise<Collected> {
  const { path, headers, body, signal } = posting;
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Collected>();
  const collector = new Collector(posting, resolve, reject);
  const stop = (): void => collector.stop(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    dispatcher.dispatch({ path, method: 'POST', headers, body }, collector);
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

class Collector implements Dispatcher.DispatchHandler {
  readonly #posting: Posting;
  readonly #resolve: (reply: Collected) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: Error | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #parts: Buffer[] = [];
  #bytes = 0;

  constructor(posting: Posting, resolve: (reply: Collected) => void, reject: (error: unknown) => void) {
    this.#posting = posting;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  stop(reason: unknown): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = reason instanceof Error ? reason : new Error('stopped', { cause: reason });
    this.#reject(reason);
    this.#controller?.abort(this.#stopped);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stopped !== undefined) controller.abort(this.#stopped);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const refusal = this.#posting.onStatus(status);
    if (refusal !== undefined) this.stop(refusal);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { mostBytes } = this.#posting;
    this.#bytes += chunk.length;
    if (this.#bytes > mostBytes) this.stop(new Error(`an answer of more than ${mostBytes} bytes`));
    else this.#parts.push(chunk);
  }

  onResponseEnd(): void {
    this.#resolve({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#parts) });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    this.#reject(error);
  }
}
