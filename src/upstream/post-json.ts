import type { Dispatcher } from 'undici';

/** Most bytes of an answer that are read. */
const mostReplyBytes = 8 * 1024 * 1024;

const jsonHeaders = ['content-type', 'application/json', 'accept', 'application/json'];

export interface Post {
  readonly path: string;
  readonly body: string;
  /** Names and values in turn, besides those that say it is JSON. */
  readonly headers: readonly string[];
}

/** An answer with another status than 200. */
export class StatusError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`an answer with status ${status}`);
    this.status = status;
  }
}

/** Posts JSON; resolves to the JSON of a 200. Rejects with the reason of the signal once that aborts. */
export async function postJson(
  dispatcher: Dispatcher,
  { path, body, headers }: Post,
  signal: AbortSignal,
): Promise<unknown> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const receiver = new ReplyReceiver(resolve, reject);
  const stop = (): void => receiver.stop(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    dispatcher.dispatch({ path, method: 'POST', headers: [...jsonHeaders, ...headers], body }, receiver);
    return parsed(await promise);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

class ReplyReceiver implements Dispatcher.DispatchHandler {
  readonly #resolve: (text: string) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: Error | undefined;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(resolve: (text: string) => void, reject: (error: unknown) => void) {
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

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    if (status >= 200 && status !== 200) this.stop(new StatusError(status));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > mostReplyBytes) this.stop(new Error(`an answer of more than ${mostReplyBytes} bytes`));
    else this.#parts.push(chunk);
  }

  onResponseEnd(): void {
    this.#resolve(Buffer.concat(this.#parts).toString());
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    this.#reject(error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('an answer that is not JSON'); // the message of JSON.parse quotes the text
  }
}
