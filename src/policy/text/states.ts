/** Where a text stands in what is looked for: the numbers that say so, and what is known of the place. */
export interface State<Numbers extends ArrayLike<number>> {
  readonly numbers: Numbers;
  readonly place: number;
}

/** In the table: what follows was not asked yet. */
export const unknown = 0;

const defaultSpareColumns = 16;
const leastStates = 8;

export interface StatesOptions<Numbers extends ArrayLike<number>> {
  readonly columns: number;
  /** For characters that come late, as those beyond ASCII do: they fall into few more columns than are known at first. */
  readonly spareColumns?: number;
  /** Past so many numbers in all states and their rows these are forgotten, but not before there are `leastStates`. */
  readonly mostNumbers: number;
  /** Makes the states that have numbers of their own: the first is 1. Called again whenever all were forgotten. */
  readonly begin?: (states: States<Numbers>) => void;
}

/**
 * States that are made when first met, by number, and what follows them in one table, which reads as fast as an array. Past
 * a size they are all forgotten and made again, so that no text can make them grow.
 */
export class States<Numbers extends ArrayLike<number>> {
  /** What follows stands at `number << shift | column`; the table is another one once there are more states. */
  readonly shift: number;
  table: Int32Array;
  readonly #options: StatesOptions<Numbers>;
  readonly #states: (State<Numbers> | undefined)[] = [];
  readonly #byHash = new Map<number, number[]>();
  /** By place, the state to begin with. */
  readonly #starts: number[] = [];
  #size = 0;

  constructor(options: StatesOptions<Numbers>) {
    this.shift = Math.ceil(Math.log2(options.columns + (options.spareColumns ?? defaultSpareColumns)));
    this.table = new Int32Array(leastStates << this.shift);
    this.#options = options;
    this.#forget();
  }

  at(number: number): State<Numbers> | undefined {
    return this.#states[number];
  }

  edge(number: number, column: number): number {
    return column >> this.shift === 0 ? (this.table[(number << this.shift) | column] ?? unknown) : unknown;
  }

  /** Remembers what follows `state`, unless that was forgotten meanwhile. Columns there is no room for are made each time. */
  keep(state: State<Numbers>, number: number, column: number, edge: number): void {
    if (column >> this.shift !== 0 || this.#states[number] !== state) return;
    this.table[(number << this.shift) | column] = edge;
  }

  /** The number of the state to begin with at such a place. */
  start(place: number, numbers: Numbers): number {
    const known = this.#starts[place];
    if (known !== undefined) return known;
    const made = this.numberOf(numbers, place);
    this.#starts[place] = made;
    return made;
  }

  numberOf(numbers: Numbers, place: number): number {
    const hash = hashOf(numbers, place);
    for (const number of this.#byHash.get(hash) ?? [])
      if (isSame(this.#states[number], numbers, place)) return number;
    this.#size += (1 << this.shift) + numbers.length;
    if (this.#size > this.#options.mostNumbers && this.#states.length >= leastStates) this.#forget();
    const number = this.#states.push({ numbers, place }) - 1;
    const alike = this.#byHash.get(hash);
    if (alike === undefined) this.#byHash.set(hash, [number]);
    else alike.push(number);
    this.#makeRoom((number + 1) << this.shift);
    return number;
  }

  #makeRoom(size: number): void {
    if (this.table.length >= size) return;
    const edges = new Int32Array(2 * this.table.length);
    edges.set(this.table);
    this.table = edges;
  }

  /** Number 0 stands for none, and nothing leads to it: so what follows is never `unknown`. */
  #forget(): void {
    this.#states.length = 0;
    this.#states.push(undefined);
    this.#byHash.clear();
    this.#starts.length = 0;
    this.table.fill(unknown);
    this.#size = 1 << this.shift;
    this.#options.begin?.(this);
  }
}

function hashOf(numbers: ArrayLike<number>, place: number): number {
  let hash = place;
  for (let index = 0; index < numbers.length; index += 1)
    hash = (Math.imul(hash, 31) + (numbers[index] ?? 0)) | 0;
  return hash;
}

function isSame(
  one: State<ArrayLike<number>> | undefined,
  numbers: ArrayLike<number>,
  place: number,
): boolean {
  if (one?.place !== place || one.numbers.length !== numbers.length) return false;
  for (let index = 0; index < numbers.length; index += 1)
    if (one.numbers[index] !== numbers[index]) return false;
  return true;
}
