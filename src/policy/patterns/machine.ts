import { type MatchEnd, noMatchBefore, undecided, type View } from '../guards/detector.ts';
import { States, unknown } from '../text/states.ts';
import { Alphabet, type CharacterClass, endOfText, asciiSize, lastOfPlane } from './alphabet.ts';
import {
  codePointAt,
  conditionsAt,
  isHalf,
  placeAfter,
  placeBefore,
  placesBack,
  type Reach,
} from './place.ts';
import { ops, type Program } from './program.ts';
import { accepts, type Edge, edgeShift, isIdle, Sieve } from './sieve.ts';
import { everyCondition, Steps } from './steps.ts';
import { mostCharacters } from './width.ts';

const mostNumbers = 200_000;

/** In an edge: a match ends behind the character, and none that goes on is preferred to it. */
const isSettled = 4;

/** A try that read so far without a match cost more than to look what may follow. */
const costly = 24;

/**
 * Runs a program from one place of a text: its steps in order of preference are one state, and states are made when first
 * met. What it says is what a backtracking search would find first (leftmost-first), told as soon as that is certain.
 */
export class Machine {
  readonly #program: Program;
  readonly #alphabet: Alphabet;
  readonly #longest: number;
  readonly #reach: Reach;
  readonly #hasConditions: boolean;
  readonly #walk: Steps;
  /** The steps of one match. */
  readonly #states: States<readonly number[]>;
  /** Reads on with a match begun at every place. Few texts need it. */
  #onward: Sieve | undefined;

  /** `longest`: no match has more code units; what would be longer ends at the last place where a shorter one can. */
  constructor(program: Program, longest: number) {
    this.#program = program;
    this.#alphabet = new Alphabet(program);
    this.#longest = longest;
    this.#reach = { characters: mostCharacters(program), units: longest };
    this.#hasConditions = program.instructions.some(({ op }) => op === ops.condition);
    this.#walk = new Steps(program.instructions);
    this.#states = new States({ columns: this.#alphabet.asciiClasses, mostNumbers });
  }

  /** Whether a match may begin with this character, as far as that alone tells. */
  mayBeginWith(codePoint: number): boolean {
    const { taken } = this.#alphabet.of(codePoint);
    return this.#firsts().some((at) => taken[this.#alphabet.predicateOf[at] ?? -1] === true);
  }

  /** Whether a match may begin with a character beyond ASCII. */
  mayBeginBeyondAscii(): boolean {
    return this.#firsts().some((at) => {
      const step = this.#program.instructions[at];
      if (step === undefined) return false;
      // A letter in any case: the long s and the Kelvin sign are all that ASCII letters have beyond it.
      return (step.runes.at(-1) ?? 0) > lastAscii || oddCases.some((code) => step.matchRune(code));
    });
  }

  /** Whether there is a match at `at`: its end, none, or not known yet. Position 0 is the beginning of the text. */
  matchAt(view: View, at: number): MatchEnd {
    const { text, end, final } = view;
    const { asciiIds } = this.#alphabet;
    const states = this.#states;
    const { shift } = states;
    let state = states.start(this.#place(text, at), [this.#program.start]);
    let found = 0;
    let index = at;
    while (index - at <= this.#longest) {
      if (index === end && !final) return undecided;
      const unit = index < end ? text.charCodeAt(index) : beyond;
      let size = 1;
      let edge: Edge = unknown;
      if (unit < asciiSize) {
        edge = states.table[(state << shift) | (asciiIds[unit] ?? 0)] ?? unknown;
        if (edge === unknown) edge = this.#edge(state, this.#alphabet.of(unit));
      } else {
        if (index < end && !final && isHalf(text, index, end)) return undecided;
        edge = this.#edgeBeyond(state, view, index);
        if (codePointAt(text, index, end) > lastOfPlane) size = 2;
      }
      if ((edge & accepts) !== 0) found = index;
      state = edge >> edgeShift;
      index += size;
      if ((edge & isIdle) !== 0) break;
      if ((edge & isSettled) !== 0 && index - at <= this.#longest) return index;
    }
    if (found > at) return found;
    return noMatchBefore(index - at > costly ? this.#nextStart(view, at + 1) : at + 1);
  }

  /** What follows a state with a character beyond ASCII, or with the end of the text. */
  #edgeBeyond(state: number, { text, end }: View, index: number): Edge {
    const character = index < end ? this.#alphabet.of(codePointAt(text, index, end)) : endOfText;
    const known = this.#states.edge(state, character.id);
    return known === unknown ? this.#edge(state, character) : known;
  }

  /**
   * The first place from `from` on where a match may start after all. Where a try went far and found nothing, those
   * that follow would go as far: this reads the text once for all of them, with a match begun at every place.
   */
  #nextStart({ text, end, final }: View, from: number): number {
    // Half of a character may become anything.
    const whole = !final && isHalf(text, text.length - 1, text.length) ? text.length - 1 : text.length;
    const onward = (this.#onward ??= Sieve.of(this.#program));
    let state = onward.start(text, from);
    let index = from;
    while (index < whole) {
      const unit = text.charCodeAt(index);
      const code = unit < asciiSize ? unit : codePointAt(text, index, whole);
      const edge = onward.after(state, code);
      if ((edge & accepts) !== 0) return Math.max(from, placesBack(text, index, this.#reach));
      state = edge >> edgeShift;
      index += code > lastOfPlane ? 2 : 1;
      if ((edge & isIdle) !== 0) return index;
    }
    if (final && end === text.length && (onward.atEnd(state) & accepts) === 0) return end;
    // A match of which only the beginning is here may still come, or end with the last character.
    return Math.max(from, placesBack(text, whole, this.#reach));
  }

  #place(text: string, at: number): number {
    return this.#hasConditions ? placeBefore(text, at) : 0;
  }

  #placeAfter(character: CharacterClass): number {
    return this.#hasConditions ? placeAfter(character) : 0;
  }

  #edge(number: number, character: CharacterClass): Edge {
    const state = this.#states.at(number) ?? nowhere;
    const next: number[] = [];
    const isEnd = this.#walk.follow(state.numbers, conditionsAt(state.place, character), (at) => {
      if (this.#takes(at, character)) this.#walk.reach(at, next);
      return true;
    });
    const to = this.#states.numberOf(next, this.#placeAfter(character));
    const ends = (isEnd ? accepts : 0) | (next.length === 0 ? isIdle : 0);
    const edge = (to << edgeShift) | ends | (this.#isSettled(next) ? isSettled : 0);
    this.#states.keep(state, number, character.id, edge);
    return edge;
  }

  #takes(at: number, { taken }: CharacterClass): boolean {
    return taken[this.#alphabet.predicateOf[at] ?? -1] === true;
  }

  /** Whether a match ends here before any step takes a character or asks what comes next. */
  #isSettled(steps: readonly number[]): boolean {
    let isFirst = true;
    const met = this.#walk.follow(steps, 0, () => {
      isFirst = false;
      return false;
    });
    return met && isFirst;
  }

  #firsts(): readonly number[] {
    const firsts: number[] = [];
    this.#walk.follow([this.#program.start], everyCondition, (at) => firsts.push(at) > 0);
    return firsts;
  }
}

/** No number of a state is made up, so this stands for none. */
const nowhere = { numbers: [], place: 0 } as const;
const beyond = 0xffff;
const lastAscii = 0x7f;
const oddCases = [0x17f, 0x212a] as const;
