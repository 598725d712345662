import type { Rule } from '../rules/compile.ts';
import { generalHarms, type Harms, harmsAtWork } from './harms.ts';

/** `strict` looks for every general harm; the others for more, of their line of work. */
export const modes = [
  'strict',
  'critical_infrastructure',
  'automotive',
  'education',
  'law_enforcement',
] as const;
type Mode = (typeof modes)[number];

export const categoryNames: readonly string[] = [...new Set(modes.flatMap(categoriesOf))];

export function categoriesOf(mode: Mode): readonly string[] {
  return rulesOf(mode).map(({ id }) => categoryOf(id));
}

export function categoryOf(rule: string): string {
  return rule.replace(/\..*/, '');
}

function rulesOf(mode: Mode): readonly Rule[] {
  const harms: Harms = { ...generalHarms, ...harmsAtWork[mode] };
  return Object.entries(harms).map(([id, patterns]) => ({ id, patterns }));
}

interface SafetyChoice {
  readonly mode: Mode;
  /** Categories to look for; none: all of the mode's. */
  readonly categories: readonly string[];
  /** Phrases that stand in for every built-in rule, where there are any. */
  readonly phrases: readonly string[];
}

export function chosenSafetyRules({ mode, categories, phrases }: SafetyChoice): readonly Rule[] {
  if (phrases.length > 0) return [{ id: 'block-if', patterns: [], phrases }];
  return rulesOf(mode).filter(({ id }) => categories.length === 0 || categories.includes(categoryOf(id)));
}
