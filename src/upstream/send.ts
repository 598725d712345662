import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { asFault, GatewayError } from '../errors.ts';
import { isStreamType } from '../sse/beginning.ts';
import { Opening, type OpeningOptions } from '../sse/opening.ts';
import { type ClockLimits, Clocks } from './clocks.ts';
import { codingOf, type Decoder, decoderFor } from './decode.ts';
import { unknownCoding, upstreamFault } from './faults.ts';
import { refusedAnswer, type WholeAnswer } from './sound-answer.ts';
import type { Target } from './target.ts';

/** One attempt at one target. */
export interface Sending extends OpeningOptions {
  readonly target: Target;
  readonly path: string;
  /** Names and values in turn, the target's own among them. */
  readonly headers: string[];
  readonly body: Buffer;
  readonly clocks: ClockLimits;
  /** Most bytes of an answer that is held whole. */
  readonly answerBytes: number;
  /** So many more bytes of an answer are held, or fewer. Throws where they are too many with those of everybody else. */
  readonly hold: (bytes: number) => void;
  /** A stream that shows no content is given to the client after this long all the same. */
  readonly commitAfterMs: number;
}

/** Where the pieces of a stream go after the commit point. */
export interface AnswerSink {
  piece(chunk: Buffer): void;
  end(): void;
  fail(error: GatewayError): void;
}

export interface AnswerSource {
  /** Hands over what came so far and everything to come. Called once. */
  flowTo(sink: AnswerSink): void;
  pause(): void;
  resume(): void;
}

/** What an attempt brought. Anything but an event stream is held until it is whole: a target that dies half-way has failed. */
export type Answer =
  | WholeAnswer
  | {
      readonly kind: 'stream';
      readonly target: Target;
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly source: AnswerSource;
    };

export interface Attempted {
  readonly answer: Promise<Answer>;
  /** The client left or a policy said no: the upstream is let go at once. */
  readonly cancel: (reason: GatewayError) => void;
}

/** Sends a call to a target. The promise settles at the commit point; raw errors leave it as faults. */
export function send(sending: Sending): Attempted {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const receiver = new Receiver(sending, resolve, reject);
  receiver.dispatch();
  return { answer: promise, cancel: (reason) => receiver.cancel(reason) };
}

class Receiver implements Dispatcher.DispatchHandler, AnswerSource {
  readonly #sending: Sending;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: GatewayError) => void;
  readonly #clocks: Clocks;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #decoder: Decoder | undefined;
  #opening: Opening | undefined;
  #commitTimer: NodeJS.Timeout | undefined;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isCommitted = false;
  #isOver = false;
  /** Something of an answer has come: from here on nothing is sent a second time. */
  #isAnswered = false;
  #isRepeated = false;
  #failure: GatewayError | undefined;
  #sink: AnswerSink | undefined;

  constructor(sending: Sending, resolve: (answer: Answer) => void, reject: (error: GatewayError) => void) {
    this.#sending = sending;
    this.#resolve = resolve;
    this.#reject = reject;
    const { spec, state } = sending.target;
    this.#clocks = new Clocks(sending.clocks, spec.id, state.ticker, (error) => this.cancel(error));
  }

  dispatch(): void {
    const { target, path, headers, body } = this.#sending;
    const { spec, state } = target;
    const { connections, ticker } = state;
    try {
      const dispatcher = this.#isRepeated ? connections.fresh(spec) : connections.to(spec, ticker.now);
      dispatcher.dispatch({ path, method: 'POST', headers, body }, this);
    } catch (error) {
      this.onResponseError(undefined, error);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure !== undefined) controller.abort(this.#failure);
  }

  onResponseStarted(): void {
    this.#isAnswered = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200 || this.#isOver) return;
    this.#status = status;
    this.#headers = headers;
    this.#clocks.head();
    const coding = codingOf(headers['content-encoding']);
    if (coding !== '') {
      this.#decoder = decoderFor(coding);
      if (this.#decoder === undefined) return this.cancel(unknownCoding(this.#sending.target.spec.id));
      this.#decode(this.#decoder);
    }
    if (status >= 300) return;
    this.#opening = new Opening(this.#sending, headers['content-type']);
    this.#commitLater();
  }

  #commitLater(): void {
    if (this.#isStream) this.#commitTimer ??= setTimeout(() => this.#commit(), this.#sending.commitAfterMs);
  }

  get #isStream(): boolean {
    return this.#opening?.isStream === true;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#clocks.piece();
    if (this.#decoder === undefined) this.#piece(chunk);
    else if (!this.#decoder.write(chunk)) this.#controller?.pause();
  }

  onResponseEnd(): void {
    if (this.#decoder === undefined) this.#end();
    else this.#decoder.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    const { spec, state } = this.#sending.target;
    const mayRepeat = !this.#isAnswered && !this.#isRepeated && !this.#isOver;
    if (!mayRepeat || !state.connections.lostAfterUse(error))
      return this.#fail(upstreamFault(error, spec.id));
    // A kept-alive connection may be closed at any time, also just as a call is sent on it: that says nothing about the
    // target. It is no attempt of its own; the clocks of this one run on.
    this.#isRepeated = true;
    this.dispatch();
  }

  flowTo(sink: AnswerSink): void {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#sink = sink;
    this.#sending.hold(-this.#bytes); // whoever takes them counts what it holds
    for (const piece of pieces) sink.piece(piece);
    if (this.#failure !== undefined) sink.fail(this.#failure);
    else if (this.#isOver) sink.end();
  }

  pause(): void {
    this.#clocks.pause(true);
    if (this.#decoder === undefined) this.#controller?.pause();
    else this.#decoder.pause();
  }

  resume(): void {
    this.#clocks.pause(false);
    if (this.#decoder === undefined) this.#controller?.resume();
    else this.#decoder.resume();
  }

  cancel(reason: GatewayError): void {
    if (this.#isOver) return;
    this.#fail(reason);
    this.#controller?.abort(reason);
    this.#decoder?.destroy(); // or it would go on inflating for nobody
  }

  #decode(decoder: Decoder): void {
    decoder.on('data', (piece: Buffer) => {
      if (!this.#isOver) this.#piece(piece);
    });
    decoder.on('drain', () => this.#controller?.resume());
    decoder.on('end', () => this.#end());
    decoder.on('error', (cause) => {
      const message = `target "${this.#sending.target.spec.id}" sent an answer that cannot be decoded`;
      this.cancel(new GatewayError('upstream_cut_off', message, { cause }));
    });
  }

  #piece(chunk: Buffer): void {
    if (this.#isCommitted) {
      if (this.#sink === undefined) this.#pieces.push(chunk);
      else this.#sink.piece(chunk);
      return;
    }
    this.#bytes += chunk.length;
    if (this.#bytes > this.#sending.answerBytes) return this.cancel(this.#tooLarge());
    if (!this.#hold(chunk.length)) return;
    this.#pieces.push(chunk);
    if (this.#opening !== undefined) this.#open(this.#opening, chunk);
  }

  #hold(bytes: number): boolean {
    try {
      this.#sending.hold(bytes);
      return true;
    } catch (error) {
      this.cancel(asFault(error));
      return false;
    }
  }

  #open(opening: Opening, chunk: Buffer): void {
    try {
      opening.push(chunk);
    } catch (error) {
      return this.cancel(upstreamFault(error, this.#sending.target.spec.id));
    }
    if (opening.error !== undefined) {
      // The provider's own error, before any content. The rest of its stream is for nobody.
      this.#resolve(refusedAnswer(this.#sending.target, this.#headers, opening.error));
      return this.cancel(new GatewayError('upstream_error_event', 'the provider reported an error'));
    }
    if (opening.state !== 'undecided') this.#commit();
    else this.#commitLater();
  }

  #commit(): void {
    if (!this.#isStream || this.#isCommitted || this.#isOver) return; // the head may have been wrong
    this.#isCommitted = true;
    clearTimeout(this.#commitTimer);
    const { target } = this.#sending;
    this.#resolve({ kind: 'stream', target, status: this.#status, headers: this.#headers, source: this });
  }

  #end(): void {
    if (this.#isOver) return;
    if (this.#isStream && !this.#isCommitted) {
      const message = `target "${this.#sending.target.spec.id}" ended its stream before any content`;
      const isNamed = isStreamType(this.#headers['content-type']); // else it was taken for one because the call asks for it
      return this.cancel(new GatewayError(isNamed ? 'upstream_cut_off' : 'upstream_invalid', message));
    }
    this.#stop();
    if (this.#isStream) this.#sink?.end();
    else this.#whole();
  }

  #whole(): void {
    const [only] = this.#pieces;
    const body = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    const { target } = this.#sending;
    this.#resolve({ kind: 'whole', target, status: this.#status, headers: this.#headers, body });
  }

  #fail(error: GatewayError): void {
    if (this.#isOver) return;
    this.#stop();
    this.#failure = error;
    if (this.#isCommitted) this.#sink?.fail(error);
    else this.#reject(error);
  }

  #stop(): void {
    this.#isOver = true;
    this.#clocks.stop();
    clearTimeout(this.#commitTimer);
  }

  #tooLarge(): GatewayError {
    const message = `the answer is larger than ${this.#sending.answerBytes} bytes (limits.answer_bytes)`;
    return new GatewayError('upstream_too_large', message);
  }
}
