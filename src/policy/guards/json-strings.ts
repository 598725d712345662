import { backslash } from './ascii.ts';
import { isWord } from './characters.ts';
import { type Escape, escapeAt, nestedEscapeAt } from './json-escapes.ts';
import { Shifts } from './shifts.ts';

const quote = 0x22;
const apostrophe = 0x27;
const lineFeed = 0x0a;

/** Where the strings are: in all of a document, or in quotes somewhere in prose, as a program or a line of JSON has them. */
type Writing = 'document' | 'prose';

interface StringsOptions {
  /** Characters of white space that came before, as they are. */
  readonly before?: number;
  /** Is told, in offsets of the decoded text, where each string begins and ends. */
  readonly onQuote?: (at: number) => void;
}

/**
 * Decodes the escape sequences in the strings of a text as it comes, and those of a string within a string, such as a
 * document that is an argument. In prose a string ends with its line at the latest, and a path of Windows is none that
 * holds escapes: `"C:\temp"` has no tabulator.
 */
export class JsonStrings {
  /** Code units that were decoded. */
  length: number;
  readonly shifts = new Shifts();
  readonly #isProse: boolean;
  readonly #onQuote: ((at: number) => void) | undefined;
  /** An escape sequence that has not ended yet. */
  #pending = '';
  /** What ends the string that the text is in, or 0 outside. */
  #closing = 0;
  #isNested = false;
  /** The innermost string has no escapes. */
  #isRaw = false;
  /** Where the innermost string begins. */
  #opened = 0;
  /** What came last: two characters or more, once there were any. */
  #last = '';

  constructor(writing: Writing, { before = 0, onQuote }: StringsOptions = {}) {
    this.#isProse = writing === 'prose';
    this.length = before;
    this.#onQuote = onQuote;
  }

  /** Nothing was decoded so far, and nothing is held back. */
  get isVerbatim(): boolean {
    return this.#pending === '' && this.shifts.isEmpty;
  }

  /** The text with its escape sequences decoded, all but one that has not ended. */
  decode(piece: string): string {
    const text = this.#pending === '' ? piece : this.#pending + piece;
    this.#pending = '';
    const base = this.length;
    let decoded = '';
    let taken = 0;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > backslash) continue;
      if (code === backslash) {
        if (this.#closing === 0) continue;
        const before = decoded + text.slice(taken, index);
        const escape = this.#escape(text, index, before);
        if (escape === undefined) {
          this.#pending = text.slice(index);
          return this.#given(before);
        }
        decoded = before + escape.character;
        this.shifts.add(base + decoded.length, escape.size - escape.character.length);
        index += escape.size - 1;
        taken = index + 1;
      } else if (code === quote || (code === apostrophe && this.#isProse)) {
        this.#delimit(code, base + decoded.length + index - taken, text.charCodeAt(index - 1));
      } else if (code === lineFeed && this.#isProse) this.#close();
    }
    return this.#given(taken === 0 ? text : decoded + text.slice(taken));
  }

  /** What is left when the text has ended. */
  end(): string {
    const rest = this.#pending;
    this.#pending = '';
    return this.#given(rest);
  }

  #given(decoded: string): string {
    this.length += decoded.length;
    if (decoded.length > 1) this.#last = decoded;
    else if (decoded !== '') this.#last = this.#last.slice(-1) + decoded;
    return decoded;
  }

  #delimit(code: number, at: number, before: number): void {
    if (this.#closing === code) this.#close();
    else if (this.#closing !== 0 || (code === apostrophe && this.#isWithinWord(before))) return;
    else {
      this.#closing = code;
      this.#opened = at + 1;
    }
    this.#onQuote?.(at);
  }

  /** Of an apostrophe behind `before`, or behind what came last. */
  #isWithinWord(before: number): boolean {
    return isWordCode(Number.isNaN(before) ? this.#last.charCodeAt(this.#last.length - 1) : before);
  }

  #close(): void {
    this.#closing = 0;
    this.#isNested = this.#isRaw = false;
  }

  #escape(text: string, index: number, before: string): Escape | undefined {
    const own = escapeAt(text, index);
    if (own === undefined) return undefined;
    if (this.#isNested) return this.#nested(own, text, index, before);
    if (this.#isProse && !(own.size === 2 && own.character === '\\') && this.#isDrive(before))
      this.#isRaw = true;
    if (this.#isRaw) return { size: 1, character: '\\' };
    if (own.character === '"') {
      this.#isNested = true;
      this.#opened = this.length + before.length + 1;
    }
    return own;
  }

  #nested(own: Escape, text: string, index: number, before: string): Escape | undefined {
    if (own.character === '"') this.#isNested = this.#isRaw = false;
    if (own.character !== '\\' || own.size !== 2 || this.#isRaw) return own;
    const escape = nestedEscapeAt(text, index);
    if (escape?.size !== 4 && escape !== undefined && this.#isDrive(before)) {
      this.#isRaw = true;
      return own;
    }
    return escape;
  }

  /** `C:` is all there is of the innermost string. */
  #isDrive(before: string): boolean {
    if (this.length + before.length - this.#opened !== 2) return false;
    return /[A-Za-z]:$/.test((this.#last + before).slice(-2));
  }
}

/** A letter or a digit: an apostrophe behind one is none that opens a string. */
function isWordCode(code: number): boolean {
  return code > 0x7f || isWord(code);
}
