import type { Config } from '../config/config.ts';
import { formatSetting } from '../config/path.ts';
import { policyKinds } from '../policy/kinds.ts';

const paragraphs = [
  'The night train left Kraków at 22:14, eleven minutes late, with two sleeping cars and a kitchen that had run out of',
  'tea. In compartment 7 a retired surveyor was explaining to nobody in particular why maps are always wrong: "Every',
  'line is a decision," he said, "and decisions age." Outside, the rain had stopped; puddles held the yellow of the lamps.',
  '',
  'Invoice 2026-0417 lists 12 items at EUR 48.50 each, less 3 % for payment within ten days (total: 564.54). Questions go',
  'to billing@example.com or to the desk on the ground floor, Monday to Friday, 9:00-17:30. Reference: KX-20417/B.',
  '',
  'To restart the worker, run `systemctl restart ingest@3.service` and watch /var/log/ingest/current until it says',
  '"ready, 0 in queue"; a stack such as `at Object.<anonymous> (queue.js:118:9)` means that the volume is full. Set',
  'MAX_BATCH=250 and retry_after: 30s, see https://docs.example.com/ingest?version=4.2#limits for what else there is.',
  '',
  'Naïve readers skip the preface; patient ones find there what the other four hundred pages take for granted. She had',
  'underlined a sentence twice: nothing that is worth measuring stays the same while it is measured. Über den Rand hatte',
  'jemand ein Fragezeichen gesetzt. The library wanted it back by 3 March, and it was already the ninth.',
  '',
];
const size = 16_384;

/** A sample of what people and models write: words, numbers, an address, code, a few letters beyond ASCII. */
const prose = `${paragraphs.join('\n')}\n`.repeat(size / 1024).slice(0, size);

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
