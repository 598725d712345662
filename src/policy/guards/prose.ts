import type { Finding, Guard, GuardOut } from '../guard.ts';
import { JsonStrings } from './json-strings.ts';
import { insideJson } from './json-text.ts';

/**
 * A guard for text that nobody said is JSON. A model writes JSON and programs all the same, and there `"\nann@example.com"`
 * is a line break before an address, and `"\t4111…"` is no word with a number at its end: `inner` sees quoted strings
 * decoded, and what nothing edits keeps its own bytes. Text that begins with a brace is taken for a document.
 */
export function insideProse(inner: Guard): Guard {
  return new Prose(inner);
}

/** Whether a text that is known whole has anything to decode: most have not, and their guard needs no other around it. */
export function mayHoldJson(text: string): boolean {
  return text.includes('\\') || /^\s*\{/.test(text);
}

class Prose implements Guard, GuardOut {
  readonly #inner: Guard;
  #out: GuardOut = nowhere;
  readonly #strings = new JsonStrings('prose');
  /** All of the text was white space so far. */
  #isBlank = true;
  #document: Guard | undefined;

  constructor(inner: Guard) {
    this.#inner = inner;
  }

  push(text: string, out: GuardOut): void {
    if (this.#isBlank) this.#begin(text);
    if (this.#document !== undefined) return this.#document.push(text, out);
    const decoded = this.#strings.decode(text);
    // Nearly all prose holds no escape: its offsets are those of the original.
    if (this.#strings.isVerbatim) return this.#inner.push(decoded, out);
    this.#out = out;
    if (decoded !== '') this.#inner.push(decoded, this);
  }

  end(out: GuardOut): void {
    if (this.#document !== undefined) return this.#document.end(out);
    this.#out = out;
    const rest = this.#strings.end();
    if (rest !== '') this.#inner.push(rest, this);
    this.#inner.end(this);
  }

  #begin(text: string): void {
    const at = text.search(/\S/);
    this.#isBlank = at === -1;
    if (text.charAt(at) === '{') this.#document = insideJson(this.#inner, this.#strings.length);
  }

  release(upTo: number): void {
    const { shifts } = this.#strings;
    this.#out.release(shifts.original(upTo));
    shifts.forget(upTo);
  }

  edit(start: number, end: number, replacement: string): void {
    const { shifts } = this.#strings;
    this.#out.edit(shifts.original(start), shifts.original(end), replacement);
  }

  report(finding: Finding): void {
    this.#out.report(finding);
  }

  deny(message: string): void {
    this.#out.deny(message);
  }
}

const nowhere: GuardOut = { release() {}, edit() {}, report() {}, deny() {} };
