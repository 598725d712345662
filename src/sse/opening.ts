import { StringDecoder } from 'node:string_decoder';
import type { Dialect } from '../dialect/dialect.ts';
import { namedError, objectOf, type ProviderError, readError } from '../dialect/failure.ts';
import { JsonError, type JsonLimits, type JsonNode, member, scanJson } from '../json/scan.ts';
import { Beginning, isStreamType } from './beginning.ts';
import { SseParser } from './parse.ts';

export type OpeningState = 'undecided' | 'content' | 'error' | 'terminal';

/** What an answer is read by. */
export interface OpeningOptions {
  readonly dialect: Dialect;
  readonly json: JsonLimits;
  readonly eventChars: number;
  /** The call asks for a stream. */
  readonly isStream: boolean;
}

/**
 * Watches the start of an answer: whether it is a stream, and then for its first content. Until then nothing has been given
 * to the client, so an error event still counts as a failed attempt and another target may answer.
 */
export class Opening {
  state: OpeningState = 'undecided';
  /** What the head says, until the first bytes say it. */
  isStream: boolean;
  /** What the provider says instead of an answer, in state `error`. */
  error: ProviderError | undefined;
  #beginning: Beginning | undefined;
  readonly #options: OpeningOptions;
  /** Made for streams only: most answers are none. */
  #reader: { readonly decoder: StringDecoder; readonly parser: SseParser } | undefined;

  constructor(options: OpeningOptions, contentType: string | undefined) {
    this.isStream = isStreamType(contentType);
    this.#beginning = new Beginning({ isNamed: this.isStream, isAsked: options.isStream });
    this.#options = options;
  }

  push(chunk: Buffer): OpeningState {
    const isStream = this.#beginning?.push(chunk);
    if (isStream !== undefined) {
      this.isStream = isStream;
      this.#beginning = undefined;
    }
    if (this.#beginning === undefined && !this.isStream) return this.state;
    this.#reader ??= {
      decoder: new StringDecoder('utf8'),
      parser: new SseParser(this.#options.eventChars, (raw, data) => this.#event(raw, data)),
    };
    this.#reader.parser.push(this.#reader.decoder.write(chunk));
    return this.state;
  }

  #event(raw: string, data: string | undefined): void {
    if (this.state !== 'undecided' || data === undefined) return;
    if (data.trim() === '[DONE]') this.state = 'terminal';
    else this.state = this.#judge(data, isNamedError.test(raw));
  }

  #judge(data: string, isNamed: boolean): OpeningState {
    const root = this.#scan(data);
    if (isNamed) return this.#failed(namedError(data, root));
    const object = objectOf(root);
    if (object === undefined) return 'content'; // no JSON is content of its own
    const { dialect } = this.#options;
    const reading = dialect.readEvent(data, object);
    const said = reading.isError || member(object, dialect.answerKey) === undefined;
    const error = said ? readError(data, object) : undefined;
    if (error !== undefined) return this.#failed(error);
    if (object !== root) return 'content';
    if (reading.isTerminal) return 'terminal';
    const isContent =
      reading.completes.length > 0 ||
      reading.uninspected.length > 0 || // a picture
      reading.texts.some((text) => hasContent(text.site.text, text.channel));
    return isContent ? 'content' : 'undecided';
  }

  #failed(error: ProviderError): OpeningState {
    this.error = error;
    return 'error';
  }

  #scan(data: string): JsonNode | undefined {
    try {
      return scanJson(data, this.#options.json);
    } catch (error) {
      if (error instanceof JsonError) return undefined;
      throw error;
    }
  }
}

const isNamedError = /^event: ?error[ \t]*$/m;

function hasContent(text: string, channel: string | undefined): boolean {
  return text !== '' && channel !== undefined;
}
