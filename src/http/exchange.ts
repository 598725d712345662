import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call } from '../dialect/call.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { AnswerFacts } from '../dialect/facts.ts';
import { GatewayError } from '../errors.ts';
import { Evidence, type Fingerprint, type Waiting } from '../policy/evidence.ts';
import type { QuestionTrace } from '../policy/question.ts';
import type { Snapshot } from '../runtime/snapshot.ts';
import { costOf, type Usage } from '../record/usage.ts';
import type { FinishedAttempt, FinishedExchange } from '../record/finished-exchange.ts';
import { knownTrace, type Trace, traceHeaders } from '../telemetry/trace.ts';
import type { Target } from '../upstream/target.ts';
import type { BufferBudget } from './body.ts';
import type { Refused } from './unreadable.ts';

export interface ExchangeParts {
  readonly id: string;
  readonly snapshot: Snapshot;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly fingerprint: Fingerprint;
  readonly trace: Trace;
  readonly newSpanId: () => string;
  /** What all exchanges together may hold. */
  readonly budget: BufferBudget;
  /** Resolves when long work may go on. */
  readonly turn: () => Promise<void>;
}

/** One HTTP request and its reply. It pins one snapshot on arrival and uses no other until it ends. */
export class Exchange implements Waiting {
  readonly id: string;
  readonly snapshot: Snapshot;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly evidence: Evidence;
  readonly trace: Trace;
  /** What the answer says of itself; gathered only where spans are made of it. */
  readonly answerFacts: AnswerFacts | undefined;
  readonly arrivedAt = Date.now();
  readonly startedAt = performance.now();
  /** Its place among the live ones; LiveExchanges keeps it. */
  slot = 0;
  dialect: Dialect | undefined;
  isModels = false;
  /** Sent with every reply because of who called: names and values in turn. */
  callerHeaders: readonly string[] = [];
  /** A probe or a preflight: no traffic, so it leaves no trace in metrics, log or record. */
  isProbe = false;
  call: Call | undefined;
  target: Target | undefined;
  status = 0;
  code: FinishedExchange['code'];
  isStream = false;
  aborted: FinishedExchange['aborted'];
  usage: Usage | undefined;
  holdBackMs = 0;
  /** Time spent waiting for upstreams. */
  upstreamMs = 0;
  requestBytes = 0;
  /** Bytes of its answer that it holds, or held: they stay counted until it ends. */
  heldBytes = 0;
  replyBytes = 0;
  uninspected: readonly string[] = [];
  /** Ends a stream under way with an honest error; set while there is one. */
  onShutdown: ((reason: GatewayError) => void) | undefined;
  /** The rest of its request could not be read, and the client was told so. */
  refused: Refused | undefined;
  /** The client has gone before its reply was whole. */
  hasLeft = false;
  readonly #budget: BufferBudget;
  #firstByteMs: number | undefined;
  readonly #newSpanId: () => string;
  readonly #turn: () => Promise<void>;
  readonly #attempts: FinishedAttempt[] = [];
  /** As they were told first: when an exchange is recorded, every policy has said its word. */
  #evaluations: FinishedExchange['evaluations'] | undefined;
  #cancel: ((reason: GatewayError) => void) | undefined;
  /** Made where a policy waits. */
  #waiting: AbortController | undefined;

  constructor(parts: ExchangeParts) {
    this.id = parts.id;
    this.snapshot = parts.snapshot;
    this.request = parts.request;
    this.response = parts.response;
    this.trace = parts.trace;
    this.#budget = parts.budget;
    this.answerFacts = parts.trace.isSampled ? new AnswerFacts() : undefined;
    this.#newSpanId = parts.newSpanId;
    this.#turn = parts.turn;
    this.evidence = new Evidence(parts.fingerprint, now, parts.request.headers, this);
    // Watched on the response: after the body is read the request says nothing about the client any more.
    parts.response.on('close', () => {
      if (!parts.response.writableFinished) this.#leave();
    });
  }

  /** Registers how to let go of the upstream; called at once where the client has already gone. */
  onCancel(cancel: ((reason: GatewayError) => void) | undefined): void {
    this.#cancel = cancel;
    if (this.hasLeft) cancel?.(clientClosed());
  }

  cancel(reason: GatewayError): void {
    this.#cancel?.(reason);
    this.#waiting?.abort(reason);
  }

  // Few exchanges wait for anything but their upstream, which has clocks of its own.
  signal(): AbortSignal {
    if (this.#waiting !== undefined) return this.#waiting.signal;
    const waiting = new AbortController();
    this.#waiting = waiting;
    const left = this.#msLeft();
    if (this.hasLeft) waiting.abort(clientClosed());
    else if (left !== Number.POSITIVE_INFINITY) {
      const timer = setTimeout(() => waiting.abort(this.#tooLate()), Math.max(0, left));
      this.response.once('close', () => clearTimeout(timer));
    }
    return waiting.signal;
  }

  turn(): Promise<void> {
    return this.#turn();
  }

  traceQuestion(): QuestionTrace {
    const spanId = this.trace.isSampled ? this.#newSpanId() : undefined;
    return { spanId, headers: traceHeaders(this.trace, spanId) };
  }

  ended(): GatewayError | undefined {
    if (this.hasLeft) return clientClosed();
    return this.#msLeft() > 0 ? undefined : this.#tooLate();
  }

  /** So many more bytes of its answer are held, or fewer. Throws where all exchanges together would hold too many. */
  hold(bytes: number): void {
    this.#budget.take(bytes);
    this.heldBytes += bytes;
  }

  settled(attempt: FinishedAttempt): void {
    this.#attempts.push(attempt);
    this.upstreamMs += attempt.durationMs;
  }

  /** The first byte of the reply is about to leave. */
  firstByte(): void {
    this.#firstByteMs ??= performance.now() - this.startedAt;
  }

  /** What gateway and client side took so far, without the waiting for upstreams. Milliseconds. */
  overheadMs(): number {
    return Math.max(0, performance.now() - this.startedAt - this.upstreamMs);
  }

  /** Everything that metrics, log and audit record need to know, as it stands now. */
  finished(): FinishedExchange {
    const { snapshot, target, evidence } = this;
    const durationMs = performance.now() - this.startedAt;
    const hasLeft = this.hasLeft && this.refused === undefined;
    return {
      requestId: this.id,
      trace: knownTrace(this.trace),
      startedAt: this.arrivedAt,
      endpoint: this.isModels ? 'models' : (this.dialect?.endpoint ?? 'other'),
      generation: snapshot.generation,
      configHash: snapshot.hash,
      requestedModel: this.call?.model,
      target: target?.spec.id,
      provider: target?.spec.provider,
      model: target?.spec.model,
      stream: this.isStream,
      status: hasLeft ? 499 : this.status,
      verdict: this.#verdict(),
      code: hasLeft ? 'client_closed' : this.code,
      durationMs,
      firstByteMs: this.#firstByteMs,
      overheadMs: Math.max(0, durationMs - this.upstreamMs),
      holdBackMs: this.holdBackMs,
      attempts: this.#attempts,
      evaluations: (this.#evaluations ??= evidence.evaluations),
      decisions: evidence.decisions,
      usage: this.usage,
      costNanoUsd: this.#cost(),
      requestBytes: this.requestBytes,
      replyBytes: this.replyBytes,
      uninspected: this.uninspected,
      aborted: hasLeft ? 'client' : this.aborted,
    };
  }

  #cost(): number | undefined {
    const pricing = this.target?.spec.pricing;
    return pricing === undefined || this.usage === undefined ? undefined : costOf(this.usage, pricing);
  }

  #verdict(): FinishedExchange['verdict'] {
    if (this.evidence.denial !== undefined) return 'deny';
    if (this.code !== undefined || this.hasLeft) return 'fault';
    return this.evidence.acted.size > 0 ? 'rewrite' : 'allow';
  }

  #leave(): void {
    this.hasLeft = true;
    this.cancel(clientClosed());
  }

  #msLeft(): number {
    const { deadlineMs } = this.snapshot.config;
    return deadlineMs === undefined
      ? Number.POSITIVE_INFINITY
      : deadlineMs - (performance.now() - this.startedAt);
  }

  #tooLate(): GatewayError {
    const seconds = (this.snapshot.config.deadlineMs ?? 0) / 1000;
    return new GatewayError('deadline_exceeded', `the exchange took longer than ${seconds} s`);
  }
}

function clientClosed(): GatewayError {
  return new GatewayError('client_closed', 'the client left');
}

function now(): number {
  return performance.now();
}
