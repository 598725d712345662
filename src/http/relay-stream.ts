import type { Call } from '../dialect/call.ts';
import { asFault, GatewayError } from '../errors.ts';
import { Utf8Pieces } from '../sse/utf8.ts';
import type { Answered } from '../upstream/attempt.ts';
import type { Answer, AnswerSink, AnswerSource } from '../upstream/send.ts';
import { denialRefusal, faultRefusal, type Refusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import type { CommitAudit } from './reply.ts';
import { enforceStream, type StreamEnforcement } from './stream-enforcement.ts';
import { StreamReply } from './stream-reply.ts';
import { denyUninspected } from './uninspected.ts';

export interface StreamAnswered {
  readonly answer: Extract<Answer, { kind: 'stream' }>;
  readonly settle: Answered['settle'];
}

const lingerMs = 1000;
/** So much may be withheld of each stream uncounted: nearly none ever withholds more. */
const uncountedChars = 65_536;

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
  readonly #reply: StreamReply;
  readonly #done: () => void;
  readonly #status: number;
  readonly #decoder = new Utf8Pieces();
  readonly #enforcer: StreamEnforcement['enforcer'];
  readonly #deliver: StreamEnforcement['deliver'];
  readonly #answer: StreamAnswered['answer'];
  #heldSince: number | undefined;
  /** What is withheld and counted with what everybody else holds. */
  #counted = 0;
  #isOver = false;
  /** The answer has come to its end, and some policy has yet to judge it. */
  #isJudging = false;
  #comments: NodeJS.Timeout | undefined;
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
    this.#reply = new StreamReply(exchange, commitAudit);
    this.#done = done;
    this.#status = answered.answer.status;
    const { enforcer, deliver } = enforceStream(exchange, call);
    this.#enforcer = enforcer;
    this.#deliver = deliver;
  }

  start(): void {
    const { response, snapshot } = this.#exchange;
    this.#reply.head(this.#status, this.#answer.headers);
    if (this.#deliver !== undefined) {
      const { waitingCommentMs } = snapshot.config.limits;
      this.#comments = setInterval(() => this.#reply.comment('waiting'), waitingCommentMs).unref();
    }
    response.on('drain', () => this.#resume());
    // A client that is gone lets go of the upstream (exchange.cancel), which ends here as a fail.
    this.#exchange.onShutdown = (reason) => this.#interrupt(reason);
    this.#source.flowTo(this);
    if (!this.#isOver && this.#exchange.replyBytes === 0) response.flushHeaders();
  }

  piece(chunk: Buffer): void {
    if (this.#isOver || this.#isJudging) return;
    try {
      this.#forward(chunk);
    } catch (error) {
      this.#interrupt(asFault(error));
    }
  }

  end(): void {
    this.#hasEnded = true;
    if (this.#isOver || this.#isJudging) return;
    const target = this.#answer.target.spec.id;
    try {
      const { text, end } = this.#enforcer.end();
      if (end === 'complete') return this.#complete(text);
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
    if (this.#isOver || this.#isJudging) return; // the answer is whole; who left shows in the exchange's signal
    this.#break(this.#lastText(), error);
  }

  #forward(chunk: Buffer): void {
    const wasWhole = this.#decoder.isWhole;
    const text = this.#decoder.push(chunk);
    const out = this.#enforcer.push(text);
    this.#noteHoldBack();
    this.#countHeld();
    if (this.#enforcer.uninspected.length > 0) this.#checkUninspected();
    if (this.#enforcer.isDenied || this.#exchange.evidence.denial !== undefined) return this.#deny(out);
    if (this.#enforcer.isError) return this.#failed(out);
    if (this.#enforcer.isTerminal) return this.#complete(out);
    if (out === '') return;
    // What nothing changed leaves as its own bytes.
    const isUntouched = wasWhole && this.#decoder.isWhole && out === text;
    if (!this.#reply.write(out, isUntouched ? chunk : out)) this.#pause();
  }

  #pause(): void {
    this.#hasPaused = true;
    this.#source.pause();
    this.#countHeld();
  }

  #resume(): void {
    if (!this.#hasPaused) return;
    this.#hasPaused = false;
    this.#countHeld();
    this.#source.resume();
  }

  #noteHoldBack(): void {
    if (this.#enforcer.isHolding) this.#heldSince ??= performance.now();
    else if (this.#heldSince !== undefined) {
      this.#exchange.holdBackMs += performance.now() - this.#heldSince;
      this.#heldSince = undefined;
    }
  }

  /** What is withheld, and what a slow client has not taken, counts with what everybody else holds. */
  #countHeld(): void {
    const untaken = this.#hasPaused ? this.#exchange.response.writableLength : 0;
    const held = Math.max(0, this.#enforcer.heldChars + untaken - uncountedChars);
    if (held === this.#counted) return;
    this.#exchange.hold(held - this.#counted);
    this.#counted = held;
  }

  #checkUninspected(): void {
    const { uninspected } = this.#enforcer;
    this.#exchange.uninspected = [...new Set([...this.#exchange.uninspected, ...uninspected])];
    denyUninspected(this.#exchange, uninspected, 'answer');
  }

  // The answer has come to its end as it should. Where it was held, it is given now, or once it is judged.
  #complete(text: string): void {
    const delivered = this.#deliver?.() ?? text;
    if (typeof delivered === 'string') return this.#conclude(delivered, undefined);
    this.#isJudging = true;
    this.#settle('success', this.#status);
    delivered.then(
      (judged) => this.#judged(judged),
      (error: unknown) => {
        if (!this.#isOver) this.#break('', asFault(error));
      },
    );
  }

  #judged(text: string): void {
    if (this.#isOver) return;
    if (this.#exchange.evidence.denial === undefined) this.#conclude(text, undefined);
    else this.#deny('');
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

  // The upstream's own error event has passed (enforced), and the stream ends with it; or it was held with the rest.
  #failed(text: string): void {
    const error = new GatewayError('upstream_error_event', 'the provider reported an error in its stream');
    this.#exchange.aborted = 'upstream';
    this.#exchange.code = error.code;
    this.#settle('failure', error.code);
    this.#conclude(text, this.#deliver === undefined ? undefined : faultRefusal(error));
    this.#exchange.cancel(error);
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
      return this.#enforcer.end(true).text;
    } catch {
      return ''; // the stream is ending with an error event of its own
    }
  }

  /** The last bytes: the record is committed before they leave. */
  #conclude(text: string, refusal: Refusal | undefined): void {
    this.#isOver = true;
    clearInterval(this.#comments);
    const exchange = this.#exchange;
    exchange.onShutdown = undefined;
    exchange.usage = this.#enforcer.usage ?? this.#estimate();
    if (this.#heldSince !== undefined) exchange.holdBackMs += performance.now() - this.#heldSince;
    if (refusal !== undefined) exchange.code = refusal.code;
    this.#settle('success', this.#status);
    setImmediate(() => this.#letGo());
    this.#reply.end(text, refusal).then(this.#done, this.#done);
  }

  // Nearly every provider ends right behind its last event, and the connection is used again. One that lingers is let
  // go; only for that one a timer is worth holding the exchange for.
  #letGo(): void {
    if (this.#hasEnded) return;
    const over = new GatewayError('upstream_cut_off', 'the provider kept its stream open after the end');
    setTimeout(() => this.#exchange.cancel(over), lingerMs).unref();
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
  return error.code.startsWith('upstream_') ? 'upstream' : 'policy';
}
