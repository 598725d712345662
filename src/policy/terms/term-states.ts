import { codesOf, isLetter } from './term-codes.ts';

/** A place in the tree of all terms. */
interface Node {
  readonly id: number;
  readonly children: Map<number, Node>;
  isEnd: boolean;
}

/** Where the text stands in the terms: at each of these nodes, with so many letters that differ. */
export interface State {
  readonly places: ReadonlyMap<Node, number>;
  /** The fewest letters by which a term that ends here differs; -1 where none ends. */
  readonly edits: number;
  readonly next: Map<number, State>;
}

/** Past so many places in all states these are forgotten and made again, so that no text can make them grow. */
const mostPlaces = 200_000;

/**
 * Terms as an automaton that allows for letters that differ (Levenshtein). White space and marks never differ: a misspelt
 * term has as many words as the term. States are made when first met.
 */
export class TermStates {
  readonly #edits: number;
  readonly #states = new Map<string, State>();
  readonly #root: Node;
  #places = 0;
  #start: State | undefined;

  constructor(terms: readonly string[], edits: number) {
    this.#edits = edits;
    this.#root = plant(terms);
  }

  get start(): State {
    this.#start ??= this.#state([[this.#root, 0]]);
    return this.#start;
  }

  /** The state after one more character. */
  after(state: State, code: number): State {
    const known = state.next.get(code);
    if (known !== undefined) return known;
    const mayDiffer = isLetter(code);
    const reached: [Node, number][] = [];
    for (const [node, edits] of state.places) {
      const child = node.children.get(code);
      if (child !== undefined) reached.push([child, edits]);
      if (!mayDiffer || edits === this.#edits) continue;
      reached.push([node, edits + 1]);
      for (const [other, next] of node.children) if (isLetter(other)) reached.push([next, edits + 1]);
    }
    const made = this.#state(reached);
    state.next.set(code, made);
    return made;
  }

  /** With the places that are reached by letters the text leaves out. */
  #state(reached: readonly (readonly [Node, number])[]): State {
    const places = new Map<Node, number>();
    const open = [...reached];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      const [node, edits] = one;
      if (edits >= (places.get(node) ?? Number.POSITIVE_INFINITY)) continue;
      places.set(node, edits);
      if (edits === this.#edits) continue;
      for (const [code, child] of node.children) if (isLetter(code)) open.push([child, edits + 1]);
    }
    const key = Array.from(places, ([node, edits]) => `${node.id}.${edits}`)
      .toSorted()
      .join(' ');
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    this.#places += places.size + 1;
    if (this.#places > mostPlaces) this.#forget();
    const ends = Array.from(places).flatMap(([node, edits]) => (node.isEnd ? [edits] : []));
    const state = { places, edits: ends.length === 0 ? -1 : Math.min(...ends), next: new Map() };
    this.#states.set(key, state);
    return state;
  }

  #forget(): void {
    for (const state of this.#states.values()) state.next.clear();
    this.#states.clear();
    this.#start = undefined;
    this.#places = 0;
  }
}

function plant(terms: readonly string[]): Node {
  let size = 0;
  const node = (): Node => ({ id: size++, children: new Map(), isEnd: false });
  const root = node();
  for (const term of terms) {
    let at = root;
    for (const code of codesOf(term)) {
      const child = at.children.get(code) ?? node();
      at.children.set(code, child);
      at = child;
    }
    at.isEnd = true;
  }
  return root;
}
