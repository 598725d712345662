import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { GatewayError } from '../errors.ts';
import type { Answer, AnswerSink } from './answer.ts';
import { type ClockLimits, Clocks } from './clocks.ts';
import { codingOf, type Decoder, decoderFor } from './decode.ts';
import { unknownCoding, upstreamFault } from './faults.ts';
import { Incoming, type IncomingOptions, type Sender } from './incoming.ts';

/** One attempt at one target. */
export interface Sending extends IncomingOptions {
  readonly path: string;
  /** Names and values in turn, the target's own among them. */
  readonly headers: string[];
  readonly body: Buffer;
  readonly clocks: ClockLimits;
}

export interface Attempted {
  readonly answer: Promise<Answer>;
  /** The client left or a policy said no: the upstream is let go at once. */
  cancel(reason: GatewayError): void;
}

/** Sends a call to a target. The promise settles at the commit point; raw errors leave it as faults. */
export function send(sending: Sending): Attempted {
  const receiver = new Receiver(sending);
  receiver.dispatch();
  return receiver;
}

class Receiver implements Dispatcher.DispatchHandler, Sender, Attempted {
  readonly #sending: Sending;
  readonly #settling = Promise.withResolvers<Answer>();
  readonly #clocks: Clocks;
  readonly #incoming: Incoming;
  #controller: Dispatcher.DispatchController | undefined;
  #decoder: Decoder | undefined;
  #isOver = false;
  /** Something of an answer has come: from here on nothing is sent a second time. */
  #isAnswered = false;
  #isRepeated = false;
  #failure: GatewayError | undefined;
  #sink: AnswerSink | undefined;

  constructor(sending: Sending) {
    this.#sending = sending;
    this.#incoming = new Incoming(sending, this);
    const { spec, state } = sending.target;
    this.#clocks = new Clocks(sending.clocks, spec.id, state.ticker, (error) => this.cancel(error));
  }

  get answer(): Promise<Answer> {
    return this.#settling.promise;
  }

  answered(answer: Answer): void {
    this.#settling.resolve(answer);
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
    this.#clocks.head();
    const coding = codingOf(headers['content-encoding']);
    if (coding !== '') {
      this.#decoder = decoderFor(coding);
      if (this.#decoder === undefined) return this.cancel(unknownCoding(this.#sending.target.spec.id));
      this.#decode(this.#decoder);
    }
    this.#incoming.head(status, headers);
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
    this.#sink = sink;
    const since = this.#incoming.take();
    if (since.length > 0) sink.piece(since);
    if (this.#failure !== undefined) sink.fail(this.#failure);
    else if (this.#isOver) sink.end();
  }

  pause(): void {
    this.#clocks.pause(true);
    (this.#decoder ?? this.#controller)?.pause();
  }

  resume(): void {
    this.#clocks.pause(false);
    (this.#decoder ?? this.#controller)?.resume();
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
    if (this.#sink === undefined) this.#incoming.piece(chunk);
    else this.#sink.piece(chunk);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#incoming.end();
    if (this.#isOver) return; // it was none
    this.#stop();
    this.#sink?.end();
  }

  #fail(error: GatewayError): void {
    if (this.#isOver) return;
    this.#stop();
    this.#failure = error;
    this.#settling.reject(error); // behind the commit point nobody hears it
    this.#sink?.fail(error);
  }

  #stop(): void {
    this.#isOver = true;
    this.#clocks.stop();
    this.#incoming.stop();
  }
}
