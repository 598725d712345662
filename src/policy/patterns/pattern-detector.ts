import type { Detector } from '../guards/detector.ts';
import { Machine } from './machine.ts';
import { patternKind, PatternSearch } from './pattern-search.ts';
import type { Program } from './program.ts';

/** A checked pattern and what its matches are called. */
export interface NamedPattern {
  readonly entity: string;
  readonly program: Program;
  /** Most code units of a match. */
  readonly longest: number;
}

/** One detector a pattern. They share a search, so that text is searched once however many there are. */
export function patternDetectors(patterns: readonly NamedPattern[]): readonly Detector[] {
  if (patterns.length === 0) return [];
  const machines = patterns.map(({ program, longest }) => new Machine(program, longest));
  const search = new PatternSearch(
    patterns.map(({ program }) => program),
    machines,
  );
  return machines.map((machine, index) => ({
    entity: patterns[index]?.entity ?? '',
    search,
    kind: patternKind(index),
    tryAt: (view, at) => machine.matchAt(view, at),
  }));
}
