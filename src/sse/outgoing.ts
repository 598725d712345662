/** What leaves of one piece of the stream. Events that leave as they came are one run of the piece and are copied together. */
export class Outgoing {
  /** The piece of the stream under way. */
  piece = '';
  #text = '';
  #runStart = 0;
  #runEnd = 0;
  #hasBegun = false;

  /**
   * Takes the next piece and returns it without the byte order mark of the stream, which leaves at once: no client knows
   * one behind an event that has overtaken it.
   */
  begin(piece: string): string {
    const isMarked = !this.#hasBegun && piece.startsWith(byteOrderMark);
    this.#hasBegun ||= piece !== '';
    this.piece = isMarked ? piece.slice(1) : piece;
    this.#runStart = this.#runEnd = 0;
    if (isMarked) this.add(byteOrderMark);
    return this.piece;
  }

  /** Part of the piece, as it came. */
  pass(at: number, end: number): void {
    if (at !== this.#runEnd) {
      this.#closeRun();
      this.#runStart = at;
    }
    this.#runEnd = end;
  }

  add(text: string): void {
    if (text === '') return;
    this.#closeRun();
    this.#text += text;
  }

  take(): string {
    this.#closeRun();
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** What left untouched since the run began goes out before anything else does. */
  #closeRun(): void {
    if (this.#runEnd === this.#runStart) return;
    this.#text += this.piece.slice(this.#runStart, this.#runEnd);
    this.#runStart = this.#runEnd;
  }
}

const byteOrderMark = '\ufeff';
