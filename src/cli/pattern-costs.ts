import type { Config } from '../config/config.ts';
import { formatSetting } from '../config/path.ts';
import { policyKinds } from '../policy/kinds.ts';
import { prose } from './prose.ts';

/** What a user pattern costs. */
export interface PatternCost {
  /** Where it stands: `policy.dlp-filter.detect_patterns[0]`. */
  readonly path: string;
  readonly usPerKb: number;
}

/** A first run compiles what it runs, and the machine has other work: the fastest of so many is what the pattern itself takes. */
const runs = 40;

/** Runs each pattern of the chain by itself over a sample of prose. `now`: milliseconds. */
export function patternCosts(
  { chain, limits: { holdBackChars: holdBackLimit } }: Config,
  now: () => number,
): readonly PatternCost[] {
  return chain.flatMap((entry) => {
    const kind = policyKinds.find((one) => one.kind === entry.kind);
    const patterns = kind?.userPatterns?.(entry.settings, { holdBackLimit }) ?? [];
    return patterns.map(({ path, run }) => ({
      path: formatSetting(['policy', entry.kind, ...path]),
      usPerKb: Math.round(fastest(() => run(prose), now) * 10) / 10,
    }));
  });
}

/** Microseconds for each KB (1024 characters) of the sample. */
function fastest(run: () => unknown, now: () => number): number {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let left = runs; left > 0; left -= 1) {
    const startedAt = now();
    run();
    leastMs = Math.min(leastMs, now() - startedAt);
  }
  return (leastMs * 1000) / (prose.length / 1024);
}

/** A table for people; '' where there are no patterns. */
export function costsText(costs: readonly PatternCost[]): string {
  if (costs.length === 0) return '';
  const lines = costs.map(({ path, usPerKb }) => `  ${path}: ${usPerKb} us\n`);
  return `patterns (time for 1 KB of prose on this machine, each by itself):\n${lines.join('')}`;
}
