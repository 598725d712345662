import net, { type Socket } from 'node:net';
import type { LoadOrder, LoadResult } from './load-order.ts';
import { ReplyReader } from './reply-reader.ts';
import { requestBytes } from './request-bytes.ts';
import { quantile } from './statistics.ts';

// Reads are handled before the next one begins, so every connection may read into the same memory.
const inbox = Buffer.alloc(256 * 1024);

/** Closed loop: each connection sends its next request when it has the whole of the last reply. */
export class LoadRun {
  readonly #order: LoadOrder;
  readonly #request: Buffer;
  readonly #wholeUs: number[] = [];
  readonly #firstByteUs: number[] = [];
  readonly #sockets = new Set<Socket>();
  #begun = 0;
  #failed = 0;
  #firstFailure: string | undefined;
  #bodyBytes = 0;
  #open = 0;
  #mostOpen = 0;
  #onEnd: (() => void) | undefined;

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#request = requestBytes(order);
  }

  async run(): Promise<LoadResult> {
    const startedAt = performance.now();
    const ended = new Promise<void>((resolve) => {
      this.#onEnd = resolve;
    });
    const deadline = setTimeout(() => this.#giveUp(), this.#order.timeoutMs);
    const ramp = this.#ramp();
    await ended;
    clearTimeout(deadline);
    clearInterval(ramp);
    for (const socket of this.#sockets) socket.destroy();
    return this.#result((performance.now() - startedAt) / 1000);
  }

  #ramp(): NodeJS.Timeout {
    const { connections, connectsPerSecond } = this.#order;
    const stepMs = 20;
    const perStep = Math.max(1, Math.floor((connectsPerSecond * stepMs) / 1000));
    let connected = 0;
    const step = (): void => {
      for (let i = 0; i < perStep && connected < connections; i += 1) {
        connected += 1;
        this.#connect();
      }
    };
    step();
    return setInterval(step, stepMs);
  }

  #connect(): void {
    if (this.#begun >= this.#order.calls) return;
    const loop = new Connection(this.#order, this.#request, {
      takesTurn: () => this.#takesTurn(),
      finished: (wholeUs, firstByteUs, bodyBytes) => this.#finished(wholeUs, firstByteUs, bodyBytes),
      failed: (why) => this.#failedOnce(why),
      closed: (socket) => {
        this.#sockets.delete(socket);
        this.#connect(); // where calls are left, another connection makes them
      },
    });
    this.#sockets.add(loop.socket);
  }

  #takesTurn(): boolean {
    if (this.#begun >= this.#order.calls) return false;
    this.#begun += 1;
    this.#open += 1;
    this.#mostOpen = Math.max(this.#mostOpen, this.#open);
    return true;
  }

  #finished(wholeUs: number, firstByteUs: number, bodyBytes: number): void {
    this.#wholeUs.push(wholeUs);
    this.#firstByteUs.push(firstByteUs);
    this.#bodyBytes = bodyBytes;
    this.#settle();
  }

  #failedOnce(why: string): void {
    this.#failed += 1;
    this.#firstFailure ??= why;
    this.#settle();
  }

  #settle(): void {
    this.#open -= 1;
    if (this.#wholeUs.length + this.#failed === this.#order.calls) this.#onEnd?.();
  }

  #giveUp(): void {
    this.#failed = this.#order.calls - this.#wholeUs.length;
    this.#firstFailure ??= `not finished within ${this.#order.timeoutMs} ms`;
    this.#begun = this.#order.calls;
    this.#onEnd?.();
  }

  #result(seconds: number): LoadResult {
    const finished = this.#wholeUs.length;
    const median = (samples: readonly number[]): number | null =>
      finished === 0 ? null : quantile(Float64Array.from(samples).toSorted(), 0.5);
    return {
      finished,
      failed: this.#failed,
      firstFailure: this.#firstFailure,
      wholeP50Us: median(this.#wholeUs),
      firstByteP50Us: median(this.#firstByteUs),
      callsPerSecond: finished / seconds,
      bodyBytes: this.#bodyBytes,
      mostOpen: this.#mostOpen,
    };
  }
}

interface Ledger {
  takesTurn(): boolean;
  finished(wholeUs: number, firstByteUs: number, bodyBytes: number): void;
  failed(why: string): void;
  closed(socket: Socket): void;
}

class Connection {
  readonly socket: Socket;
  readonly #order: LoadOrder;
  readonly #request: Buffer;
  readonly #ledger: Ledger;
  #reply: ReplyReader | undefined;
  #sentAt = 0;
  #firstByteAt = 0;

  constructor(order: LoadOrder, request: Buffer, ledger: Ledger) {
    this.#order = order;
    this.#request = request;
    this.#ledger = ledger;
    const onread = {
      buffer: inbox,
      callback: (size: number): boolean => this.#read(inbox.subarray(0, size)),
    };
    this.socket = net.connect({ port: order.port, host: '127.0.0.1', noDelay: true, onread });
    this.socket.on('connect', () => this.#next());
    this.socket.on('error', (error) => this.#fail(error.message));
    this.socket.on('close', () => {
      this.#fail('the connection was closed before the end of the reply');
      ledger.closed(this.socket);
    });
  }

  #next(): void {
    this.#reply = undefined;
    if (!this.#ledger.takesTurn()) return void this.socket.end();
    this.#reply = new ReplyReader(this.#order.events > 0);
    this.#firstByteAt = 0;
    this.#sentAt = performance.now();
    this.socket.write(this.#request);
  }

  #read(bytes: Buffer): boolean {
    const reply = this.#reply;
    if (reply === undefined) return true;
    try {
      reply.push(bytes);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      this.socket.destroy();
      return false;
    }
    if (this.#firstByteAt === 0 && reply.bodyBytes > 0) this.#firstByteAt = performance.now();
    if (reply.isComplete) this.#finish(reply);
    return true;
  }

  #finish(reply: ReplyReader): void {
    const wrong = this.#wrong(reply);
    if (wrong === undefined) {
      const wholeUs = (performance.now() - this.#sentAt) * 1000;
      this.#ledger.finished(wholeUs, (this.#firstByteAt - this.#sentAt) * 1000, reply.bodyBytes);
    } else this.#fail(wrong);
    this.#next();
  }

  #wrong(reply: ReplyReader): string | undefined {
    const { bodyBytes, events } = this.#order;
    if (reply.status !== 200) return `status ${reply.status}`;
    if (bodyBytes > 0 && reply.bodyBytes !== bodyBytes)
      return `${reply.bodyBytes} bytes instead of ${bodyBytes}`;
    if (events > 0 && reply.events < events) return `${reply.events} events instead of ${events}`;
    if (events > 0 && !reply.hasDone) return 'a stream without [DONE]';
    return undefined;
  }

  // One failure a call: a reset is an error and a close.
  #fail(why: string): void {
    if (this.#reply === undefined) return;
    this.#reply = undefined;
    this.#ledger.failed(why);
  }
}
