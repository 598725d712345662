import type { Finding, Guard, GuardOut } from '../guard.ts';

/**
 * A guard for text that is itself a JSON document, such as the arguments of a tool call. `inner` sees the strings of the
 * document decoded (`\u0040` as `@`), and what it writes is escaped again, so that the document stays valid: within a
 * string as part of it, in place of a number as a string of its own. What nothing edits keeps its own escapes. Text that
 * turns out not to be JSON is judged all the same.
 */
export function insideJson(inner: Guard): Guard {
  return new JsonText(inner);
}

const quote = 0x22;
const backslash = 0x5c;

/** From `decoded` on, an offset of the decoded text plus `shift` is that of the original. */
interface Shift {
  readonly decoded: number;
  readonly shift: number;
}

class JsonText implements Guard, GuardOut {
  readonly #inner: Guard;
  #out: GuardOut = nowhere;
  /** An escape sequence that has not ended yet. */
  #pending = '';
  #isInString = false;
  /** Code units the inner guard was given. */
  #length = 0;
  /** Ordered; the first covers everything that is not released. */
  #shifts: Shift[] = [{ decoded: 0, shift: 0 }];
  /** Where strings begin and end, in offsets of the decoded text, as far as they are not released. */
  #quotes: number[] = [];
  /** Whether the text before the first of `#quotes` is in a string. */
  #beginsInString = false;
  /** The character before the text under judgement, and that text from `#keptFrom` on: what stands around a number. */
  #kept = '';
  #keptFrom = 0;

  constructor(inner: Guard) {
    this.#inner = inner;
  }

  push(text: string, out: GuardOut): void {
    this.#out = out;
    this.#give(this.#decode(text));
  }

  end(out: GuardOut): void {
    this.#out = out;
    const rest = this.#pending;
    this.#pending = '';
    this.#give(rest);
    this.#inner.end(this);
  }

  release(upTo: number): void {
    this.#out.release(upTo + this.#shiftAt(upTo));
    this.#forget(upTo);
  }

  edit(start: number, end: number, replacement: string): void {
    const runs = this.#runs(start, end);
    // The rest of a long match comes in edits cut as the text came: each must leave the same, whatever it holds.
    const isDeletion = replacement === '';
    let left = replacement;
    for (const run of runs) {
      // What separates two strings stays, or they would be one.
      if (!isDeletion && !run.isInString && runs.length > 1 && !/\w/.test(this.#textOf(run))) continue;
      const text = run.isInString || isDeletion ? escaped(left) : this.#bare(run, left);
      this.#out.edit(run.start + this.#shiftAt(run.start), run.end + this.#shiftAt(run.end), text);
      left = '';
    }
  }

  report(finding: Finding): void {
    this.#out.report(finding);
  }

  deny(message: string): void {
    this.#out.deny(message);
  }

  #give(decoded: string): void {
    if (decoded === '') return;
    this.#kept += decoded;
    this.#length += decoded.length;
    this.#inner.push(decoded, this);
  }

  /** The text with its escape sequences decoded, all but one that has not ended. */
  #decode(piece: string): string {
    const text = this.#pending + piece;
    this.#pending = '';
    let decoded = '';
    let taken = 0;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code === quote) {
        this.#quotes.push(this.#length + decoded.length + index - taken);
        this.#isInString = !this.#isInString;
      } else if (code === backslash && this.#isInString) {
        decoded += text.slice(taken, index);
        const size = escapeSize(text, index);
        if (size === incomplete) {
          this.#pending = text.slice(index);
          return decoded;
        }
        const character = unescaped(text, index, size);
        decoded += character;
        this.#shift(this.#length + decoded.length, size - character.length);
        index += size - 1;
        taken = index + 1;
      }
    }
    return taken === 0 ? text : decoded + text.slice(taken);
  }

  #shift(decoded: number, by: number): void {
    if (by !== 0) this.#shifts.push({ decoded, shift: (this.#shifts.at(-1)?.shift ?? 0) + by });
  }

  #shiftAt(decoded: number): number {
    let low = 0;
    let high = this.#shifts.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.#shifts[middle]?.decoded ?? 0) <= decoded) low = middle;
      else high = middle;
    }
    return this.#shifts[low]?.shift ?? 0;
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
    return partOfNumber.test(before) || partOfNumber.test(after) ? '0' : `"${escaped(replacement)}"`;
  }

  #textOf({ start, end }: Run): string {
    return this.#kept.slice(start - this.#keptFrom, end - this.#keptFrom);
  }

  #forget(upTo: number): void {
    let shifts = 0;
    while ((this.#shifts[shifts + 1]?.decoded ?? Infinity) <= upTo) shifts += 1;
    if (shifts > 0) this.#shifts = this.#shifts.slice(shifts);
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

const incomplete = 0;

/** How many code units the escape sequence at `index` has (RFC 8259, section 7); one that is none is its backslash alone. */
function escapeSize(text: string, index: number): number {
  if (index + 1 === text.length) return incomplete;
  const kind = text.charAt(index + 1);
  if (kind !== 'u') return Object.hasOwn(plainEscapes, kind) ? 2 : 1;
  for (let at = index + 2; at < index + 6; at += 1) {
    if (at === text.length) return incomplete;
    if (!/[\da-f]/i.test(text.charAt(at))) return 1;
  }
  return 6;
}

const plainEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function unescaped(text: string, index: number, size: number): string {
  if (size === 1) return '\\';
  if (size === 6) return String.fromCharCode(Number.parseInt(text.slice(index + 2, index + 6), 16));
  return plainEscapes[text.charAt(index + 1)] ?? '';
}

/** As part of a JSON string. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

const nowhere: GuardOut = { release() {}, edit() {}, report() {}, deny() {} };
