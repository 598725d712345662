import { type Finding, type Guard, type GuardOut, unheard } from '../guard.ts';
import { JsonStrings } from './json-strings.ts';
import { insideJson, isString, mostAtOnce } from './json-text.ts';

/**
 * A guard for text that nobody said is JSON. A model writes JSON and programs all the same, and there `"\nann@example.com"`
 * is a line break before an address, and `"\t4111…"` is no word with a number at its end: `inner` sees quoted strings
 * decoded, and what nothing edits keeps its own bytes. Text that begins like an object, or a list of some, is taken for a document.
 */
export function insideProse(inner: Guard): Guard {
  return new Prose(inner);
}

/** Whether a text that is known whole has anything to decode: most have not, and their guard needs no other around it. */
export function mayHoldJson(text: string): boolean {
  return text.includes('\\') || /^\s*(?:\[\s*)?\{/.test(text);
}

/** Of a brace and what follows it, as far as that tells an object from prose: `{name}, …` is none. */
const mostOfBeginning = 64;
const beginsObject = /^(?:\[\s*)?\{\s*["}]/;
const mayBeginObject = /^(?:\[\s*)?(?:\{\s*)?$/;

class Prose implements Guard, GuardOut {
  readonly #inner: Guard;
  #out: GuardOut = unheard;
  readonly #strings = new JsonStrings('prose');
  /** Whether all of the text so far was white space, or that and a beginning of which nobody knows yet what it begins. */
  #isBeginning = true;
  #beginning = '';
  #document: Guard | undefined;
  #isDenied = false;

  constructor(inner: Guard) {
    this.#inner = inner;
  }

  push(text: string, out: GuardOut): void {
    this.#out = out;
    const rest = this.#isBeginning ? this.#begin(text) : text;
    if (this.#document !== undefined) return this.#document.push(rest, out);
    for (let from = 0; from < rest.length && !this.#isDenied; from += mostAtOnce)
      this.#give(rest.length <= mostAtOnce ? rest : rest.slice(from, from + mostAtOnce));
  }

  end(out: GuardOut): void {
    this.#out = out;
    if (this.#document !== undefined) return this.#document.end(out);
    this.#give(this.#beginning);
    const rest = this.#strings.end();
    if (rest !== '') this.#inner.push(rest, this);
    this.#inner.end(this);
  }

  /** Takes what the text begins with, and returns what is left of it to give on. */
  #begin(text: string): string {
    const blank = this.#beginning === '' ? text.search(/\S|$/) : 0;
    this.#give(text.slice(0, blank));
    const known = this.#beginning + text.slice(blank);
    this.#beginning = '';
    if (known === '') return '';
    const isObject = beginsObject.test(known.slice(0, mostOfBeginning));
    if (!isObject && known.length < mostOfBeginning && mayBeginObject.test(known)) {
      this.#beginning = known;
      return '';
    }
    this.#isBeginning = false;
    if (isObject) this.#document = insideJson(this.#inner, this.#strings.length);
    return known;
  }

  #give(text: string): void {
    if (text === '') return;
    const decoded = this.#strings.decode(text);
    // Nearly all prose holds no escape: its offsets are those of the original, and nobody need stand between.
    if (this.#strings.isVerbatim) this.#inner.push(decoded, text.length < mostAtOnce ? this.#out : this);
    else if (decoded !== '') this.#inner.push(decoded, this);
  }

  release(upTo: number): void {
    const { shifts } = this.#strings;
    this.#out.release(shifts.original(upTo));
    shifts.forget(upTo);
  }

  edit(start: number, end: number, replacement: string): void {
    const { shifts } = this.#strings;
    const from = shifts.original(start);
    // Behind an escape it may stand in a string within a string, where quotes of its own would end the outer one.
    const isUnsure = from !== start && isString(replacement);
    this.#out.edit(from, shifts.original(end), isUnsure ? replacement.slice(1, -1) : replacement);
  }

  report(finding: Finding): void {
    this.#out.report(finding);
  }

  deny(message: string): void {
    this.#isDenied = true;
    this.#out.deny(message);
  }
}
