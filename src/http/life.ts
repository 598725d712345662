import type { ServerResponse } from 'node:http';
import { GatewayError } from '../errors.ts';
import type { Waiting } from '../policy/evidence.ts';
import type { QuestionTrace } from '../policy/question.ts';
import type { FinishedAttempt } from '../record/finished-exchange.ts';
import { type Trace, traceHeaders } from '../telemetry/trace.ts';
import type { Attempting } from '../upstream/attempt.ts';
import type { BufferBudget } from './body.ts';
import type { Refused } from './unreadable.ts';

/** What all exchanges live on. */
export interface LifeParts {
  /** A new id for the span of an attempt or a question. */
  readonly newSpanId: () => string;
  /** What all of them together may hold. */
  readonly budget: BufferBudget;
  /** Resolves when long work may go on. */
  readonly turn: () => Promise<void>;
}

type Cancel = (reason: GatewayError) => void;

/**
 * How long an exchange goes on and what it takes up: its client, its deadline, its attempts, what it waits for and holds.
 * `attempt`, the relay and the server change it, by its methods, and the client, who may leave.
 */
export class Life implements Waiting, Attempting {
  readonly startedAt = performance.now();
  /** By the same clock; infinite where there is none. */
  readonly deadlineAt: number;
  /** Those that are over. */
  readonly attempts: FinishedAttempt[] = [];
  /** Its place among the live ones; LiveExchanges keeps it. */
  slot = 0;
  /** The rest of its request could not be read, and the server told the client so: that was its reply. */
  refused: Refused | undefined;
  readonly #response: ServerResponse;
  readonly #trace: Trace;
  readonly #surroundings: LifeParts;
  #hasLeft = false;
  #heldBytes = 0;
  #cancel: Cancel | undefined;
  /** Made where a policy waits. */
  #waiting: AbortController | undefined;

  constructor(
    response: ServerResponse,
    trace: Trace,
    surroundings: LifeParts,
    deadlineMs = Number.POSITIVE_INFINITY,
  ) {
    this.deadlineAt = this.startedAt + deadlineMs;
    this.#response = response;
    this.#trace = trace;
    this.#surroundings = surroundings;
    // Watched on the response: after the body is read the request says nothing about the client any more.
    response.on('close', () => {
      if (response.writableFinished) return;
      this.#hasLeft = true;
      this.cancel(clientClosed());
    });
  }

  /** The client has gone before its reply was whole. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Bytes of its answer that it holds, or held: they stay counted until it ends. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  newSpan(): string | undefined {
    return this.#trace.passedOn === undefined ? this.#surroundings.newSpanId() : undefined;
  }

  settled(attempt: FinishedAttempt): void {
    this.attempts.push(attempt);
  }

  /** What gateway and client side took of so much time: all but the waiting for upstreams. */
  overheadMs(durationMs: number): number {
    let left = durationMs;
    for (const attempt of this.attempts) left -= attempt.durationMs;
    return Math.max(0, left);
  }

  /** Registers how to let go of the upstream; called at once where the client has already gone. */
  onCancel(cancel: Cancel | undefined): void {
    this.#cancel = cancel;
    if (this.#hasLeft) cancel?.(clientClosed());
  }

  /** Ends it before its time. */
  cancel(reason: GatewayError): void {
    this.#cancel?.(reason);
    this.#waiting?.abort(reason);
  }

  ended(): GatewayError | undefined {
    if (this.#hasLeft) return clientClosed();
    return performance.now() < this.deadlineAt ? undefined : this.#tooLate();
  }

  // Few exchanges wait for anything but their upstream, which has clocks of its own.
  signal(): AbortSignal {
    if (this.#waiting !== undefined) return this.#waiting.signal;
    const waiting = new AbortController();
    this.#waiting = waiting;
    const left = this.deadlineAt - performance.now();
    if (this.#hasLeft) waiting.abort(clientClosed());
    else if (left !== Number.POSITIVE_INFINITY) {
      const timer = setTimeout(() => waiting.abort(this.#tooLate()), Math.max(0, left));
      this.#response.once('close', () => clearTimeout(timer));
    }
    return waiting.signal;
  }

  traceQuestion(): QuestionTrace {
    const spanId = this.#trace.isSampled ? this.#surroundings.newSpanId() : undefined;
    return { spanId, headers: traceHeaders(this.#trace, spanId) };
  }

  turn(): Promise<void> {
    return this.#surroundings.turn();
  }

  /** So many more bytes of its answer are held, or fewer. Throws where all exchanges together would hold too many. */
  hold(bytes: number): void {
    this.#surroundings.budget.take(bytes);
    this.#heldBytes += bytes;
  }

  #tooLate(): GatewayError {
    const seconds = Math.round(this.deadlineAt - this.startedAt) / 1000;
    return new GatewayError('deadline_exceeded', `the exchange took longer than ${seconds} s`);
  }
}

function clientClosed(): GatewayError {
  return new GatewayError('client_closed', 'the client left');
}
