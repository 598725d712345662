import { classes, Folding } from '../text/fold.ts';
import { codesOf } from './term-codes.ts';
import { type Layers, type TermCharacter, TermLayers } from './term-layers.ts';

/** Numbers of states: from `dead` no term is reached, and `root` stands before the first character. */
export const dead = 1;
export const root = 2;
/** In a row: what follows was not asked yet. */
const unknown = 0;

/** Columns of a row: signs and letters that stand in no term; those of the terms' codes follow. */
const anySign = 0;
const anyLetter = 1;
const mostColumns = 128;

/** Past so many numbers in all states these are forgotten and made again, so that no text can make them grow. */
const mostNumbers = 1_000_000;
const leastStates = 8;

/**
 * Terms as an automaton. A state is where the text stands in all terms at once; it is made when first met. A character then
 * costs one look at the row of a state.
 */
export class TermStates {
  readonly #layers: TermLayers;
  readonly #folding = new Folding();
  readonly #columns = new Map<number, number>();
  readonly #characters: TermCharacter[] = [
    { code: -1, isLetter: false },
    { code: -1, isLetter: true },
  ];
  readonly #shift: number;
  readonly #mostStates: number;
  /** By state and column, what follows. */
  #rows: Int32Array;
  readonly #states: (Layers | undefined)[] = [];
  /** By state: the fewest letters by which a term that ends there differs; -1 where none ends. */
  readonly #edits: number[] = [];
  readonly #byHash = new Map<number, number[]>();

  constructor(terms: readonly string[], edits: number, numbers = mostNumbers) {
    this.#layers = new TermLayers(terms, edits, (code) => this.#isLetter(code));
    for (const code of terms.flatMap(codesOf)) {
      if (this.#columns.has(code)) continue;
      this.#columns.set(code, this.#characters.push({ code, isLetter: this.#isLetter(code) }) - 1);
    }
    this.#shift = Math.ceil(Math.log2(Math.min(this.#characters.length, mostColumns)));
    const perState = (1 << this.#shift) + this.#layers.begin().bits.length;
    this.#mostStates = Math.max(leastStates, Math.trunc(numbers / perState));
    this.#rows = new Int32Array(leastStates << this.#shift);
    this.#begin();
  }

  /** Where a character stands in a row: one for each code of the terms, one for all other letters, one for all other signs. */
  columnOf(code: number): number {
    return this.#columns.get(code) ?? (this.#isLetter(code) ? anyLetter : anySign);
  }

  /** The state after one more character. */
  after(state: number, column: number): number {
    const known = column < mostColumns ? (this.#rows[(state << this.#shift) | column] ?? unknown) : unknown;
    return known === unknown ? this.#make(state, column) : known;
  }

  /** The fewest letters by which a term that ends at the state differs; -1 where none ends. */
  editsAt(state: number): number {
    return this.#edits[state] ?? -1;
  }

  #isLetter(code: number): boolean {
    return this.#folding.of(code).class === classes.letter;
  }

  /** Terms of more codes than there are columns have the others worked out each time. */
  #make(state: number, column: number): number {
    const from = this.#states[state];
    const character = this.#characters[column];
    if (from === undefined || character === undefined) return dead;
    const made = this.#number(this.#layers.after(from, character));
    // Forgotten meanwhile, where the state is another one now.
    if (column < mostColumns && this.#states[state] === from) {
      this.#rows[(state << this.#shift) | column] = made;
    }
    return made;
  }

  #number(layers: Layers): number {
    const hash = hashOf(layers);
    if (hash === 0) return dead;
    const same = this.#byHash.get(hash);
    for (const state of same ?? []) if (isSame(this.#states[state], layers)) return state;
    if (this.#states.length === this.#mostStates) this.#begin();
    const state = this.#add(layers);
    const others = this.#byHash.get(hash);
    if (others === undefined) this.#byHash.set(hash, [state]);
    else others.push(state);
    return state;
  }

  #add(layers: Layers): number {
    const state = this.#states.push(layers) - 1;
    this.#edits.push(this.#layers.editsAtEnd(layers));
    if (this.#rows.length < (state + 1) << this.#shift) {
      const rows = new Int32Array(2 * this.#rows.length);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    return state;
  }

  #begin(): void {
    this.#states.length = 0;
    this.#edits.length = 0;
    this.#byHash.clear();
    this.#rows.fill(unknown);
    this.#states.push(undefined, undefined);
    this.#edits.push(-1, -1);
    this.#add(this.#layers.begin());
  }
}

/** 0 only where no term is left. */
function hashOf({ position, bits }: Layers): number {
  let some = 0;
  let hash = position;
  for (let index = 0; index < bits.length; index += 1) {
    const word = bits[index] ?? 0;
    some |= word;
    hash = (Math.imul(hash, 31) + word) | 0;
  }
  return some === 0 ? 0 : hash | 1;
}

function isSame(one: Layers | undefined, other: Layers): boolean {
  if (one?.position !== other.position) return false;
  for (let index = 0; index < other.bits.length; index += 1) {
    if (one.bits[index] !== other.bits[index]) return false;
  }
  return true;
}
