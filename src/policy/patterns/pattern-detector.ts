import { foldCharacter, foldedCharacters } from '../guards/characters.ts';
import {
  characterSet,
  type CharacterSet,
  type Detector,
  none,
  type Search,
  undecided,
  type View,
} from '../guards/detector.ts';
import { asciiSize, lastOfPlane } from './alphabet.ts';
import { Machine } from './machine.ts';
import { codePointAt, isHalf } from './place.ts';
import type { Program } from './program.ts';
import { accepts, edgeShift, isIdle, Sieve, tooMuch } from './sieve.ts';

/** A pattern that a stream can withhold. */
export interface BoundedPattern {
  readonly program: Program;
  /** Most code units of a match. */
  readonly longest: number;
}

/** A checked pattern and what its matches are called. */
export interface NamedPattern extends BoundedPattern {
  readonly entity: string;
}

/** One detector a pattern. They share a search, so that text is searched once however many there are. */
export function patternDetectors(patterns: readonly NamedPattern[]): readonly Detector[] {
  if (patterns.length === 0) return [];
  const machines = patterns.map(({ program, longest }) => new Machine(program, longest));
  const search = new PatternSearch(
    patterns.map(({ program }) => program),
    machines,
  );
  return machines.map((machine, index) => ({
    entity: patterns[index]?.entity ?? '',
    search,
    kind: patternKind(index),
    tryAt: (view, at) => machine.matchAt(view, at),
  }));
}

/** Bits of a number that tell patterns of one search apart; patterns beyond share them. */
const mostKinds = 30;

function patternKind(index: number): number {
  return 1 << (index % mostKinds);
}

/** Seeks the first place where any of several patterns has a match, or may come to have one. */
class PatternSearch implements Search {
  readonly signs: CharacterSet;
  readonly leads = characterSet();
  readonly leadWidth = 0;
  readonly #machines: readonly Machine[];
  readonly #sieve: Sieve;
  /** By the first character alone, the patterns that may match. */
  readonly #ascii: Int32Array;
  readonly #others: number;
  /** By pattern, before where no match of it begins: of use for one search. */
  readonly #passed: Int32Array;

  constructor(programs: readonly Program[], machines: readonly Machine[]) {
    this.#machines = machines;
    this.#sieve = new Sieve(programs);
    this.#ascii = Int32Array.from({ length: asciiSize }, (_, code) =>
      kindsOf(machines, (machine) => machine.mayBeginWith(code)),
    );
    this.#others = kindsOf(machines, (machine) => machine.mayBeginBeyondAscii());
    this.#passed = new Int32Array(machines.length);
    this.signs = signsOf(this.#ascii, this.#others !== 0);
  }

  kindsAt({ text }: View, at: number): number {
    return this.#ascii[text.charCodeAt(at)] ?? this.#others;
  }

  /** Reads the text once for all patterns, and asks them only about what was under way where some match ends. */
  seek(view: View, from: number): number {
    const { text, end, final } = view;
    const sieve = this.#sieve;
    let state = none;
    /** No match that is still under way began before. */
    let open = from;
    let index = from;
    while (index < end) {
      const unit = text.charCodeAt(index);
      if (open === index && (this.#ascii[unit] ?? this.#others) === 0) {
        index += 1;
        open = index;
        state = none;
        continue;
      }
      if (state === none) state = sieve.start(text, index);
      if (unit >= asciiSize && !final && isHalf(text, index, end)) break;
      const code = unit < asciiSize ? unit : codePointAt(text, index, end);
      const edge = sieve.after(state, code);
      if (edge === tooMuch) break;
      if ((edge & accepts) !== 0) {
        const found = this.#firstIn(view, open, index);
        if (found < index) {
          sieve.read(index - from);
          return found;
        }
        open = index;
      }
      state = edge >> edgeShift;
      index += code > lastOfPlane ? 2 : 1;
      if ((edge & isIdle) !== 0) open = index;
    }
    sieve.read(end - from);
    return this.#firstIn(view, open, end);
  }

  /** The first place in [from, to) where a pattern has a match or may come to have one; `to` where there is none. */
  #firstIn(view: View, from: number, to: number): number {
    this.#passed.fill(from);
    for (let at = from; at < to; at += 1) {
      const kinds = this.kindsAt(view, at);
      if (kinds !== 0 && !isSecondHalf(view.text, at) && this.#isFound(view, at, kinds)) return at;
    }
    return to;
  }

  #isFound(view: View, at: number, kinds: number): boolean {
    const machines = this.#machines;
    for (let index = 0; index < machines.length; index += 1) {
      if ((kinds & patternKind(index)) === 0 || (this.#passed[index] ?? 0) > at) continue;
      const attempt = machines[index]?.matchAt(view, at) ?? undecided;
      if (attempt >= undecided) return true;
      this.#passed[index] = -attempt;
    }
    return false;
  }
}

function kindsOf(machines: readonly Machine[], may: (machine: Machine) => boolean): number {
  return machines.reduce((kinds, machine, index) => (may(machine) ? kinds | patternKind(index) : kinds), 0);
}

/** The second half of a character is no place to start. */
function isSecondHalf(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 0xdc00 || unit >= 0xe000) return false;
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before < 0xdc00;
}

/** Other scripts fold to anything a detector knows, digits and signs among it. */
function signsOf(ascii: Int32Array, hasOthers: boolean): CharacterSet {
  const signs = new Uint8Array(foldedCharacters);
  for (const [code, kinds] of ascii.entries()) if (kinds !== 0) signs[foldCharacter(code)] = 1;
  if (hasOthers) for (let unit = asciiSize; unit < 0x10000; unit += 1) signs[foldCharacter(unit)] = 1;
  return signs;
}
