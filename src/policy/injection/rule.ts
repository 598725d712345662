import type { Rule } from '../rules/compile.ts';

/** Rules by their ids. */
export type InjectionRules = Readonly<Record<string, Omit<InjectionRule, 'id'>>>;

/** A rule and what a match of it says: ten points are enough to reach the default threshold alone. */
export interface InjectionRule extends Rule {
  readonly points: number;
}
