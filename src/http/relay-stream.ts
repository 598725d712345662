import type { Call } from '../dialect/call.ts';
import { asFault, GatewayError } from '../errors.ts';
import type { Denial } from '../policy/evidence.ts';
import type { AnswerSink, StreamAnswer } from '../upstream/answer.ts';
import type { Answered } from '../upstream/attempt.ts';
import { denialRefusal, faultRefusal, type Refusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import type { StreamEnding, Reply } from './reply.ts';
import { enforceStream, type StreamEnforcement } from './stream-enforcement.ts';
import { uninspectedDenial } from './uninspected.ts';

export interface StreamAnswered {
  readonly answer: StreamAnswer;
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
  reply: Reply,
): Promise<void> {
  return new StreamRelay(answered, call, exchange, reply).start();
}

class StreamRelay implements AnswerSink {
  readonly #exchange: Exchange;
  readonly #call: Call;
  readonly #answer: StreamAnswered['answer'];
  readonly #settle: Answered['settle'];
  readonly #reply: Reply;
  readonly #over = Promise.withResolvers<void>();
  readonly #enforcer: StreamEnforcement['enforcer'];
  readonly #deliver: StreamEnforcement['deliver'];
  #heldSince: number | undefined;
  #holdBackMs = 0;
  /** What is withheld and counted with what everybody else holds. */
  #counted = 0;
  #isOver = false;
  /** The answer has come to its end, and some policy has yet to judge it. */
  #isJudging = false;
  #comments: NodeJS.Timeout | undefined;
  /** The upstream has nothing more to say. */
  #hasEnded = false;
  #hasPaused = false;

  constructor(answered: StreamAnswered, call: Call, exchange: Exchange, reply: Reply) {
    this.#exchange = exchange;
    this.#call = call;
    this.#answer = answered.answer;
    this.#settle = answered.settle;
    this.#reply = reply;
    const { enforcer, deliver } = enforceStream(exchange, call);
    this.#enforcer = enforcer;
    this.#deliver = deliver;
  }

  start(): Promise<void> {
    const { response, snapshot } = this.#exchange;
    const { status, headers, source } = this.#answer;
    this.#reply.begin(status, headers, this.#call.dialect.errors);
    if (this.#deliver !== undefined) {
      const { waitingCommentMs } = snapshot.config.limits;
      this.#comments = setInterval(() => this.#reply.comment('waiting'), waitingCommentMs).unref();
    }
    response.on('drain', () => this.#resume());
    // What ends the exchange before its time lets go of the upstream (life.cancel), which ends here as a fail.
    this.#begin();
    source.flowTo(this);
    if (!this.#isOver && !this.#reply.hasBegun) response.flushHeaders();
    return this.#over.promise;
  }

  piece(chunk: Buffer): void {
    if (this.#isOver || this.#isJudging) return;
    try {
      this.#forward(chunk);
    } catch (error) {
      this.#stop(asFault(error));
    }
  }

  end(): void {
    this.#hasEnded = true;
    if (this.#isOver || this.#isJudging) return;
    const target = this.#answer.target.spec.id;
    try {
      const { text, end } = this.#enforcer.end();
      if (end === 'complete') return this.#complete(text);
      if (end === 'denied') return this.#deny(text, this.#denial());
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
    if (this.#isOver || this.#isJudging) return; // the answer is whole; what ends it shows in the exchange's signal
    this.#break(this.#lastText(), error);
  }

  #begin(): void {
    const { opened } = this.#answer;
    try {
      const out = this.#enforcer.begin(opened);
      const bytes = opened.decoder.isWhole && out === opened.text ? opened.bytes : out;
      opened.forget();
      this.#give(out, bytes);
    } catch (error) {
      this.#stop(asFault(error));
    }
  }

  #stop(fault: GatewayError): void {
    if (!this.#isOver) this.#break(this.#lastText(), fault);
    this.#exchange.life.cancel(fault);
  }

  #forward(chunk: Buffer): void {
    const { decoder } = this.#answer.opened;
    const wasWhole = decoder.isWhole;
    const text = decoder.push(chunk);
    const out = this.#enforcer.push(text);
    // What nothing changed leaves as its own bytes.
    this.#give(out, wasWhole && decoder.isWhole && out === text ? chunk : out);
  }

  /** Whole events, as `bytes` where these are at hand. */
  #give(out: string, bytes: Buffer | string): void {
    this.#noteHoldBack();
    this.#countHeld();
    const denial = this.#denial();
    if (this.#enforcer.isDenied || denial !== undefined) return this.#deny(out, denial);
    if (this.#enforcer.isError) return this.#failed(out);
    if (this.#enforcer.isTerminal) return this.#complete(out);
    if (out !== '' && !this.#reply.write(out, bytes)) this.#pause();
  }

  #pause(): void {
    this.#hasPaused = true;
    this.#answer.source.pause();
    this.#countHeld();
  }

  #resume(): void {
    if (!this.#hasPaused) return;
    this.#hasPaused = false;
    this.#countHeld();
    this.#answer.source.resume();
  }

  #noteHoldBack(): void {
    if (this.#enforcer.isHolding) this.#heldSince ??= performance.now();
    else if (this.#heldSince !== undefined) {
      this.#holdBackMs += performance.now() - this.#heldSince;
      this.#heldSince = undefined;
    }
  }

  /** What is withheld, and what a slow client has not taken, counts with what everybody else holds. */
  #countHeld(): void {
    const untaken = this.#hasPaused ? this.#exchange.response.writableLength : 0;
    const held = Math.max(0, this.#enforcer.heldChars + untaken - uncountedChars);
    if (held === this.#counted) return;
    this.#exchange.life.hold(held - this.#counted);
    this.#counted = held;
  }

  #denial(): Denial | undefined {
    const { uninspected } = this.#enforcer;
    return uninspectedDenial(this.#exchange, uninspected, 'answer') ?? this.#exchange.evidence.denial;
  }

  // The answer has come to its end as it should. Where it was held, it is given now, or once it is judged.
  #complete(text: string): void {
    const delivered = this.#deliver?.() ?? text;
    if (typeof delivered === 'string') return this.#conclude(delivered);
    this.#isJudging = true;
    this.#settle('success', this.#answer.status);
    delivered.then(
      (judged) => this.#judged(judged),
      (error: unknown) => {
        if (!this.#isOver) this.#break('', asFault(error));
      },
    );
  }

  #judged(text: string): void {
    if (this.#isOver) return;
    const { denial } = this.#exchange.evidence;
    if (denial === undefined) this.#conclude(text);
    else this.#deny('', denial);
  }

  // What is withheld is discarded; the client learns why, and no [DONE] follows.
  #deny(text: string, denial: Denial | undefined): void {
    if (denial === undefined) throw new GatewayError('internal', 'a stream was denied by no policy');
    this.#settle('void', this.#answer.status);
    this.#conclude(text, denialRefusal(denial, this.#answer.status), 'policy');
    this.#exchange.life.cancel(new GatewayError('client_closed', 'a policy ended the stream'));
  }

  // The upstream's own error event has passed (enforced), and the stream ends with it; or it was held with the rest.
  #failed(text: string): void {
    const error = new GatewayError('upstream_error_event', 'the provider reported an error in its stream');
    this.#settle('failure', error.code);
    this.#conclude(text, faultRefusal(error), 'upstream', this.#deliver === undefined);
    this.#exchange.life.cancel(error);
  }

  #break(text: string, error: GatewayError): void {
    const { blame } = error.fault;
    this.#settle(blame === 'target' ? 'failure' : 'void', error.code);
    this.#conclude(text, faultRefusal(error), abortReason(error));
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
  #conclude(text: string, refusal?: Refusal, aborted?: StreamEnding['aborted'], isTold = false): void {
    this.#isOver = true;
    clearInterval(this.#comments);
    const heldMs = this.#heldSince === undefined ? 0 : performance.now() - this.#heldSince;
    this.#settle('success', this.#answer.status);
    setImmediate(() => this.#letGo());
    const ending = {
      refusal,
      isTold,
      aborted,
      usage: this.#enforcer.usage ?? this.#estimate(),
      holdBackMs: this.#holdBackMs + heldMs,
      uninspected: this.#enforcer.uninspected,
    };
    const { resolve } = this.#over;
    this.#reply.end(text, ending).then(resolve, () => resolve());
  }

  // Nearly every provider ends right behind its last event, and the connection is used again. One that lingers is let
  // go; only for that one a timer is worth holding the exchange for.
  #letGo(): void {
    if (this.#hasEnded) return;
    const over = new GatewayError('upstream_cut_off', 'the provider kept its stream open after the end');
    setTimeout(() => this.#exchange.life.cancel(over), lingerMs).unref();
  }

  // A stream that reported no usage is counted by its pieces, most providers' one token each, and marked as estimated.
  #estimate() {
    const inputTokens = Math.ceil(this.#call.text.length / 4);
    return { inputTokens, outputTokens: this.#enforcer.pieces, estimated: true };
  }
}

function abortReason(error: GatewayError): StreamEnding['aborted'] {
  if (error.code === 'client_closed') return 'client';
  if (error.code === 'shutting_down') return 'shutdown';
  if (error.code === 'upstream_timeout' || error.code === 'deadline_exceeded') return 'timeout';
  return error.code.startsWith('upstream_') ? 'upstream' : 'policy';
}
