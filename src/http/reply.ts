import type { IncomingHttpHeaders } from 'node:http';
import type { EnforcedAnswer } from '../dialect/answer.ts';
import { type ErrorForm, plainErrors } from '../dialect/error-event.ts';
import { asFault } from '../errors.ts';
import type { Snapshot } from '../runtime/snapshot.ts';
import { lastNumber } from '../sse/last-number.ts';
import type { FinishedExchange } from '../record/finished-exchange.ts';
import type { Target } from '../upstream/target.ts';
import { faultRefusal, type Refusal, told } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { streamHeaders } from './headers.ts';
import { finishedExchange, type Outcome } from './reply-outcome.ts';
import { refusalReply, sendBody, sentBody, type WholeReply } from './whole-reply.ts';

/** Commits the audit record of an exchange; undefined where it is already safe. Rejects as `audit_failed`. */
export type CommitAudit = (snapshot: Snapshot, finished: () => FinishedExchange) => Promise<void> | undefined;

/** How a stream ended. */
export interface StreamEnding extends Pick<Outcome, 'aborted' | 'usage' | 'holdBackMs' | 'uninspected'> {
  /** Why, where it ended early. */
  readonly refusal: Refusal | undefined;
  /** An event of the stream has said so already. */
  readonly isTold: boolean;
}

/**
 * The reply of an exchange, whole or as a stream. It alone writes to the client, and so it alone knows, and writes, how the
 * exchange went: the outcome is its own, and leaves it as `finished` only.
 */
export class Reply {
  readonly #exchange: Exchange;
  readonly #commitAudit: CommitAudit;
  readonly #outcome: { -readonly [Fact in keyof Outcome]: Outcome[Fact] } = {
    status: 0,
    code: undefined,
    isStream: false,
    target: undefined,
    aborted: undefined,
    usage: undefined,
    uninspected: undefined,
    evaluations: undefined,
    firstByteMs: undefined,
    holdBackMs: 0,
    replyBytes: 0,
  };
  #callerHeaders: readonly string[] = [];
  #errors: ErrorForm = plainErrors;
  /** The last events of a stream that were given and are numbered. */
  #numbered = '';

  constructor(exchange: Exchange, commitAudit: CommitAudit) {
    this.#exchange = exchange;
    this.#commitAudit = commitAudit;
  }

  /** Sent with it, whatever it says, because of who called: names and values in turn. */
  carries(headers: readonly string[]): void {
    this.#callerHeaders = headers;
  }

  /** It gives the answer of this target, or says what is wrong with that. */
  comesFrom(target: Target): void {
    this.#outcome.target = target;
  }

  /** What was found in a whole answer. */
  answers({ usage, uninspected }: EnforcedAnswer): void {
    this.#outcome.usage = usage;
    this.#outcome.uninspected = uninspected;
  }

  /** Sends a whole reply: first its record, then its bytes. */
  whole(reply: WholeReply): Promise<void> | undefined {
    this.#says(reply);
    const committed = this.#commit(this.#bytesOf(reply));
    return committed === undefined ? this.send(reply) : committed.then(() => this.send(reply));
  }

  refuse(refusal: Refusal): Promise<void> | undefined {
    return this.whole(refusalReply(this.#exchange, refusal));
  }

  /** Sends a whole reply without a record. Where the request is still arriving, resolves when the reply is over. */
  send(reply: WholeReply): Promise<void> | undefined {
    this.#says(reply);
    this.#outcome.replyBytes = this.#bytesOf(reply);
    if (this.#isGone) return undefined;
    this.#firstByte();
    const fields = this.#withOwn(reply.headers);
    if (reply.status !== 204) fields.push('content-length', String(reply.body.length));
    this.#exchange.response.writeHead(reply.status, fields);
    return sendBody(this.#exchange, sentBody(this.#exchange.request, reply));
  }

  /** Sends the head of a stream that tells of errors in this form. */
  begin(status: number, upstream: IncomingHttpHeaders, errors: ErrorForm): void {
    const { id, snapshot, response } = this.#exchange;
    this.#errors = errors;
    this.#outcome.isStream = true;
    this.#outcome.status = status;
    const headers = streamHeaders(upstream);
    if (upstream['x-request-id'] === undefined) headers.push('x-request-id', id);
    headers.push('x-keeptrusts-enforcement', snapshot.enforcement);
    // Proxies in between must not gather the stream.
    headers.push('cache-control', 'no-cache', 'x-accel-buffering', 'no');
    response.writeHead(status, this.#withOwn(headers));
  }

  /** Something of a stream has been given. */
  get hasBegun(): boolean {
    return this.#outcome.replyBytes > 0;
  }

  /** Gives whole events, as `bytes` where these are at hand. False where the client does not keep up. */
  write(events: string, bytes: string | Buffer = events): boolean {
    if (this.#errors.isNumbered && events.includes('"sequence_number"')) this.#numbered = events;
    if (!this.hasBegun) this.#firstByte();
    return this.#give(bytes);
  }

  /** A comment, which no client takes for anything: the connection is seen to be alive. */
  comment(text: string): void {
    this.#give(`: ${text}\n\n`);
  }

  /** The last events, and why where the stream ends early: the record is committed before they leave. */
  async end(last: string, { refusal, isTold, ...ending }: StreamEnding): Promise<void> {
    let events = refusal === undefined || isTold ? last : last + this.#error(refusal, last);
    Object.assign(this.#outcome, ending);
    this.#outcome.code = refusal?.code;
    const lastBytes = this.#exchange.life.hasLeft ? 0 : Buffer.byteLength(events);
    try {
      const committed = this.#commit(this.#outcome.replyBytes + lastBytes);
      if (committed !== undefined) await committed;
    } catch (error) {
      const failure = faultRefusal(asFault(error));
      this.#outcome.code = failure.code;
      events = this.#error(failure, '');
    }
    if (this.#isGone) return;
    this.#firstByte();
    this.#outcome.replyBytes += Buffer.byteLength(events);
    const { response } = this.#exchange;
    await new Promise<void>((resolve) => {
      response.once('close', resolve);
      response.end(events, resolve);
    });
  }

  /** Everything that is recorded of the exchange, as it stands now. */
  finished(replyBytes = this.#outcome.replyBytes): FinishedExchange {
    this.#outcome.evaluations ??= this.#exchange.evidence.evaluations;
    return finishedExchange(this.#exchange, this.#outcome, replyBytes);
  }

  #commit(replyBytes: number): Promise<void> | undefined {
    return this.#commitAudit(this.#exchange.snapshot, () => this.finished(replyBytes));
  }

  #says({ status, code }: WholeReply): void {
    this.#outcome.status = status;
    this.#outcome.code = code;
  }

  get #isGone(): boolean {
    return this.#exchange.life.hasLeft || this.#exchange.response.destroyed;
  }

  #bytesOf(reply: WholeReply): number {
    const { life, request } = this.#exchange;
    if (this.#isGone) return life.refused?.bytes ?? 0;
    return sentBody(request, reply)?.length ?? 0;
  }

  #give(piece: string | Buffer): boolean {
    this.#outcome.replyBytes += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
    return this.#exchange.response.write(piece);
  }

  #error(refusal: Refusal, events: string): string {
    const { isNumbered } = this.#errors;
    const last = isNumbered ? (lastNumber(events) ?? lastNumber(this.#numbered)) : undefined;
    return this.#errors.write(told(refusal, this.#exchange.id), last);
  }

  /** The first byte is about to leave. */
  #firstByte(): void {
    this.#outcome.firstByteMs ??= performance.now() - this.#exchange.life.startedAt;
  }

  /** A reply's headers with those that every reply carries. On streams they tell of the request phase. */
  #withOwn(own: readonly string[]): string[] {
    const { snapshot, evidence, life } = this.#exchange;
    const { target } = this.#outcome;
    const headers = [...own, ...this.#callerHeaders, 'x-keeptrusts-config', snapshot.label];
    if (target !== undefined) headers.push('x-keeptrusts-target', target.spec.id);
    if (evidence.acted.size > 0) headers.push('x-keeptrusts-policies', [...evidence.acted].join(', '));
    const overheadMs = life.overheadMs(performance.now() - life.startedAt);
    headers.push('x-keeptrusts-overhead-ms', overheadMs.toFixed(2));
    return headers;
  }
}
