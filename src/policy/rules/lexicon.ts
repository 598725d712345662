import { Numbered } from '../text/numbered.ts';
import { layOut, newNode, type Automaton, type Node } from './automaton.ts';
import type { Atom } from './pattern.ts';

/** Every word and mark the rules know, as one automaton: a word is read once, a character at a time. */
export interface Lexicon extends Automaton {
  /** Symbols of punctuation marks, by code point. */
  readonly marks: ReadonlyMap<number, number>;
  readonly asciiMarks: Uint16Array;
  /** By symbol, the ids of the atoms it satisfies. */
  readonly atomsOf: readonly (readonly number[])[];
}

/** Builds the automaton; an atom's id is its place in the list. The same atom may be listed more than once. */
export function buildLexicon(atoms: readonly Atom[]): Lexicon {
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
  return {
    ...layOut(root, symbolOf),
    marks: markSymbols,
    asciiMarks: Uint16Array.from({ length: 128 }, (_, code) => markSymbols.get(code) ?? 0),
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
