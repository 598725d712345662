import {
  foldCharacter as foldUnit,
  foldedCharacters,
  ignorable,
  isFoldedDigit,
} from '../guards/characters.ts';
import {
  type MatchEnd,
  characterSet,
  type CharacterSet,
  type Detector,
  lookBehind,
  noMatchBefore,
  type Search,
  undecided,
  type View,
} from '../guards/detector.ts';
import { classes, type Fold, foldCodePoint, Folding } from '../text/fold.ts';
import { codesOf, gap, plainCodes } from './term-codes.ts';
import { dead, root, TermStates } from './term-states.ts';

interface Terms {
  readonly entity: string;
  readonly terms: readonly string[];
  /** How many letters of a term may differ. */
  readonly edits: number;
  /** Most code units of a match, whatever draws nothing in it included. */
  readonly longest: number;
}

/**
 * Finds terms as whole words, whatever their case, accents, look-alikes and white space. Of terms that begin at one place
 * the one that differs least is believed, and of those the longest.
 */
export function termDetector(terms: Terms): Detector {
  const finder = new TermFinder(terms);
  return {
    entity: terms.entity,
    search: searchOf(finder),
    tryAt: (view, at) => finder.matchAt(view, at),
  };
}

function searchOf(finder: TermFinder): Search {
  return {
    signs: finder.signs(),
    leads: characterSet(),
    leadWidth: 0,
    seek: (view, from) => finder.seek(view, from),
  };
}

const asciiSize = 128;
const asciiFolds: readonly Fold[] = Array.from({ length: asciiSize }, (_, code) => foldCodePoint(code));
const asciiClasses = Uint8Array.from(asciiFolds, (read) => read.class);

/** What a character may begin: no term, any, or one only where no letter stands before it. */
const starts = { none: 0, anywhere: 1, word: 2 } as const;

class TermFinder {
  readonly #states: TermStates;
  readonly #longest: number;
  readonly #edits: number;
  readonly #folding = new Folding();
  readonly #firsts: ReadonlySet<number>;
  /** By ASCII character: what it may begin, and its column. */
  readonly #starts: Uint8Array;
  readonly #columns: Uint16Array;

  constructor({ terms, edits, longest }: Terms) {
    this.#states = new TermStates(terms, edits);
    this.#longest = longest;
    this.#edits = edits;
    this.#firsts = new Set(terms.flatMap((term) => codesOf(term).slice(0, 1)));
    this.#starts = Uint8Array.from(asciiFolds, (read) => this.#startOf(read));
    this.#columns = Uint16Array.from(asciiFolds, (read) => this.#states.columnOf(plainCodes(read)[0] ?? gap));
  }

  /** What a match may begin with. A character of any other script may pass for one of a term's. */
  signs(): CharacterSet {
    const signs = new Uint8Array(foldedCharacters).fill(1, asciiSize);
    const hasOthers = Array.from(this.#firsts).some((code) => code >= asciiSize);
    for (const code of asciiFolds.keys()) {
      // Digits of other scripts are told apart by terms, and not by searches.
      signs[code] = this.#starts[code] !== starts.none || (hasOthers && isFoldedDigit(code)) ? 1 : 0;
    }
    return signs;
  }

  /** The first place from `from` on where a term stands or may yet come to stand. Words that no term is near are passed by. */
  seek(view: View, from: number): number {
    const { text, end } = view;
    let isWithin = from > 0 && this.#followsLetter(view, from);
    for (let at = from; at < end; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit >= asciiSize) {
        if (this.#mayStart(view, at) && this.matchAt(view, at) >= undecided) return at;
        isWithin = this.#followsLetter(view, at + 1);
        continue;
      }
      const start = this.#starts[unit];
      if (start !== starts.none && !(isWithin && start === starts.word)) {
        if (this.matchAt(view, at) >= undecided) return at;
      }
      isWithin = asciiClasses[unit] === classes.letter;
    }
    return end;
  }

  /** Where a term begins with a letter, no letter stands before it. */
  #mayStart(view: View, at: number): boolean {
    const unit = view.text.charCodeAt(at);
    if (unit >= 0xdc00 && unit < 0xe000) return false;
    const read = this.#read(view, at);
    // Half of a character may become anything.
    if (read === undefined) return true;
    const start = this.#startOf(read);
    return start === starts.anywhere || (start === starts.word && !this.#followsLetter(view, at));
  }

  #startOf(read: Fold): number {
    const isLetter = read.class === classes.letter;
    const isFirst = this.#firsts.has(plainCodes(read)[0] ?? gap);
    if (!isFirst && !(isLetter && this.#edits > 0)) return starts.none;
    return isLetter ? starts.word : starts.anywhere;
  }

  #followsLetter({ text }: View, at: number): boolean {
    let before = at - 1;
    while (before > at - lookBehind && foldUnit(text.charCodeAt(before)) === ignorable) before -= 1;
    if (before < 0) return false;
    const unit = text.charCodeAt(before);
    const isLow = unit >= 0xdc00 && unit < 0xe000 && before > 0;
    const code = isLow ? (text.codePointAt(before - 1) ?? unit) : unit;
    return this.#folding.of(code).class === classes.letter;
  }

  /** The character at `at`; undefined where only its first half is here. */
  #read({ text, end, final }: View, at: number): Fold | undefined {
    const code = text.charCodeAt(at);
    if (!isHigh(code)) return this.#folding.of(code);
    if (at + 1 < end) return this.#folding.of(text.codePointAt(at) ?? code);
    return final ? this.#folding.of(code) : undefined;
  }

  matchAt(view: View, at: number): MatchEnd {
    const { text, end: viewEnd } = view;
    const states = this.#states;
    // The search lets half of a character pass: what it is shows only now.
    if (isHigh(text.charCodeAt(at)) && this.#read(view, at) !== undefined && !this.#mayStart(view, at))
      return noMatchBefore(at + 1);
    let state = root;
    let best = at;
    let fewest = Number.MAX_SAFE_INTEGER;
    /** Behind the last character that counts, and what that was. */
    let end = at;
    let last = 0;
    for (let index = at; state !== dead && index - at <= this.#longest;) {
      if (index === viewEnd && !view.final) return undecided;
      const edits = states.editsAt(state);
      if (index === viewEnd) {
        if (edits >= 0 && edits <= fewest) best = end;
        break;
      }
      const unit = text.charCodeAt(index);
      const read = unit < asciiSize ? undefined : this.#read(view, index);
      if (unit >= asciiSize && read === undefined) return undecided;
      const kind = read === undefined ? asciiClasses[unit] : read.class;
      const size = read === undefined ? 1 : this.#sizeAt(view, index);
      index += size;
      if (kind === undefined || kind === classes.ignorable) continue;
      if (edits >= 0 && edits <= fewest && !(kind === classes.letter && last === classes.letter)) {
        best = end;
        fewest = edits;
      }
      if (read !== undefined) state = this.#after(state, read, last);
      else if (kind !== classes.space || last !== classes.space)
        state = states.after(state, this.#columns[unit] ?? 0);
      last = kind;
      end = index;
    }
    return best > at ? best : noMatchBefore(at + 1);
  }

  /** The state after a character beyond ASCII; white space of any length counts once. */
  #after(state: number, read: Fold, last: number): number {
    if (read.class === classes.space && last === classes.space) return state;
    let next = state;
    for (const code of plainCodes(read)) next = this.#states.after(next, this.#states.columnOf(code));
    return next;
  }

  #sizeAt({ text, end }: View, at: number): number {
    return at + 1 < end && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
