import { States, unknown } from '../text/states.ts';
import { Alphabet, type CharacterClass, endOfText, asciiSize, lastOfPlane } from './alphabet.ts';
import { codePointAt, conditionsAt, placeAfter, placeBefore } from './place.ts';
import { type Instruction, ops, type Program } from './program.ts';
import { Steps } from './steps.ts';

/** What a character leads to from a state: flags, and above them the number of the next state. Never `unknown`. */
export type Edge = number;
/** A match ends before the character. */
export const accepts = 1;
/** No match that began before can go on. */
export const isIdle = 2;
export const edgeShift = 3;

/** There was too much to work out: the text is not read by this any further. */
export const tooMuch = -1;

/** Steps that may be visited to work out states: so many at once, and so many more for each character that was read. */
const mostWork = 200_000;
const workPerCharacter = 4;

const limits = { mostNumbers: 1_000_000, work: mostWork };

/**
 * Several programs run over a text as one automaton, with a match begun at every place: one look at a table for each
 * character, however many they are. It tells where some match ends, and where none is under way. States are worked out
 * when first met, and only so many of them.
 */
export class Sieve {
  readonly #alphabet: Alphabet;
  readonly #asciiIds: Uint8Array;
  readonly #walk: Steps;
  readonly #starts: readonly number[];
  readonly #hasConditions: boolean;
  readonly #states: States<readonly number[]>;
  #work: number;

  constructor(programs: readonly Program[], { mostNumbers, work } = limits) {
    const instructions = programs.flatMap((program, index) => moved(program, offsetOf(programs, index)));
    this.#starts = programs.map(({ start }, index) => start + offsetOf(programs, index));
    this.#alphabet = new Alphabet({ instructions });
    this.#asciiIds = this.#alphabet.asciiIds;
    this.#walk = new Steps(instructions);
    this.#hasConditions = instructions.some(({ op }) => op === ops.condition);
    this.#states = new States({ columns: this.#alphabet.asciiClasses, mostNumbers });
    this.#work = work;
  }

  /** One that reads any text to its end: never `tooMuch`. */
  static of(program: Program): Sieve {
    return new Sieve([program], { mostNumbers: 200_000, work: Number.POSITIVE_INFINITY });
  }

  /** The state at a place of a text before which no match has begun. */
  start(text: string, at: number): number {
    return this.#states.start(this.#hasConditions ? placeBefore(text, at) : 0, this.#starts);
  }

  /** What follows the state with this character, or `tooMuch`. */
  after(state: number, codePoint: number): Edge {
    if (codePoint < asciiSize) {
      const { table, shift } = this.#states;
      const edge = table[(state << shift) | (this.#asciiIds[codePoint] ?? 0)] ?? unknown;
      if (edge !== unknown) return edge;
    }
    return this.#follow(state, this.#alphabet.of(codePoint));
  }

  /** What follows the state with the end of the text, or `tooMuch`. */
  atEnd(state: number): Edge {
    return this.#follow(state, endOfText);
  }

  /** So many characters were read: there may be more to work out. */
  read(characters: number): void {
    this.#work = Math.min(mostWork, this.#work + workPerCharacter * characters);
  }

  /** Whether there is a match anywhere in a whole text, however long. Reads the text once. */
  occursIn(text: string): boolean {
    let state = this.start(text, 0);
    for (let index = 0; index < text.length;) {
      const code = codePointAt(text, index, text.length);
      const edge = this.after(state, code);
      if ((edge & accepts) !== 0) return true;
      state = edge >> edgeShift;
      index += code > lastOfPlane ? 2 : 1;
    }
    return (this.atEnd(state) & accepts) !== 0;
  }

  #follow(state: number, character: CharacterClass): Edge {
    const known = this.#states.edge(state, character.id);
    return known === unknown ? this.#edge(state, character) : known;
  }

  #edge(number: number, character: CharacterClass): Edge {
    const state = this.#states.at(number);
    if (state === undefined || this.#work <= 0) return tooMuch;
    const { work } = this.#walk;
    const next: number[] = [];
    const isEnd = this.#walk.followAll(state.numbers, conditionsAt(state.place, character), (at) => {
      if (character.taken[this.#alphabet.predicateOf[at] ?? -1] === true) this.#walk.reach(at, next);
    });
    this.#work -= this.#walk.work - work;
    const steps = [...new Set([...next, ...this.#starts])].toSorted((one, other) => one - other);
    const to = this.#states.numberOf(steps, this.#hasConditions ? placeAfter(character) : 0);
    const edge = (to << edgeShift) | (isEnd ? accepts : 0) | (next.length === 0 ? isIdle : 0);
    this.#states.keep(state, number, character.id, edge);
    return edge;
  }
}

function offsetOf(programs: readonly Program[], index: number): number {
  return programs.slice(0, index).reduce((sum, { instructions }) => sum + instructions.length, 0);
}

/** The same instructions, as they lead to one another behind those of other programs. */
function moved({ instructions }: Program, by: number): readonly Instruction[] {
  return instructions.map((instruction) => {
    const { op, out, arg, runes } = instruction;
    const isAlternative = op === ops.alternative || op === ops.alternativeMatch;
    return {
      op,
      out: out + by,
      arg: isAlternative ? arg + by : arg,
      runes,
      matchRune: (codePoint) => instruction.matchRune(codePoint),
    };
  });
}
