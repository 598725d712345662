import { GatewayError } from '../errors.ts';
import type { AnswerJudging } from '../policy/answer-judging.ts';
import { longText, partAt, type Work } from '../work.ts';
import { StreamEnforcer } from './enforce.ts';
import type { OpenedStream } from './opening.ts';
import type { EnforcerOptions, StreamEnd } from './enforcer-options.ts';

export interface BufferedOptions {
  /** Most bytes held. */
  readonly answerBytes: number;
  /** So many more bytes are held. Throws where they are too many with those of everybody else. */
  readonly hold: (bytes: number) => void;
  /** Holds the stream as it came, for another pass over it, instead of what this one lets go. */
  readonly keepsOriginal: boolean;
}

/**
 * Enforces a stream as it arrives and holds what may leave until all of it is decided. A denial, an error or a stream that
 * breaks off gives nothing away: only `take` does.
 */
export class BufferedEnforcer extends StreamEnforcer {
  readonly #buffered: BufferedOptions;
  #held: string[] = [];
  #bytes = 0;

  /** What is held of the answer is bounded as a whole: events that are not decided count to it, and have no limit of their own. */
  constructor(options: Omit<EnforcerOptions, 'heldChars'>, buffered: BufferedOptions) {
    super({ ...options, heldChars: Number.POSITIVE_INFINITY });
    this.#buffered = buffered;
  }

  override get isHolding(): boolean {
    return this.#bytes > 0 || super.isHolding;
  }

  /** Goes on with a stream where its opening stopped. */
  override begin(opened: OpenedStream): '' {
    return this.#took(opened.text, super.begin(opened));
  }

  /** Takes the next piece of the stream. Nothing leaves. */
  override push(text: string): '' {
    return this.#took(text, super.push(text));
  }

  #took(text: string, out: string): '' {
    const { keepsOriginal } = this.#buffered;
    this.#hold(keepsOriginal ? text : out);
    if (!keepsOriginal) this.#refuseBeyond(this.#bytes + this.heldChars);
    return '';
  }

  override end(isBroken = false): { readonly text: ''; readonly end: StreamEnd } {
    const { text, end } = super.end(isBroken);
    if (!this.#buffered.keepsOriginal) this.#hold(text);
    return { text: '', end };
  }

  /** All that was held; for a stream that has come to its end as it should. */
  take(): string {
    const text = this.#held.join('');
    this.#held = [];
    return text;
  }

  #hold(text: string): void {
    if (text === '' || this.isDenied || this.isError) return;
    const bytes = Buffer.byteLength(text);
    this.#bytes += bytes;
    this.#refuseBeyond(this.#bytes);
    this.#buffered.hold(bytes);
    this.#held.push(text);
  }

  #refuseBeyond(bytes: number): void {
    const { answerBytes } = this.#buffered;
    if (bytes <= answerBytes) return;
    this.#held = [];
    const message = `the answer, which is judged as a whole, is larger than ${answerBytes} bytes (limits.answer_bytes)`;
    throw new GatewayError('upstream_too_large', message);
  }
}

/** What is given of a stream that was held as it came, once every policy that waits has said its word. */
export function* enforceJudged(
  original: string,
  judging: AnswerJudging,
  options: Omit<EnforcerOptions, 'guards'>,
): Work<string> {
  // It is held as a whole already, and told of itself what it had to tell.
  const again = { ...options, observe: undefined, heldChars: Number.POSITIVE_INFINITY };
  let left: string[] = [];
  while (judging.isWaiting) {
    yield judging.ask(); // each policy sees what the one before left
    const enforcer = new StreamEnforcer({ ...again, guards: judging.guards() });
    left = [];
    for (let at = 0; at < original.length;) {
      if (original.length >= longText) yield;
      const part = partAt(original, at);
      at += part.length;
      left.push(enforcer.push(part));
    }
    left.push(enforcer.end().text);
  }
  return left.join('');
}
