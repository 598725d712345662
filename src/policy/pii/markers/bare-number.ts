import type { MatchPlace } from '../../guards/judge.ts';
import { lookBehind } from '../../guards/detector.ts';

/** A key and a colon, or a list: `"phones": [4155550137, `. */
const beginning = /(?:["']\s*:\s*|\[[\d\s,]*)$/u;

/**
 * What stands for a match, as a string of its own where it is a number without quotes in JSON or a program: a marker there is
 * no value. Only what is before it is looked at, which no later text changes.
 */
export function asValue(replacement: string, sample: string, place: MatchPlace): string {
  if (!/^[1-9]\d*$/u.test(sample)) return replacement;
  const before = place.text.slice(Math.max(0, place.start - lookBehind), place.start);
  return beginning.test(before) ? JSON.stringify(replacement) : replacement;
}
