import { type Finding, type Guard, type GuardOut, unheard } from '../guard.ts';
import { JsonStrings } from './json-strings.ts';

/**
 * A guard for text that is itself a JSON document, such as the arguments of a tool call. `inner` sees the strings of the
 * document decoded (`\u0040` as `@`), and what it writes is escaped again, so that the document stays valid: within a
 * string as part of it, in place of a number as a string of its own. What nothing edits keeps its own escapes. Text that
 * turns out not to be JSON is judged all the same. `before`: characters of white space that `inner` was given already.
 */
export function insideJson(inner: Guard, before = 0): Guard {
  return new JsonText(inner, before);
}

/** More is taken in parts: what is known of the text that is not released is looked through for each match. */
export const mostAtOnce = 2048;

class JsonText implements Guard, GuardOut {
  readonly #inner: Guard;
  #out: GuardOut = unheard;
  readonly #strings: JsonStrings;
  /** Where strings begin and end, in offsets of the decoded text, as far as they are not released. */
  #quotes: number[] = [];
  /** Whether the text before the first of `#quotes` is in a string. */
  #beginsInString = false;
  /** The character before the text under judgement, and that text from `#keptFrom` on: what stands around a number. */
  #kept = '';
  #keptFrom: number;
  #isDenied = false;

  constructor(inner: Guard, before: number) {
    this.#inner = inner;
    this.#keptFrom = before;
    this.#strings = new JsonStrings('document', { before, onQuote: (at) => void this.#quotes.push(at) });
  }

  push(text: string, out: GuardOut): void {
    this.#out = out;
    for (let from = 0; from < text.length && !this.#isDenied; from += mostAtOnce)
      this.#give(this.#strings.decode(text.slice(from, from + mostAtOnce)));
  }

  end(out: GuardOut): void {
    this.#out = out;
    this.#give(this.#strings.end());
    this.#inner.end(this);
  }

  release(upTo: number): void {
    this.#out.release(this.#strings.shifts.original(upTo));
    this.#forget(upTo);
  }

  edit(start: number, end: number, replacement: string): void {
    const { shifts } = this.#strings;
    // A word at the very front of what only looks like a document: whatever it is then, it is to begin so.
    if (end === 0 && replacement !== '') return this.#out.edit(0, 0, replacement);
    const runs = this.#runs(start, end);
    // The rest of a long match comes in edits cut as the text came: each must leave the same, whatever it holds.
    const isDeletion = replacement === '';
    let left = replacement;
    for (const run of runs) {
      // What separates two strings stays, or they would be one.
      if (!isDeletion && !run.isInString && runs.length > 1 && !/\w/.test(this.#textOf(run))) continue;
      const text = run.isInString || isDeletion ? escaped(left) : this.#bare(run, left);
      this.#out.edit(shifts.original(run.start), shifts.original(run.end), text);
      left = '';
    }
  }

  report(finding: Finding): void {
    this.#out.report(finding);
  }

  deny(message: string): void {
    this.#isDenied = true;
    this.#out.deny(message);
  }

  #give(decoded: string): void {
    if (decoded === '') return;
    this.#kept += decoded;
    this.#inner.push(decoded, this);
  }

  /** The parts of [start, end) between the quotes of strings. */
  #runs(start: number, end: number): readonly Run[] {
    const runs: Run[] = [];
    let from = start;
    let isInString = this.#beginsInString;
    for (const at of this.#quotes) {
      if (at >= end) break;
      if (at >= start) {
        if (at > from) runs.push({ start: from, end: at, isInString });
        from = at + 1;
      }
      isInString = !isInString;
    }
    if (from < end) runs.push({ start: from, end, isInString });
    return runs;
  }

  /** What stands for text outside any string: for a number a string, or a digit where only part of it goes. */
  #bare(run: Run, replacement: string): string {
    if (!/^\d+(?:\.\d+)?$/.test(this.#textOf(run))) return replacement;
    const before = this.#kept.charAt(run.start - this.#keptFrom - 1);
    const after = this.#kept.charAt(run.end - this.#keptFrom);
    if (partOfNumber.test(before) || partOfNumber.test(after)) return '0';
    return isString(replacement) ? replacement : `"${escaped(replacement)}"`;
  }

  #textOf({ start, end }: Run): string {
    return this.#kept.slice(start - this.#keptFrom, end - this.#keptFrom);
  }

  #forget(upTo: number): void {
    this.#strings.shifts.forget(upTo);
    let quotes = 0;
    while ((this.#quotes[quotes] ?? Infinity) < upTo) quotes += 1;
    if (quotes > 0) {
      this.#quotes = this.#quotes.slice(quotes);
      if (quotes % 2 === 1) this.#beginsInString = !this.#beginsInString;
    }
    const known = upTo - 1; // one character of context stays
    if (known <= this.#keptFrom) return;
    this.#kept = this.#kept.slice(known - this.#keptFrom);
    this.#keptFrom = known;
  }
}

interface Run {
  readonly start: number;
  readonly end: number;
  readonly isInString: boolean;
}

const partOfNumber = /[\w.+-]/;

/** Whether it is a JSON string by itself already, quotes and all. */
export function isString(text: string): boolean {
  return /^"(?:[^"\\]|\\.)*"$/u.test(text);
}

/** As part of a JSON string. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
