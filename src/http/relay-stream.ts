import type { Call } from '../dialect/call.ts';
import { asksForUsage } from '../dialect/call.ts';
import { asFault, GatewayError } from '../errors.ts';
import { answerGuards } from '../policy/answer-guards.ts';
import type { FieldGuards } from '../policy/field-guards.ts';
import { StreamEnforcer } from '../sse/enforce.ts';
import { Utf8Pieces } from '../sse/utf8.ts';
import type { Answered } from '../upstream/attempt.ts';
import type { Answer, AnswerSink, AnswerSource } from '../upstream/send.ts';
import { denialRefusal, envelope, faultRefusal, type Refusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders } from './headers.ts';
import { jsonLimits } from './json-limits.ts';
import { type CommitAudit, exchangeHeaders } from './reply.ts';
import { observer } from './traced.ts';
import { denyUninspected } from './uninspected.ts';

export interface StreamAnswered {
  readonly answer: Extract<Answer, { kind: 'stream' }>;
  readonly settle: Answered['settle'];
}

const lingerMs = 1000;

const passAll: FieldGuards = { open: () => undefined, whole: (_role, _path, text) => text };

/**
 * Gives an event stream to the client, enforced event by event. Resolves when the reply is over, however it ended. Throws
 * where nothing of it has been begun.
 */
export function relayStream(
  answered: StreamAnswered,
  call: Call,
  exchange: Exchange,
  commitAudit: CommitAudit,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const relay = new StreamRelay(answered, call, exchange, commitAudit, resolve);
  relay.start();
  return promise;
}

class StreamRelay implements AnswerSink {
  readonly #exchange: Exchange;
  readonly #source: AnswerSource;
  readonly #settle: Answered['settle'];
  readonly #commitAudit: CommitAudit;
  readonly #done: () => void;
  readonly #status: number;
  readonly #decoder = new Utf8Pieces();
  readonly #enforcer: StreamEnforcer;
  readonly #answer: StreamAnswered['answer'];
  #heldSince: number | undefined;
  #isOver = false;
  /** The upstream has nothing more to say. */
  #hasEnded = false;
  #hasPaused = false;

  constructor(
    answered: StreamAnswered,
    call: Call,
    exchange: Exchange,
    commitAudit: CommitAudit,
    done: () => void,
  ) {
    this.#answer = answered.answer;
    this.#exchange = exchange;
    this.#source = answered.answer.source;
    this.#settle = answered.settle;
    this.#commitAudit = commitAudit;
    this.#done = done;
    this.#status = answered.answer.status;
    const { snapshot, evidence } = exchange;
    const { limits } = snapshot.config;
    this.#enforcer = new StreamEnforcer({
      dialect: call.dialect,
      guards: snapshot.judgesAnswers ? answerGuards(snapshot.chain, evidence) : passAll,
      showsUsage: asksForUsage(call),
      json: jsonLimits(snapshot),
      observe: observer(exchange),
      eventChars: limits.sseEventBytes,
      heldChars: limits.sseEventBytes * 4,
    });
  }

  start(): void {
    const { response } = this.#exchange;
    this.#exchange.isStream = true;
    this.#exchange.status = this.#status;
    this.#head();
    response.on('drain', () => this.#resume());
    // A client that is gone lets go of the upstream (exchange.cancel), which ends here as a fail.
    this.#exchange.onShutdown = (reason) => this.#interrupt(reason);
    this.#source.flowTo(this);
    if (!this.#isOver && this.#exchange.replyBytes === 0) response.flushHeaders();
  }

  piece(chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#forward(chunk);
    } catch (error) {
      this.#interrupt(asFault(error));
    }
  }

  end(): void {
    this.#hasEnded = true;
    if (this.#isOver) return;
    const target = this.#answer.target.spec.id;
    try {
      const { text, end } = this.#enforcer.end();
      if (end === 'complete') return this.#conclude(text, undefined);
      if (end === 'denied') return this.#deny(text);
      if (end === 'failed') return this.#failed(text);
      this.#break(
        text,
        new GatewayError('upstream_cut_off', `target "${target}" ended its stream without saying so`),
      );
    } catch (error) {
      this.#break('', asFault(error));
    }
  }

  fail(error: GatewayError): void {
    this.#hasEnded = true;
    if (this.#isOver) return;
    this.#break(this.#lastText(), error);
  }

  #head(): void {
    const { response, id } = this.#exchange;
    const headers = answerHeaders(this.#answer.headers);
    if (this.#answer.headers['x-request-id'] === undefined) headers.push('x-request-id', id);
    // Proxies in between must not gather the stream.
    headers.push('cache-control', 'no-cache', 'x-accel-buffering', 'no');
    response.writeHead(this.#status, [...headers, ...exchangeHeaders(this.#exchange)]);
  }

  #forward(chunk: Buffer): void {
    const wasWhole = this.#decoder.isWhole;
    const text = this.#decoder.push(chunk);
    const out = this.#enforcer.push(text);
    this.#noteHoldBack();
    if (this.#enforcer.uninspected.length > 0) this.#checkUninspected();
    if (this.#enforcer.isDenied || this.#exchange.evidence.denial !== undefined) return this.#deny(out);
    if (this.#enforcer.isError) return this.#failed(out);
    if (this.#enforcer.isTerminal) return this.#conclude(out, undefined);
    if (out === '') return;
    // What nothing changed leaves as its own bytes.
    const isUntouched = wasWhole && this.#decoder.isWhole && out === text;
    if (!this.#write(isUntouched ? chunk : out)) this.#pause();
  }

  #write(piece: string | Buffer): boolean {
    const { response } = this.#exchange;
    if (this.#exchange.replyBytes === 0) this.#exchange.firstByte();
    this.#exchange.replyBytes += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
    return response.write(piece);
  }

  #pause(): void {
    this.#hasPaused = true;
    this.#source.pause();
  }

  #resume(): void {
    if (!this.#hasPaused) return;
    this.#hasPaused = false;
    this.#source.resume();
  }

  #noteHoldBack(): void {
    if (this.#enforcer.isHolding) this.#heldSince ??= performance.now();
    else if (this.#heldSince !== undefined) {
      this.#exchange.holdBackMs += performance.now() - this.#heldSince;
      this.#heldSince = undefined;
    }
  }

  #checkUninspected(): void {
    const { uninspected } = this.#enforcer;
    this.#exchange.uninspected = [...new Set([...this.#exchange.uninspected, ...uninspected])];
    denyUninspected(this.#exchange, uninspected, 'answer');
  }

  // What is withheld is discarded; the client learns why, and no [DONE] follows.
  #deny(text: string): void {
    const { denial } = this.#exchange.evidence;
    if (denial === undefined) throw new GatewayError('internal', 'a stream was denied by no policy');
    this.#exchange.aborted = 'policy';
    this.#settle('void', this.#status);
    this.#conclude(text, denialRefusal(denial, this.#status));
    this.#exchange.cancel(new GatewayError('client_closed', 'a policy ended the stream'));
  }

  // The upstream's own error event has passed (enforced); the stream ends with it.
  #failed(text: string): void {
    this.#exchange.aborted = 'upstream';
    this.#exchange.code = 'upstream_error_event';
    this.#settle('failure', 'upstream_error_event');
    this.#conclude(text, undefined);
    this.#exchange.cancel(
      new GatewayError('upstream_error_event', 'the provider reported an error in its stream'),
    );
  }

  /** Ends the stream from our side: what the guards let go, then why. */
  #interrupt(error: GatewayError): void {
    if (this.#isOver) return;
    this.#break(this.#lastText(), error);
    this.#exchange.cancel(error);
  }

  #break(text: string, error: GatewayError): void {
    const { blame } = error.fault;
    this.#exchange.aborted = abortReason(error);
    this.#settle(blame === 'target' ? 'failure' : 'void', error.code);
    this.#conclude(text, faultRefusal(error));
  }

  /** What was decided and still waits behind other text; what is undecided is dropped. */
  #lastText(): string {
    try {
      return this.#enforcer.end().text;
    } catch {
      return ''; // the stream is ending with an error event of its own
    }
  }

  /** The last bytes: the record is committed before they leave. */
  #conclude(text: string, refusal: Refusal | undefined): void {
    this.#isOver = true;
    const exchange = this.#exchange;
    exchange.onShutdown = undefined;
    exchange.usage = this.#enforcer.usage ?? this.#estimate();
    if (this.#heldSince !== undefined) exchange.holdBackMs += performance.now() - this.#heldSince;
    if (refusal !== undefined) exchange.code = refusal.code;
    this.#settle('success', this.#status);
    setImmediate(() => this.#letGo());
    const last = refusal === undefined ? text : `${text}data: ${envelope(refusal, exchange.id)}\n\n`;
    this.#commitThenEnd(last).then(this.#done, this.#done);
  }

  // Nearly every provider ends right behind its last event, and the connection is used again. One that lingers is let
  // go; only for that one a timer is worth holding the exchange for.
  #letGo(): void {
    if (this.#hasEnded) return;
    const over = new GatewayError('upstream_cut_off', 'the provider kept its stream open after the end');
    setTimeout(() => this.#exchange.cancel(over), lingerMs).unref();
  }

  async #commitThenEnd(last: string): Promise<void> {
    const exchange = this.#exchange;
    const before = exchange.replyBytes;
    let bytes = last;
    if (!exchange.hasLeft) exchange.replyBytes += Buffer.byteLength(bytes); // as the record says
    try {
      const committed = this.#commitAudit(exchange.snapshot, () => exchange.finished());
      if (committed !== undefined) await committed;
    } catch (error) {
      const refusal = faultRefusal(asFault(error));
      exchange.code = refusal.code;
      bytes = `data: ${envelope(refusal, exchange.id)}\n\n`;
    }
    exchange.replyBytes = before;
    if (exchange.hasLeft || exchange.response.destroyed) return;
    exchange.firstByte();
    exchange.replyBytes += Buffer.byteLength(bytes);
    await new Promise<void>((resolve) => {
      exchange.response.once('close', resolve);
      exchange.response.end(bytes, resolve);
    });
  }

  // A stream that reported no usage is counted by its pieces, most providers' one token each, and marked as estimated.
  #estimate() {
    const inputTokens = Math.ceil((this.#exchange.call?.text.length ?? 0) / 4);
    return { inputTokens, outputTokens: this.#enforcer.pieces, estimated: true };
  }
}

function abortReason(error: GatewayError): Exchange['aborted'] {
  if (error.code === 'client_closed') return 'client';
  if (error.code === 'shutting_down') return 'shutdown';
  if (error.code === 'upstream_timeout' || error.code === 'deadline_exceeded') return 'timeout';
  return error.fault.blame === 'target' ? 'upstream' : 'policy';
}
