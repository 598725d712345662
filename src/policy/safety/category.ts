import type { Rule } from '../rules/compile.ts';

/** One kind of harm and the phrases that hardly mean anything else. */
export interface Category {
  readonly name: string;
  readonly rules: readonly Rule[];
}
