import { apostrophe, asciiKind } from '../text/ascii.ts';
import { Numbered } from '../text/numbered.ts';
import type { Atom } from './pattern.ts';

/** Every word and mark the rules know, as one automaton: a word is read once, a character at a time. */
export type Lexicon = Readonly<ReturnType<typeof buildLexicon>>;

export const asciiShift = 7;
/** No word is being read: only white space and marks lead here. */
export const rootState = 0;
/** Reads on and never becomes a word any rule knows. */
export const deadState = 1;
/** Not states: what `next` gives for characters outside words. */
export const wordBreaks = { from: 0xfffd, space: 0xfffd, mark: 0xfffe, stop: 0xffff } as const;
/** In `symbols`, beside the symbol: the word mixes letters and digits and left the vocabulary. */
export const mixed = 0x8000;
const sinkStates = 3;

export function edgeKey(state: number, codePoint: number): number {
  return state * 0x110000 + codePoint;
}

/** Builds the automaton; an atom's id is its place in the list. The same atom may be listed more than once. */
export function buildLexicon(atoms: readonly Atom[]) {
  const root = newNode();
  // Every distinct set of atoms is the symbol of all words that satisfy just these.
  const sets = new Numbered<readonly number[]>();
  const symbolOf = (ids: readonly number[]): number => sets.of(ids, ids.join(','));
  symbolOf([]);
  const marks = new Map<number, number[]>();
  atoms.forEach((atom, id) => {
    if (atom.kind === 'mark') marks.set(atom.codes[0] ?? 0, [...(marks.get(atom.codes[0] ?? 0) ?? []), id]);
    else plant(root, atom, id);
  });
  const markSymbols = new Map(Array.from(marks, ([code, ids]) => [code, symbolOf(ids)] as const));
  const { next, edges, leave, symbols, parents } = layOut(root, symbolOf);
  return {
    next,
    edges,
    leave,
    symbols,
    parents,
    /** Symbols of punctuation marks, by code point. */
    marks: markSymbols,
    asciiMarks: Uint16Array.from({ length: 128 }, (_, code) => markSymbols.get(code) ?? 0),
    /** By symbol, the ids of the atoms it satisfies. */
    atomsOf: sets.all,
  };
}

function plant(root: Node, atom: Atom, id: number): void {
  let node = root;
  for (const code of atom.codes) {
    const child = node.children.get(code) ?? newNode();
    node.children.set(code, child);
    node = child;
  }
  (atom.kind === 'prefix' ? node.prefix : node.exact).push(id);
}

/** A letter on the way into some words of the vocabulary, with the atoms satisfied here or from here on. */
interface Node {
  readonly children: Map<number, Node>;
  readonly exact: number[];
  readonly prefix: number[];
}

function newNode(): Node {
  return { children: new Map(), exact: [], prefix: [] };
}

interface Placed {
  readonly node: Node;
  /** Atoms already satisfied by what was read, whatever follows. */
  readonly held: readonly number[];
}

/**
 * Where a word goes when it leaves the vocabulary with this symbol. A digit between letters makes it mixed; `1st`,
 * `10kg` and `utf8` are no disguise.
 */
interface Sink {
  readonly symbol: number;
  readonly letters: number;
  readonly lettersThenDigits: number;
  readonly mixed: number;
}

/** Numbers the states: root, sinks, then the vocabulary breadth first, so that what every word passes lies together. */
function layOut(root: Node, symbolOf: (atoms: readonly number[]) => number): Automaton {
  const placed = placeAll(root);
  const sinks = new Map<number, Sink>();
  for (const { held } of placed) addSink(sinks, symbolOf(held));
  const vocabulary = rootState + 1 + sinks.size * sinkStates;
  const states = vocabulary + placed.length - 1;
  if (states >= mixed) throw new Error('the rules hold too many words');
  const numbers = new Map(
    placed.map(({ node }, at) => [node, at === 0 ? rootState : vocabulary + at - 1] as const),
  );
  const table = new Automaton(states);
  for (const sink of sinks.values()) table.addSink(sink);
  for (const { node, held } of placed) {
    const state = numbers.get(node) ?? rootState;
    const sink = sinks.get(symbolOf(held));
    if (sink !== undefined) table.addState(state, sink, node === root);
    table.symbols[state] = symbolOf([...held, ...node.exact]);
    for (const [code, child] of node.children) {
      const to = numbers.get(child) ?? deadState;
      table.addEdge(state, code, to);
      table.parents[to] = state;
    }
  }
  return table;
}

function placeAll(root: Node): readonly Placed[] {
  const placed: Placed[] = [{ node: root, held: [] }];
  for (const { node, held } of placed)
    for (const child of node.children.values())
      placed.push({ node: child, held: [...held, ...child.prefix] });
  return placed;
}

function addSink(sinks: Map<number, Sink>, symbol: number): void {
  if (sinks.has(symbol)) return;
  const letters = deadState + sinks.size * sinkStates;
  sinks.set(symbol, { symbol, letters, lettersThenDigits: letters + 1, mixed: letters + 2 });
}

/** States for reading words. The state a word ends in says which symbol it is; no state is left on two paths. */
class Automaton {
  /**
   * Next state by `state << asciiShift | code`, for ASCII. At least `breaks`: the character ends any word.
   * An ignorable character leads back to the state itself, and so does an apostrophe within a word.
   */
  readonly next: Uint16Array;
  /** Edges for letters beyond ASCII, by `edgeKey`. Where there is none, `leave` says which state follows. */
  readonly edges = new Map<number, number>();
  readonly leave: Uint16Array;
  /** By state: the symbol of a word that ends there (0: no rule knows it), with `mixed` set where it has a digit between letters. */
  readonly symbols: Uint16Array;
  /** By state: the one it is reached from, for the states of the vocabulary. It has the lower number. */
  readonly parents: Uint16Array;
  readonly #blanks = new Map<number, Uint16Array>();

  constructor(states: number) {
    this.next = new Uint16Array(states << asciiShift);
    this.leave = new Uint16Array(states);
    this.symbols = new Uint16Array(states);
    this.parents = new Uint16Array(states);
  }

  addSink(sink: Sink): void {
    this.#row(sink.letters, sink.letters, sink.lettersThenDigits);
    this.#row(sink.lettersThenDigits, sink.mixed, sink.lettersThenDigits);
    this.#row(sink.mixed, sink.mixed, sink.mixed);
    this.symbols[sink.letters] = sink.symbol;
    this.symbols[sink.lettersThenDigits] = sink.symbol;
    this.symbols[sink.mixed] = sink.symbol | mixed;
  }

  /** Digits at the beginning of a word, which only the root sees, count as letters. */
  addState(state: number, sink: Sink, isRoot: boolean): void {
    this.#row(state, sink.letters, isRoot ? sink.letters : sink.lettersThenDigits);
  }

  addEdge(state: number, code: number, to: number): void {
    if (code >= 128) {
      this.edges.set(edgeKey(state, code), to);
      return;
    }
    this.next[(state << asciiShift) | code] = to;
    const upper = String.fromCharCode(code).toUpperCase().charCodeAt(0);
    this.next[(state << asciiShift) | upper] = to;
  }

  /** Most states differ from one another only in their edges: their rows are copied, not filled. */
  #blank(onLetter: number, onDigit: number): Uint16Array {
    const key = (onLetter << 16) | onDigit;
    let blank = this.#blanks.get(key);
    if (blank === undefined) {
      blank = outside.slice();
      for (const code of codesOf.letter) blank[code] = onLetter;
      for (const code of codesOf.digit) blank[code] = onDigit;
      this.#blanks.set(key, blank);
    }
    return blank;
  }

  /** What follows `state` where the vocabulary has no edge. */
  #row(state: number, onLetter: number, onDigit: number): void {
    const row = state << asciiShift;
    this.leave[state] = onLetter;
    this.next.set(this.#blank(onLetter, onDigit), row);
    for (const code of codesOf.ignorable) this.next[row | code] = state;
    if (state !== rootState) this.next[row | apostrophe] = state;
  }
}

const asciiCodes = Array.from({ length: 1 << asciiShift }, (_, code) => code);
const codesOf = { letter: [], digit: [], ignorable: [], ...Object.groupBy(asciiCodes, asciiKind) };
/** A row of the table with nothing but what ends a word. */
const outside = Uint16Array.from(asciiCodes, (code) => {
  const kind = asciiKind(code);
  return kind === 'space' || kind === 'mark' || kind === 'stop' ? wordBreaks[kind] : 0;
});
