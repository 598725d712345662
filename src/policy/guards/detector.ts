import { foldCharacter, foldedCharacters } from './characters.ts';

/** The text a detector may look at. */
export interface View {
  readonly text: string;
  /** What the text folds to, by the same indices. To read it takes a quarter of the time that reading the text takes. */
  readonly codes: Uint8Array;
  /** For each index how many characters from there on are no sign of any search: that many a search may pass over at once. */
  readonly runs: Uint8Array;
  /** Nothing at or after `end` may be read. */
  readonly end: number;
  /** True where the text is known to stop at `end`. */
  readonly final: boolean;
  /** The folded character at `index`, or `edge`. */
  codeAt(index: number): number;
  /** `index` moved past characters that draw nothing. */
  pastIgnorable(index: number): number;
  /** The last place before `index` where no character stands that draws nothing. */
  knownBefore(index: number): number;
  /** Whether the digits at `start` are inside a word or number. */
  isInside(start: number): boolean;
  /** Whether a word goes on at `start`, though what draws nothing stands between: only numbers begin there. */
  goesOnWord(start: number): boolean;
  /**
   * The index behind all characters of a set from `from` on: `none` where they are more than `most`, `undecided` where later text
   * may add to them.
   */
  pastAll(from: number, set: CharacterSet, most?: number): number;
}

/**
 * At least this many code units before a match and its lead stay readable, or all there ever were. No detector looks back
 * further.
 */
export const lookBehind = 96;

/**
 * What a detector says about a position. A plain number, because a detector is asked at every word and must not allocate:
 * `undecided`, the end of a match (positive), or `noMatchBefore(next)` (negative).
 */
export type MatchEnd = number;

/** No index: what was looked for is not there. */
export const none = -1;

/** Only later text can tell. Never said of a final view. */
export const undecided = 0;

/** No match starts in [at, next), whatever text follows. `next` is beyond `at`. */
export function noMatchBefore(next: number): MatchEnd {
  return -next;
}

/**
 * Finds one kind of thing. The law every split of a stream rests on: whatever it says of a view, except `undecided`, stays
 * true whatever text follows. What it says is a function of the text alone, and costs no more than the longest match plus
 * the text it skips.
 */
export interface Detector {
  /** What is found, for instance `EMAIL`. */
  readonly entity: string;
  /** Where to ask. Detectors that share a search are sought once. */
  readonly search: Search;
  /** One bit, if the search can tell what detectors of it a place is worth asking. */
  readonly kind?: number;
  /** Asked only at indices that the search gave. */
  tryAt(view: View, at: number): MatchEnd;
  /** What the record says was found at [at, end), where it knows better than the entity; asked right after it was found. */
  ruleAt?(view: View, at: number, end: number): string;
  /** For matches that may be longer than what is held back. Without it a match ends at the limit. */
  readonly rest?: Rest;
}

/**
 * How far a match that was taken out at the hold-back limit goes on from `from`: `endsAt(index)`, or the index up to which
 * the text belongs to it while only later text can tell the rest. In a final view it ends. It is under the law of
 * `Detector`, keeps no more than a fixed number of characters undecided, and is asked again from the index it gave.
 */
export type Rest = (view: View, from: number) => number;

/** The match ends at `index`, whatever text follows. */
export function endsAt(index: number): number {
  return ~index;
}

/** Finds where matches may start, without looking at each character in turn. */
export interface Search {
  /** Every match holds a sign. */
  readonly signs: CharacterSet;
  /** Before its first sign a match holds only these, and at most `leadWidth` of them. */
  readonly leads: CharacterSet;
  readonly leadWidth: number;
  /** The first index from `from` on where a match may start, `view.end` where there is none. */
  seek(view: View, from: number): number;
  /**
   * The kinds of detector, as bits, that may find a match at an index the search gave: the others are not asked. Where it is
   * missing, all may. A kind that is not among them has no match there, whatever text follows.
   */
  kindsAt?(view: View, at: number): number;
  /** The same of the place that `seek` gave last, where it had to find them out to give it. */
  kindsFound?(): number;
  /**
   * Whether a match may have begun in [from, end) whose sign is still to come, though no sign is there and the text ends with
   * what is no lead. The one way for a match to hold anything but leads before its sign.
   */
  isOpen?(view: View, from: number): boolean;
}

/** Stands for "nothing there": before the first character, and at the end of the view. In no set, but an index into each. */
export const edge = foldedCharacters;

/** Where what was read up to `end` ends, if it does not go on behind that in a way that makes `more` of it; `undefined`: not known yet. */
export function endUnless(more: boolean | undefined, end: number): number {
  if (more === undefined) return undecided;
  return more ? none : end;
}

/** A set of folded characters, as a table of 0 and 1. */
export type CharacterSet = Uint8Array;

export function characterSet(...parts: readonly (string | number)[]): CharacterSet {
  const set = new Uint8Array(edge + 1);
  for (const part of parts) {
    if (typeof part === 'number') set[part] = 1;
    else for (let index = 0; index < part.length; index += 1) set[foldCharacter(part.charCodeAt(index))] = 1;
  }
  return set;
}

export function isIn(set: CharacterSet, code: number): boolean {
  return set[code] === 1;
}

/** Compiles a search for the next of some characters, all of them signs of the search. */
export function compileFind(set: CharacterSet): Search['seek'] {
  return ({ codes, runs, end }, from) => {
    let index = from;
    while (index < end) {
      const run = runs[index] ?? 0;
      if (run === 0 && set[codes[index] ?? edge] === 1) return index;
      index += Math.max(1, run);
    }
    return end;
  };
}
