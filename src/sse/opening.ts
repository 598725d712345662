import type { ParsedEvent } from '../dialect/dialect.ts';
import { namedError, objectOf, type ProviderError, readError } from '../dialect/failure.ts';
import { scannedOrNothing } from '../dialect/whole-answer.ts';
import { type JsonNode, type JsonObject, member } from '../json/scan.ts';
import { Beginning, isStreamType } from './beginning.ts';
import { eventData, SseParser, Utf8Pieces } from './parse.ts';
import type { EventOptions, ReadEvent } from './read-event.ts';

export type OpeningState = 'undecided' | 'content' | 'error' | 'terminal';

/** What an answer is read by. */
export interface OpeningOptions extends Omit<EventOptions, 'observe'> {
  readonly eventChars: number;
  /** The call asks for a stream. */
  readonly isStream: boolean;
}

const nothing = Buffer.alloc(0);

/** A stream as far as it has been read. Whoever reads on goes on where this stopped: nothing is decoded or parsed twice. */
export class OpenedStream {
  readonly decoder = new Utf8Pieces();
  readonly parser: SseParser;
  /** What was taken of the parser. */
  events: OpenedEvent[] = [];
  /** All that came. */
  text = '';
  bytes: Buffer = nothing;

  /** `eventChars`: most characters of one event. */
  constructor(eventChars: number) {
    this.parser = new SseParser(eventChars);
  }

  /** It has been read on: what came before is kept no longer than that, the stream may be long. */
  forget(): void {
    this.events = [];
    this.text = '';
    this.bytes = nothing;
  }
}

interface OpenedEvent {
  readonly raw: string;
  readonly data: string | undefined;
  /** Undefined where it is not an object of JSON. */
  readonly read: ReadEvent | undefined;
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
  #opened: OpenedStream | undefined;

  constructor(options: OpeningOptions, contentType: string | undefined) {
    this.isStream = isStreamType(contentType);
    this.#beginning = new Beginning({ isNamed: this.isStream, isAsked: options.isStream });
    this.#options = options;
  }

  /** Made for streams only: most answers are none. */
  get opened(): OpenedStream {
    this.#opened ??= new OpenedStream(this.#options.eventChars);
    return this.#opened;
  }

  /** Takes the next piece, of which nothing is read behind the event that decides. */
  push(chunk: Buffer): OpeningState {
    const isStream = this.#beginning?.push(chunk);
    if (isStream !== undefined) {
      this.isStream = isStream;
      this.#beginning = undefined;
    }
    if (this.#beginning !== undefined || this.isStream) this.#read(chunk);
    return this.state;
  }

  #read(chunk: Buffer): void {
    const { decoder, parser, events } = this.opened;
    const text = decoder.push(chunk);
    this.opened.text += text;
    parser.push(text);
    while (this.state === 'undecided') {
      const raw = parser.next();
      if (raw === undefined) return;
      const data = eventData(raw);
      const read = data === undefined ? undefined : this.#event(raw, data);
      events.push({ raw, data, read });
    }
  }

  #event(raw: string, data: string): ReadEvent | undefined {
    if (data.trim() === '[DONE]') {
      this.state = 'terminal';
      return undefined;
    }
    const root = scannedOrNothing(data, this.#options.json);
    const object = objectOf(root);
    if (isNamedError.test(raw)) this.#fail(namedError(data, root));
    else if (object === undefined) this.state = 'content'; // no JSON is content of its own
    else return this.#judge(data, root, object);
    return undefined;
  }

  #judge(data: string, root: JsonNode | undefined, object: JsonObject): ReadEvent | undefined {
    const { dialect, isJsonAsked } = this.#options;
    const reading = dialect.readEvent(data, object, isJsonAsked);
    const said = reading.isError || member(object, dialect.answerKey) === undefined;
    const error = said ? readError(data, object) : undefined;
    if (error !== undefined) this.#fail(error);
    else if (object === root && reading.isTerminal) this.state = 'terminal';
    else if (object !== root || hasContent(reading)) this.state = 'content';
    return object === root ? { root: object, reading } : undefined;
  }

  #fail(error: ProviderError): void {
    this.error = error;
    this.state = 'error';
  }
}

const isNamedError = /^event: ?error[ \t]*$/m;

function hasContent({ completes, uninspected, texts }: ParsedEvent): boolean {
  if (completes.length > 0 || uninspected.length > 0) return true; // a picture
  return texts.some(({ site, channel }) => site.text !== '' && channel !== undefined);
}
