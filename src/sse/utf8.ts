/** Decodes UTF-8 that is cut anywhere. Invalid bytes become U+FFFD, as every client reads them. */
export class Utf8Pieces {
  #tail: Buffer | undefined;

  /** Whether the text returned so far stands for all bytes given so far. */
  get isWhole(): boolean {
    return this.#tail === undefined;
  }

  push(chunk: Buffer): string {
    const bytes = this.#tail === undefined ? chunk : Buffer.concat([this.#tail, chunk]);
    const open = openBytes(bytes);
    this.#tail = open === 0 ? undefined : Buffer.from(bytes.subarray(bytes.length - open));
    return bytes.toString('utf8', 0, bytes.length - open);
  }

  /** What is left of a sequence that never became whole. */
  end(): string {
    const rest = this.#tail?.toString('utf8') ?? '';
    this.#tail = undefined;
    return rest;
  }
}

/** How many bytes at the end begin a sequence that is not complete yet (0 to 3). */
function openBytes(bytes: Buffer): number {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back += 1) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? back : 0;
    }
  }
  return 0;
}
