import type { IncomingHttpHeaders } from 'node:http';
import { asFault, GatewayError } from '../errors.ts';
import { isStreamType } from '../sse/beginning.ts';
import { Opening, type OpeningOptions } from '../sse/opening.ts';
import type { Answer, AnswerSource } from './answer.ts';
import { upstreamFault } from './faults.ts';
import { refusedAnswer } from './sound-answer.ts';
import type { Target } from './target.ts';

/** How an answer is taken in. */
export interface IncomingOptions extends OpeningOptions {
  readonly target: Target;
  /** Most bytes of an answer that is held whole. */
  readonly answerBytes: number;
  /** So many more bytes of an answer are held, or fewer. Throws where they are too many with those of everybody else. */
  readonly hold: (bytes: number) => void;
  /** A stream that shows no content is given to the client after this long all the same. */
  readonly commitAfterMs: number;
}

/** Who sends, and who waits for the answer. */
export interface Sender extends AnswerSource {
  answered(answer: Answer): void;
  cancel(reason: GatewayError): void;
}

/** An answer up to its commit point, whole or a stream. Until then it is held, and may turn out to be none. */
export class Incoming {
  readonly #options: IncomingOptions;
  readonly #sender: Sender;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #opening: Opening | undefined;
  #commitTimer: NodeJS.Timeout | undefined;
  /** What came; of a stream, since its commit point. */
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isCommitted = false;

  constructor(options: IncomingOptions, sender: Sender) {
    this.#options = options;
    this.#sender = sender;
  }

  get #isStream(): boolean {
    return this.#opening?.isStream === true;
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
    if (status >= 300) return;
    this.#opening = new Opening(this.#options, headers['content-type']);
    this.#commitLater();
  }

  piece(chunk: Buffer): void {
    if (!this.#isCommitted && !this.#hold(chunk.length)) return;
    this.#pieces.push(chunk);
    if (!this.#isCommitted && this.#opening !== undefined) this.#open(this.#opening, chunk);
  }

  end(): void {
    if (this.#isCommitted) return;
    if (this.#isStream) return this.#sender.cancel(this.#endedEarly());
    const { target } = this.#options;
    const head = { target, status: this.#status, headers: this.#headers };
    this.#sender.answered({ kind: 'whole', ...head, body: this.take() });
  }

  /** It has ended, well or not. */
  stop(): void {
    clearTimeout(this.#commitTimer);
  }

  /** What is held, once. */
  take(): Buffer {
    const [only] = this.#pieces;
    const all = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    this.#pieces = [];
    return all;
  }

  /** Whether so many more bytes may be held. */
  #hold(bytes: number): boolean {
    const { answerBytes, hold } = this.#options;
    this.#bytes += bytes;
    try {
      if (this.#bytes > answerBytes) throw tooLarge(answerBytes);
      hold(bytes);
      return true;
    } catch (error) {
      this.#sender.cancel(asFault(error));
      return false;
    }
  }

  #open(opening: Opening, chunk: Buffer): void {
    const { target } = this.#options;
    try {
      opening.push(chunk);
    } catch (error) {
      return this.#sender.cancel(upstreamFault(error, target.spec.id));
    }
    if (opening.error !== undefined) {
      // The provider's own error, before any content. The rest of its stream is for nobody.
      this.#sender.answered(refusedAnswer(target, this.#headers, opening.error));
      return this.#sender.cancel(new GatewayError('upstream_error_event', 'the provider reported an error'));
    }
    if (opening.state === 'undecided') this.#commitLater();
    else this.#commit();
  }

  #commitLater(): void {
    if (this.#isStream) this.#commitTimer ??= setTimeout(() => this.#commit(), this.#options.commitAfterMs);
  }

  #commit(): void {
    const opening = this.#opening;
    if (opening?.isStream !== true || this.#isCommitted) return; // the head may have been wrong
    this.#isCommitted = true;
    this.stop();
    const { target, hold } = this.#options;
    hold(-this.#bytes); // whoever takes them counts what it holds
    const head = { target, status: this.#status, headers: this.#headers };
    const { opened } = opening;
    opened.bytes = this.take();
    this.#sender.answered({ kind: 'stream', ...head, opened, source: this.#sender });
  }

  #endedEarly(): GatewayError {
    const message = `target "${this.#options.target.spec.id}" ended its stream before any content`;
    const isNamed = isStreamType(this.#headers['content-type']); // else it was taken for one because the call asks for it
    return new GatewayError(isNamed ? 'upstream_cut_off' : 'upstream_invalid', message);
  }
}

function tooLarge(answerBytes: number): GatewayError {
  return new GatewayError(
    'upstream_too_large',
    `the answer is larger than ${answerBytes} bytes (limits.answer_bytes)`,
  );
}
