import type { Spread } from './statistics.ts';

/** One line of the table. */
export interface Figure {
  readonly id: string;
  readonly what: string;
  readonly unit: 'x' | 'us' | 'ms' | 'MB' | 'KB' | '%' | 'failures';
  readonly spread: Spread;
  /** What it may be at most; undefined where the figure is there for comparison only. */
  readonly bar: number | undefined;
  /** What it should be at most. */
  readonly stretch: number | undefined;
}

/** The medians of a row once more, a line for each thing compared: for whoever wants them at a glance. */
export interface Digest {
  readonly columns: readonly Pick<Figure, 'what' | 'unit'>[];
  readonly lines: readonly { readonly label: string; readonly medians: readonly number[] }[];
}

/** What measuring one row gave. */
export interface RowResult {
  readonly digest?: Digest;
  readonly figures: readonly Figure[];
  /** What was not measured, or must be known to read the figures. */
  readonly notes: readonly string[];
}

export type Verdict = 'stretch met' | 'bar met' | 'bar MISSED' | 'for comparison';

/** NaN meets nothing. */
export function verdict({ spread: { median }, bar, stretch }: Figure): Verdict {
  if (bar === undefined) return 'for comparison';
  if (stretch !== undefined && median <= stretch) return 'stretch met';
  return median <= bar ? 'bar met' : 'bar MISSED';
}

export function compared(id: string, what: string, unit: Figure['unit'], spread: Spread): Figure {
  return { id, what, unit, spread, bar: undefined, stretch: undefined };
}

export function isFinite({ spread: { median, min, max } }: Figure): boolean {
  return [median, min, max].every(Number.isFinite);
}
