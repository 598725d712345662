import { classes, Folding } from '../text/fold.ts';
import { States, unknown } from '../text/states.ts';
import { codesOf } from './term-codes.ts';
import { type TermCharacter, TermLayers } from './term-layers.ts';

/** Numbers of states: from `dead` no term is reached, and `root` stands before the first character. */
export const dead = 1;
export const root = 2;

/** Columns of a row: signs and letters that stand in no term; those of the terms' codes follow. */
const anySign = 0;
const anyLetter = 1;
/** Terms of more codes than this have what follows the others worked out each time. */
const mostColumns = 128;

const mostNumbers = 1_000_000;

/**
 * Terms as an automaton. A state is where the text stands in all terms at once. A character costs one look at what follows
 * a state.
 */
export class TermStates {
  readonly #layers: TermLayers;
  readonly #folding = new Folding();
  readonly #columns = new Map<number, number>();
  readonly #characters: TermCharacter[] = [
    { code: -1, isLetter: false },
    { code: -1, isLetter: true },
  ];
  readonly #states: States<Int32Array>;
  /** By state: the fewest letters by which a term that ends there differs; -1 where none ends. */
  readonly #edits: number[] = [];

  constructor(terms: readonly string[], edits: number, numbers = mostNumbers) {
    this.#layers = new TermLayers(terms, edits, (code) => this.#isLetter(code));
    for (const code of terms.flatMap(codesOf)) {
      if (this.#columns.has(code)) continue;
      this.#columns.set(code, this.#characters.push({ code, isLetter: this.#isLetter(code) }) - 1);
    }
    this.#states = new States({
      columns: Math.min(this.#characters.length, mostColumns),
      spareColumns: 0,
      mostNumbers: numbers,
      begin: (states) => this.#begin(states),
    });
  }

  /** Where a character stands in a row: one for each code of the terms, one for all other letters, one for all other signs. */
  columnOf(code: number): number {
    return this.#columns.get(code) ?? (this.#isLetter(code) ? anyLetter : anySign);
  }

  /** The state after one more character. */
  after(state: number, column: number): number {
    const { table, shift } = this.#states;
    const known = column >> shift === 0 ? (table[(state << shift) | column] ?? unknown) : unknown;
    return known === unknown ? this.#make(state, column) : known;
  }

  /** The fewest letters by which a term that ends at the state differs; -1 where none ends. */
  editsAt(state: number): number {
    return this.#edits[state] ?? -1;
  }

  #isLetter(code: number): boolean {
    return this.#folding.of(code).class === classes.letter;
  }

  #make(number: number, column: number): number {
    const state = this.#states.at(number);
    const character = this.#characters[column];
    if (number === dead || state === undefined || character === undefined) return dead;
    const layers = this.#layers.after({ position: state.place, bits: state.numbers }, character);
    const made = layers.bits.some((word) => word !== 0)
      ? this.#states.numberOf(layers.bits, layers.position)
      : dead;
    this.#edits[made] ??= this.#layers.editsAtEnd(layers);
    this.#states.keep(state, number, column, made);
    return made;
  }

  #begin(states: States<Int32Array>): void {
    states.numberOf(new Int32Array(), 0);
    const first = this.#layers.begin();
    states.numberOf(first.bits, first.position);
    this.#edits.length = 0;
    this.#edits.push(-1, -1, this.#layers.editsAtEnd(first));
  }
}
