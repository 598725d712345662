import { EventEmitter, once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Cleanup } from './cleanup.ts';
import { Connection } from './connection.ts';
import { type ReceivedRequest, RequestReader } from './request-reader.ts';

/** One thing an upstream does in answer to a request; the next begins when it is done. */
export type Step = (connection: Connection) => void | Promise<void>;

/** Steps for each request in turn (the last ones answer all that follow), or a function that decides. */
export type Script =
  | readonly (readonly Step[])[]
  | ((request: ReceivedRequest, connection: Connection) => void | Promise<void>);

const deadlineMs = 5_000;

export interface Upstream {
  /** Origin, without a path. */
  readonly url: string;
  readonly port: number;
  /** Every request, in the order of their last bytes. */
  readonly requests: readonly ReceivedRequest[];
  /** Every socket, in the order they were opened. */
  readonly connections: readonly Connection[];
  /** How many sockets are open now. */
  openConnections(): number;
  /** The request with this number, as soon as it is there. Fails after five seconds. */
  request(index: number): Promise<ReceivedRequest>;
  /** When the peer closed the socket with this number, as soon as it has. Fails after five seconds. */
  peerClosed(index: number): Promise<number>;
  /** Resolves as soon as no socket is open. Fails after five seconds. */
  drained(): Promise<void>;
}

/** A provider that does exactly what a test says, byte for byte. It stops with the test. */
export async function startUpstream(t: Cleanup, script: Script): Promise<Upstream> {
  const upstream = new ScriptedUpstream(script);
  await upstream.listen();
  t.after(() => upstream.close());
  return upstream;
}

class ScriptedUpstream implements Upstream {
  readonly requests: ReceivedRequest[] = [];
  readonly connections: Connection[] = [];
  readonly #script: Script;
  readonly #server: Server;
  readonly #changes = new EventEmitter();
  #failure: unknown;
  port = 0;

  constructor(script: Script) {
    this.#script = script;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    this.port = address.port;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const connection of this.connections) connection.destroy();
    await closed;
    // A script that failed would otherwise show as nothing but an odd answer.
    if (this.#failure !== undefined) throw this.#failure;
  }

  openConnections(): number {
    return this.connections.filter((connection) => connection.isOpen).length;
  }

  request(index: number): Promise<ReceivedRequest> {
    return this.#until(`request ${index}`, () => this.requests[index]);
  }

  peerClosed(index: number): Promise<number> {
    return this.#until(`the peer to close socket ${index}`, () => this.connections[index]?.peerClosedAt);
  }

  async drained(): Promise<void> {
    await this.#until('all sockets to close', () => (this.openConnections() === 0 ? true : undefined));
  }

  async #until<T>(what: string, find: () => T | undefined): Promise<T> {
    const signal = AbortSignal.timeout(deadlineMs);
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      try {
        // oxlint-disable-next-line no-await-in-loop -- it looks again after each change
        await once(this.#changes, 'change', { signal });
      } catch (cause) {
        throw new Error(`waited ${deadlineMs} ms for ${what}`, { cause });
      }
    }
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, () => this.#changes.emit('change'));
    const reader = new RequestReader();
    let turn: Promise<void> = Promise.resolve();
    this.connections.push(connection);
    socket.on('data', (part: Buffer) => {
      for (const request of reader.push(part)) {
        const index = this.requests.push(request) - 1;
        connection.requests++;
        turn = turn
          .then(() => this.#answer(request, connection, index))
          .catch((error: unknown) => {
            this.#failure ??= error;
            connection.destroy();
          });
        this.#changes.emit('change');
      }
    });
  }

  async #answer(request: ReceivedRequest, connection: Connection, index: number): Promise<void> {
    const script = this.#script;
    if (typeof script === 'function') return script(request, connection);
    // oxlint-disable-next-line no-await-in-loop -- steps follow each other
    for (const step of script[Math.min(index, script.length - 1)] ?? []) await step(connection);
  }
}

/** Sends these bytes, cut at these positions. */
export function send(bytes: string | Buffer, cutAt?: readonly number[]): Step {
  return (connection) => connection.send(bytes, cutAt);
}

/** Sends the first bytes only, and closes the socket. */
export function sendThenClose(bytes: string | Buffer, upTo: number): readonly Step[] {
  return [send(Buffer.from(bytes).subarray(0, upTo)), close()];
}

export function close(): Step {
  return (connection) => connection.end();
}

export function reset(): Step {
  return (connection) => connection.reset();
}

/** Nothing more, for as long as the socket is open. */
export function silence(): Step {
  return (connection) => connection.closed();
}

/** Where a script waits until the test says go. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Waits for the gate, or for the socket to close. */
export function hold({ opened }: Gate): Step {
  return (connection) => Promise.race([opened, connection.closed()]);
}

/** Every position at which these bytes can be cut. */
export function everyByte(bytes: string | Buffer): readonly number[] {
  return Array.from({ length: Math.max(Buffer.byteLength(bytes) - 1, 0) }, (_, at) => at + 1);
}

/** Server-sent events, one for each payload: a text as it stands (`[DONE]`), anything else as JSON. */
export function sse(...payloads: readonly unknown[]): string {
  return payloads
    .map((payload) => `data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`)
    .join('');
}

export interface ChatChunk {
  readonly content?: string | null;
  readonly index?: number;
  readonly role?: string;
  readonly finishReason?: string | null;
  /** More fields of the delta, for instance `tool_calls` or `reasoning_content`. */
  readonly delta?: Readonly<Record<string, unknown>>;
  readonly logprobs?: unknown;
  /** With it and without any text the chunk is the last one, which has no choices. */
  readonly usage?: unknown;
  readonly model?: string;
}

const created = 1_767_225_600;

/** One event of a streamed chat answer. */
export function chatChunk(chunk: ChatChunk): Readonly<Record<string, unknown>> {
  const { content, index = 0, role, finishReason = null, delta, logprobs = null, usage, model = 'm' } = chunk;
  const full = { ...(role !== undefined && { role }), ...(content !== undefined && { content }), ...delta };
  const isUsageOnly = usage !== undefined && finishReason === null && Object.keys(full).length === 0;
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created,
    model,
    choices: isUsageOnly ? [] : [{ index, delta: full, logprobs, finish_reason: finishReason }],
    ...(usage !== undefined && { usage }),
  };
}

export interface ChatAnswer {
  /** One choice for each text. */
  readonly contents?: readonly (string | null)[];
  /** More fields of each message, for instance `tool_calls` or `refusal`. */
  readonly message?: Readonly<Record<string, unknown>>;
  readonly finishReason?: string;
  readonly usage?: unknown;
  readonly model?: string;
}

/** A whole chat answer. */
export function chatAnswer(answer: ChatAnswer = {}): Readonly<Record<string, unknown>> {
  const { contents = ['Hello.'], message, finishReason = 'stop', model = 'm' } = answer;
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created,
    model,
    choices: contents.map((content, index) => ({
      index,
      message: { role: 'assistant', content, ...message },
      logprobs: null,
      finish_reason: finishReason,
    })),
    usage: answer.usage ?? { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  };
}
