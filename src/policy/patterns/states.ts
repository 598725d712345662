import { places } from './place.ts';

/** Where a text stands in a program: the steps to go on with, and what is known of the place before them. */
export interface State {
  readonly steps: readonly number[];
  readonly place: number;
}

/** What a character leads to from a state: flags, and above them the number of the next state. Never `unknown`. */
export type Edge = number;
export const unknown = 0;
/** A match ends before the character. */
export const accepts = 1;
/** No match that began before can go on. */
export const isIdle = 2;
/** A match ends behind the character, and none that goes on is preferred to it. */
export const isSettled = 4;
export const edgeShift = 3;

/** Characters beyond ASCII fall into few more classes than those have. */
const spareColumns = 16;
const firstStates = 4;

/**
 * States by number and their edges in one table, which reads as fast as an array. Past a size they are all forgotten and
 * made again, so that no text can make them grow.
 */
export class States {
  /** An edge stands at `number << shift | column`; the table is another one once there are more states. */
  readonly shift: number;
  table: Int32Array;
  readonly #mostNumbers: number;
  readonly #states: State[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #starts = new Int32Array(places);
  #size = 0;

  constructor({ columns, mostNumbers }: { readonly columns: number; readonly mostNumbers: number }) {
    this.shift = Math.ceil(Math.log2(columns + spareColumns));
    this.#mostNumbers = mostNumbers;
    this.table = new Int32Array(firstStates << this.shift);
    this.#forget();
  }

  at(number: number): State | undefined {
    return this.#states[number];
  }

  edge(number: number, column: number): Edge {
    return column >> this.shift === 0 ? (this.table[(number << this.shift) | column] ?? unknown) : unknown;
  }

  /** Remembers what follows `state`, unless that was forgotten meanwhile. Columns there is no room for are made each time. */
  keep(state: State, number: number, column: number, edge: Edge): void {
    if (column >> this.shift !== 0 || this.#states[number] !== state) return;
    this.table[(number << this.shift) | column] = edge;
  }

  /** The number of the state to begin with at such a place. */
  start(place: number, steps: readonly number[]): number {
    const known = this.#starts[place] ?? 0;
    if (known !== 0) return known;
    const made = this.numberOf(steps, place);
    this.#starts[place] = made;
    return made;
  }

  numberOf(steps: readonly number[], place: number): number {
    const key = `${place}:${steps.join(',')}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#size += (1 << this.shift) + steps.length;
    if (this.#size > this.#mostNumbers) this.#forget();
    const number = this.#states.push({ steps, place }) - 1;
    this.#numbers.set(key, number);
    this.#makeRoom((number + 1) << this.shift);
    return number;
  }

  #makeRoom(size: number): void {
    if (this.table.length >= size) return;
    const edges = new Int32Array(2 * this.table.length);
    edges.set(this.table);
    this.table = edges;
  }

  /** No edge leads to number 0, so that none is `unknown`. */
  #forget(): void {
    this.#states.length = 0;
    this.#states.push({ steps: [], place: 0 });
    this.#numbers.clear();
    this.#starts.fill(0);
    this.table.fill(unknown);
    this.#size = 1 << this.shift;
  }
}
