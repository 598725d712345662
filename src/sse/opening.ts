import { StringDecoder } from 'node:string_decoder';
import type { Dialect } from '../dialect/dialect.ts';
import { JsonError, type JsonLimits, scanJson } from '../json/scan.ts';
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
 * Watches the start of an answer: whether it is a stream, and then for its first content. Until then nothing has been given to the client, so an error
 * event still counts as a failed attempt and another target may answer.
 */
export class Opening {
  state: OpeningState = 'undecided';
  /** What the head says, until the first bytes say it. */
  isStream: boolean;
  #beginning: Beginning | undefined;
  readonly #dialect: Dialect;
  readonly #json: JsonLimits;
  readonly #decoder = new StringDecoder('utf8');
  readonly #parser: SseParser;

  constructor({ dialect, json, eventChars, isStream }: OpeningOptions, contentType: string | undefined) {
    this.isStream = isStreamType(contentType);
    this.#beginning = new Beginning({ isNamed: this.isStream, isAsked: isStream });
    this.#dialect = dialect;
    this.#json = json;
    this.#parser = new SseParser(eventChars, (_raw, data) => this.#event(data));
  }

  push(chunk: Buffer): OpeningState {
    const isStream = this.#beginning?.push(chunk);
    if (isStream !== undefined) {
      this.isStream = isStream;
      this.#beginning = undefined;
    }
    if (this.#beginning === undefined && !this.isStream) return this.state;
    this.#parser.push(this.#decoder.write(chunk));
    return this.state;
  }

  #event(data: string | undefined): void {
    if (this.state !== 'undecided' || data === undefined) return;
    this.state = data.trim() === '[DONE]' ? 'terminal' : this.#judge(data);
  }

  #judge(data: string): OpeningState {
    const reading = this.#read(data);
    if (reading === undefined) return 'content';
    if (reading.isError) return 'error';
    if (reading.isTerminal) return 'terminal';
    const isContent =
      reading.completes.length > 0 ||
      reading.uninspected.length > 0 || // a picture
      reading.texts.some((text) => hasContent(text.site.text, text.channel));
    return isContent ? 'content' : 'undecided';
  }

  #read(data: string) {
    try {
      const root = scanJson(data, this.#json);
      return root.kind === 'object' ? this.#dialect.readEvent(data, root) : undefined;
    } catch (error) {
      if (error instanceof JsonError) return undefined; // no JSON is content of its own
      throw error;
    }
  }
}

function hasContent(text: string, channel: string | undefined): boolean {
  return text !== '' && channel !== undefined;
}
