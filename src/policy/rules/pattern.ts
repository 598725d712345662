import { apostrophe } from '../text/ascii.ts';
import { classes, foldCodePoint } from '../text/fold.ts';

/** One token a step accepts: a whole word, every word with a beginning, or a punctuation mark. */
export interface Atom {
  readonly kind: 'word' | 'prefix' | 'mark';
  readonly codes: readonly number[];
}

/** How a step is reached from an earlier one: with at most `tokens` others between the two. */
export interface Link {
  /** Index of the earlier step. */
  readonly from: number;
  readonly tokens: number;
  /** Whether those other tokens may end a sentence. */
  readonly crosses: boolean;
}

/** One token of a match: any of the atoms. Steps are listed in order: links lead backwards only. */
export interface Step {
  readonly atoms: readonly Atom[];
  readonly links: readonly Link[];
  /** A match may begin here; a match ends here. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

interface Gap {
  readonly tokens: number;
  readonly crosses: boolean;
}

interface Element {
  readonly alternatives: readonly (readonly Atom[])[];
  readonly isOptional: boolean;
  readonly gap: Gap;
}

const widestGap = 64;
const lexemes = /\s+|~~?\d+|"[^"]+"|[()|?]|[^\s()|?"~]+/gy;
const noGap: Gap = { tokens: 0, crosses: false };

/**
 * Reads a rule: words, `prefix*`, `(one|or more words|another)`, `optional?`, `~3` (up to three other tokens within
 * the sentence), `~~3` (or beyond it), `"anything literally"`. A straight quote is written as a curly one.
 */
export function parsePattern(source: string): readonly Step[] {
  const steps = link(readElements(source));
  if (!steps.some((step) => step.isLast)) throw new Error(`rule "${source}" matches nothing`);
  return steps;
}

/** A phrase as the steps that match it: its tokens in a row, whatever stands between them in white space. */
export function literalSteps(phrase: string): readonly Step[] {
  return link([{ alternatives: [tokenise(phrase)], isOptional: false, gap: noGap }]);
}

function readElements(source: string): readonly Element[] {
  const rest = split(source);
  const elements: Element[] = [];
  let gap = noGap;
  for (let lexeme = rest.shift(); lexeme !== undefined; lexeme = rest.shift()) {
    if (lexeme.startsWith('~')) {
      gap = { tokens: Number(lexeme.replaceAll('~', '')), crosses: lexeme.startsWith('~~') };
      if (gap.tokens > widestGap) throw new Error(`rule "${source}": a gap of more than ${widestGap}`);
      continue;
    }
    const alternatives = lexeme === '(' ? readGroup(rest, source) : [readAtoms(lexeme)];
    const isOptional = rest[0] === '?';
    if (isOptional) rest.shift();
    elements.push({ alternatives, isOptional, gap });
    gap = noGap;
  }
  return elements;
}

function split(source: string): string[] {
  const parts = source.match(lexemes) ?? [];
  if (parts.join('') !== source) throw new Error(`rule "${source}" cannot be read`);
  return parts.filter((part) => part.trim() !== '');
}

function readGroup(rest: string[], source: string): readonly (readonly Atom[])[] {
  const alternatives: Atom[][] = [];
  let current: Atom[] = [];
  for (let lexeme = rest.shift(); lexeme !== ')'; lexeme = rest.shift()) {
    if (lexeme === undefined) throw new Error(`rule "${source}": a group is not closed`);
    if (lexeme !== '|') {
      current.push(...readAtoms(lexeme));
      continue;
    }
    alternatives.push(current);
    current = [];
  }
  return [...alternatives, current];
}

function readAtoms(lexeme: string): readonly Atom[] {
  if (lexeme.startsWith('"')) return tokenise(lexeme.slice(1, -1));
  if (!lexeme.endsWith('*')) return tokenise(lexeme);
  const tokens = tokenise(lexeme.slice(0, -1));
  return tokens.map((token, at) => (at === tokens.length - 1 ? { ...token, kind: 'prefix' } : token));
}

/** Splits a short trusted text (a rule, a configured phrase) into tokens, exactly as a scan splits judged text. */
export function tokenise(text: string): readonly Atom[] {
  const tokens: Atom[] = [];
  let word: number[] = [];
  const close = (): void => {
    if (word.length > 0) tokens.push({ kind: 'word', codes: word });
    word = [];
  };
  for (const character of text) {
    const { class: kind, folded } = foldCodePoint(character.codePointAt(0) ?? 0);
    if (kind === classes.ignorable) continue;
    if (kind === classes.letter) {
      word.push(...folded);
      continue;
    }
    if (folded[0] === apostrophe && word.length > 0) continue;
    close();
    if (kind !== classes.space) tokens.push({ kind: 'mark', codes: folded });
  }
  close();
  return tokens;
}

/** Where the next element may go on from: a step, or the beginning of the match (undefined). */
interface Origin {
  readonly step: number | undefined;
  readonly gap: Gap;
}

function link(elements: readonly Element[]): readonly Step[] {
  const steps: { atoms: readonly Atom[]; origins: readonly Origin[] }[] = [];
  let origins: readonly Origin[] = [{ step: undefined, gap: noGap }];
  for (const { alternatives, isOptional, gap } of elements) {
    const spaced = origins.map((origin) => ({ step: origin.step, gap: wider(origin.gap, gap) }));
    const single = alternatives.filter((atoms) => atoms.length === 1).flat();
    const longer = alternatives.filter((atoms) => atoms.length > 1);
    // Alternatives of one token share a step; each longer one is a row of its own.
    const rows = [
      ...(single.length > 0 ? [[single]] : []),
      ...longer.map((atoms) => atoms.map((atom) => [atom])),
    ];
    const ends = rows.map((row) => {
      let before = spaced;
      for (const atoms of row) before = [{ step: steps.push({ atoms, origins: before }) - 1, gap: noGap }];
      return before;
    });
    origins = [...ends.flat(), ...(isOptional ? spaced : [])];
  }
  const last = new Set(origins.map((origin) => origin.step));
  return steps.map(({ atoms, origins: from }, at) => ({
    atoms,
    links: from.flatMap(({ step, gap }) => (step === undefined ? [] : [{ from: step, ...gap }])),
    isFirst: from.some(({ step }) => step === undefined),
    isLast: last.has(at),
  }));
}

function wider(left: Gap, right: Gap): Gap {
  return { tokens: Math.max(left.tokens, right.tokens), crosses: left.crosses || right.crosses };
}
