/** A reply that is ready to be written: the same request is answered from it at the cost of a look-up. */
export interface PreparedReply {
  readonly status: number;
  readonly head: readonly string[];
  /** More than one only where each has to arrive by itself. */
  readonly writes: readonly Buffer[];
}

const mostReplies = 32;
export const mostPreparedBytes = 65_536;
export const mostKeyBytes = 8_192;

/** The most recent replies that need nothing but to be written. Bounded: keys and bodies together under 2.5 MB. */
export class PreparedReplies {
  readonly #replies = new Map<string, PreparedReply>();

  find(key: string): PreparedReply | undefined {
    return this.#replies.get(key);
  }

  keep(key: string, reply: PreparedReply): void {
    if (bytesOf(reply) > mostPreparedBytes) return;
    const [oldest] = this.#replies.keys();
    if (this.#replies.size >= mostReplies && oldest !== undefined) this.#replies.delete(oldest);
    this.#replies.set(key, reply);
  }
}

function bytesOf({ writes }: PreparedReply): number {
  return writes.reduce((sum, bytes) => sum + bytes.length, 0);
}
