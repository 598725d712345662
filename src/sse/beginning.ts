/** What may stand before the first byte that says something: white space, a byte order mark. */
const blank = /^(?:\xef\xbb\xbf|[ \t\r\n\v\f])*/;
const field = /^(?:data|event|id|retry)?:/;
const fieldNames = ['data:', 'event:', 'id:', 'retry:'] as const;

/** So many bytes are decoded at a time: the first few tell, and the first piece is mostly the whole answer. */
const lookedAt = 32;

/** What a stream is called. */
export const streamType = 'text/event-stream';

export function isStreamType(contentType: string | undefined): boolean {
  return contentType?.toLowerCase().startsWith(streamType) === true;
}

interface Announced {
  /** The head says so. */
  readonly isNamed: boolean;
  /** The call asked for a stream. */
  readonly isAsked: boolean;
}

/**
 * Tells by the first bytes of an answer whether its client will read a stream. The head alone cannot say: providers send
 * streams under any content type, and clients read them all the same.
 */
export class Beginning {
  readonly #announced: Announced;
  #rest = '';

  constructor(announced: Announced) {
    this.#announced = announced;
  }

  /** Undefined as long as nothing is known. */
  push(chunk: Buffer): boolean | undefined {
    for (let at = 0; at < chunk.length; at += lookedAt) {
      const isStream = this.#tell(chunk.toString('latin1', at, at + lookedAt));
      if (isStream !== undefined) return isStream;
    }
    return undefined;
  }

  #tell(piece: string): boolean | undefined {
    const text = (this.#rest + piece).replace(blank, '');
    this.#rest = text;
    if (text === '' || '\xef\xbb'.startsWith(text)) return undefined;
    if (text.startsWith('{') || text.startsWith('[')) return false; // a document, whatever the head says
    const { isNamed, isAsked } = this.#announced;
    if (isNamed || field.test(text)) return true;
    if (isAsked) return !text.startsWith('<');
    return fieldNames.some((name) => name.startsWith(text)) ? undefined : false;
  }
}

/** Whether clients read an event stream in this body. */
export function beginsLikeStream(body: Buffer): boolean {
  return new Beginning({ isNamed: false, isAsked: false }).push(body) === true;
}
