/** What several rounds said of one quantity. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The value below which `share` of the sorted samples lie; NaN of none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (quantile(sorted, 0.5) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN)) / 2;
  return { median: middle, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** Round by round: what a machine does to one round it does to both values of it. */
export function pairwise(
  these: readonly number[],
  those: readonly number[],
  combine: (a: number, b: number) => number,
): Spread {
  return spread(these.map((value, round) => combine(value, those[round] ?? Number.NaN)));
}

export function ratio(a: number, b: number): number {
  return a / b;
}

export function difference(a: number, b: number): number {
  return a - b;
}
