import { fold as foldUnit, foldedCharacters, ignorable } from '../guards/characters.ts';
import {
  characterSet,
  type Detector,
  lookBehind,
  noMatchBefore,
  type Search,
  undecided,
  type View,
} from '../guards/detector.ts';
import { classes, type Fold, Folding } from '../text/fold.ts';
import { codesOf, gap, plainCodes } from './term-codes.ts';
import { type State, TermStates } from './term-states.ts';

export interface Terms {
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
    // A letter of any script may pass for one of a term's.
    signs: new Uint8Array(foldedCharacters).fill(1),
    leads: characterSet(),
    leadWidth: 0,
    seek(view, from) {
      let at = from;
      while (at < view.end && !finder.mayStart(view, at)) at += 1;
      return at;
    },
  };
}

class TermFinder {
  readonly #states: TermStates;
  readonly #longest: number;
  readonly #edits: number;
  readonly #folding = new Folding();
  readonly #firsts: ReadonlySet<number>;

  constructor({ terms, edits, longest }: Terms) {
    this.#states = new TermStates(terms, edits);
    this.#longest = longest;
    this.#edits = edits;
    this.#firsts = new Set(terms.flatMap((term) => codesOf(term).slice(0, 1)));
  }

  /** Where a term begins with a letter, no letter stands before it. */
  mayStart(view: View, at: number): boolean {
    const unit = view.text.charCodeAt(at);
    if (unit >= 0xdc00 && unit < 0xe000) return false;
    const read = this.#read(view, at);
    // Half of a character may become anything.
    if (read === undefined) return true;
    const isLetter = read.class === classes.letter;
    const first = plainCodes(read)[0] ?? gap;
    if (!this.#firsts.has(first) && !(isLetter && this.#edits > 0)) return false;
    return !isLetter || !this.#followsLetter(view, at);
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

  matchAt(view: View, at: number): number {
    // The search lets half of a character pass: what it is shows only now.
    if (isHigh(view.text.charCodeAt(at)) && this.#read(view, at) !== undefined && !this.mayStart(view, at))
      return noMatchBefore(at + 1);
    let state = this.#states.start;
    let best = { end: 0, edits: Number.POSITIVE_INFINITY };
    let index = at;
    let end = at;
    let last: Fold | undefined;
    while (state.places.size > 0 && index - at <= this.#longest) {
      if (index === view.end) {
        if (!view.final) return undecided;
        best = better(best, state, end);
        break;
      }
      const read = this.#read(view, index);
      if (read === undefined) return undecided;
      const size = this.#sizeAt(view, index);
      if (read.class !== classes.ignorable) {
        const isWithin = read.class === classes.letter && last?.class === classes.letter;
        if (!isWithin) best = better(best, state, end);
        if (read.class !== classes.space || last?.class !== classes.space) {
          for (const code of plainCodes(read)) state = this.#states.after(state, code);
        }
        last = read;
        end = index + size;
      }
      index += size;
    }
    return best.end > at ? best.end : noMatchBefore(at + 1);
  }

  #sizeAt({ text, end }: View, at: number): number {
    return at + 1 < end && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

interface Best {
  readonly end: number;
  readonly edits: number;
}

/** The longer of two that differ as much, or the one that differs less. */
function better(best: Best, { edits }: State, end: number): Best {
  return edits === -1 || edits > best.edits ? best : { end, edits };
}
