import type { Guard, GuardOut } from '../guard.ts';

/** What is written at the beginning and at the end of a text; '' where nothing is. */
interface EdgeTexts {
  readonly rule: string;
  readonly atStart: string;
  readonly atEnd: string;
}

/**
 * Writes before the first and behind the last character of a text, where it has any. For what goes behind, the last
 * character that came waits for the next: it is what the end is written to.
 */
export class TextEdges implements Guard {
  readonly #texts: EdgeTexts;
  #length = 0;
  #last = '';

  constructor(texts: EdgeTexts) {
    this.#texts = texts;
  }

  push(text: string, out: GuardOut): void {
    if (text === '') return;
    const { atStart, atEnd } = this.#texts;
    if (this.#length === 0 && atStart !== '') {
      this.#report(0, out);
      out.edit(0, 0, atStart);
    }
    this.#length += text.length;
    this.#last = text.charAt(text.length - 1);
    out.release(atEnd === '' ? this.#length : this.#length - 1);
  }

  end(out: GuardOut): void {
    const { atEnd } = this.#texts;
    const length = this.#length;
    if (length === 0 || atEnd === '') return;
    this.#report(length, out);
    out.edit(length - 1, length, this.#last + atEnd);
    out.release(length);
  }

  #report(at: number, out: GuardOut): void {
    out.report({ rule: this.#texts.rule, start: at, end: at, sample: '' });
  }
}
