import { Numbered } from '../text/numbered.ts';
import { buildLexicon, type Lexicon, mixed, rootState } from './automaton.ts';
import { literalSteps, parsePattern, type Atom, type Link, type Step } from './pattern.ts';

/** One rule: an id for the record and the patterns any of which matches it. */
export interface Rule {
  readonly id: string;
  readonly patterns: readonly string[];
  /** Phrases taken literally, without pattern syntax. */
  readonly phrases?: readonly string[];
}

/** Immutable: any number of scans may share it. */
export type RuleSet = Readonly<ReturnType<typeof compileRules>>;

export const linkSize = 3;
export const followerSize = 2;

/** All rules compiled into one automaton. */
export function compileRules(rules: readonly Rule[]) {
  const places = placeAll(rules);
  const atoms = new Numbered<Atom>();
  const placesOfAtoms: number[][] = [];
  places.forEach((step, place) => {
    for (const atom of step.atoms)
      (placesOfAtoms[atoms.of(atom, `${atom.kind} ${atom.codes.join(' ')}`)] ??= []).push(place);
  });
  const lexicon = buildLexicon(atoms.all);
  const isFirst = (place: number): boolean => places[place]?.isFirst === true;
  const satisfied = lexicon.atomsOf.map((ids) => placesOf(ids, placesOfAtoms));
  const lists = satisfied.map((all) => [...all.filter((place) => !isFirst(place)), ...all.filter(isFirst)]);
  const starts = runningTotals(lists);
  const firsts = lists.map((list, symbol) => (starts[symbol + 1] ?? 0) - list.filter(isFirst).length);
  const links = places.map(({ links: all }) =>
    all.flatMap((link) => [link.from, link.tokens, Number(link.crosses)]),
  );
  const followers = followersOf(places);
  return {
    ids: rules.map((rule) => rule.id),
    lexicon,
    /** Where the places of symbol `s` begin in `places`; it has one more entry than there are symbols. */
    placesFrom: Uint32Array.from(starts),
    /** Places a symbol satisfies: those that go on with a match, the last first, and from `firstsFrom` on those that begin one. */
    places: Uint16Array.from(lists.flat()),
    firstsFrom: Uint32Array.from(firsts),
    /** By place (a step of one pattern): its rule, and whether a match ends there. */
    ruleOf: Uint16Array.from(places, ({ rule }) => rule),
    isLast: Uint8Array.from(places, ({ isLast }) => Number(isLast)),
    /** Where the links of place `p` begin in `links`, which holds `linkSize` numbers each: from, tokens, crosses. */
    linksFrom: Uint32Array.from(runningTotals(links)),
    links: Uint16Array.from(links.flat()),
    /** The links the other way round, `followerSize` numbers each: to, and how many tokens later at most. */
    followersFrom: Uint32Array.from(runningTotals(followers)),
    followers: Uint16Array.from(followers.flat()),
    /** By place: how many tokens later something can still follow it, within the sentence and beyond it; 0: nothing. */
    reachWithin: reach(places, (link) => !link.crosses),
    reachBeyond: reach(places, (link) => link.crosses),
    /** By state: 1 where a word read so far may still be, or be the beginning of, a rule's first token. */
    mayStart: startStates(
      lexicon,
      lists.map((list) => list.some(isFirst)),
    ),
  };
}

/** A step of one pattern; its links are by place. */
interface Place extends Step {
  readonly rule: number;
}

function placeAll(rules: readonly Rule[]): readonly Place[] {
  const places: Place[] = [];
  for (const [rule, { patterns, phrases = [] }] of rules.entries()) {
    for (const steps of [...patterns.map(parsePattern), ...phrases.map(literalSteps)]) {
      const first = places.length;
      for (const step of steps)
        places.push({
          ...step,
          rule,
          links: step.links.map((link) => ({ ...link, from: link.from + first })),
        });
    }
  }
  if (places.length > 0xffff) throw new Error('the rules have too many steps');
  return places;
}

function followersOf(places: readonly Place[]): readonly (readonly number[])[] {
  const followers = places.map((): number[] => []);
  places.forEach(({ links }, to) => links.forEach((link) => followers[link.from]?.push(to, link.tokens + 1)));
  return followers;
}

function reach(places: readonly Place[], counts: (link: Link) => boolean): Uint16Array {
  const furthest = new Uint16Array(places.length);
  for (const link of places.flatMap(({ links }) => links))
    if (counts(link)) furthest[link.from] = Math.max(furthest[link.from] ?? 0, link.tokens + 1);
  return furthest;
}

function placesOf(ids: readonly number[], placesOfAtoms: readonly (readonly number[])[]): readonly number[] {
  const places = new Set(ids.flatMap((id) => placesOfAtoms[id] ?? []));
  return Array.from(places).toSorted((left, right) => right - left);
}

function runningTotals(lists: readonly (readonly number[])[]): readonly number[] {
  const totals = [0];
  let total = 0;
  for (const list of lists) totals.push((total += list.length));
  return totals;
}

/** Walks the vocabulary backwards: a state comes after the one it is reached from. */
function startStates(lexicon: Lexicon, startsRule: readonly boolean[]): Uint8Array {
  const { leave, symbols, parents } = lexicon;
  const may = Uint8Array.from(symbols, (symbol) => Number(startsRule[symbol & ~mixed] === true));
  for (let state = may.length - 1; state > rootState; state -= 1) {
    if (may[leave[state] ?? 0] === 1) may[state] = 1;
    const parent = parents[state] ?? rootState;
    if (may[state] === 1 && parent !== rootState) may[parent] = 1;
  }
  may[rootState] = 1;
  return may;
}
