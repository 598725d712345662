import type { Rule } from '../rules/compile.ts';
import type { Category } from './category.ts';
import { generalCategories } from './general-categories.ts';
import { modeCategories } from './mode-categories.ts';

/** `strict` looks for every general harm; the others for one more each, of their line of work. */
export const modes = [
  'strict',
  'critical_infrastructure',
  'automotive',
  'education',
  'law_enforcement',
] as const;
type Mode = (typeof modes)[number];

export const categoryNames: readonly string[] = [...generalCategories, ...Object.values(modeCategories)].map(
  ({ name }) => name,
);

export function categoriesOf(mode: Mode): readonly Category[] {
  const own = modeCategories[mode];
  return own === undefined ? generalCategories : [...generalCategories, own];
}

interface SafetyChoice {
  readonly mode: Mode;
  /** Categories to look for; none: all of the mode's. */
  readonly categories: readonly string[];
  /** Phrases that stand in for every built-in rule, where there are any. */
  readonly phrases: readonly string[];
}

export function chosenRules({ mode, categories, phrases }: SafetyChoice): readonly Rule[] {
  if (phrases.length > 0) return [{ id: 'block-if', patterns: [], phrases }];
  return categoriesOf(mode)
    .filter(({ name }) => categories.length === 0 || categories.includes(name))
    .flatMap(({ rules }) => rules);
}
