import { z } from 'zod';
import type { Detector } from '../guards/detector.ts';
import type { SettingsProblem } from '../policy.ts';
import { literalList } from '../text/literal-list.ts';
import { codesOf, lettersOf } from './term-codes.ts';
import { termDetector } from './term-detector.ts';

/** With distance 1. What a text costs grows with about the cube of the distance, so a list must be that much shorter. */
const mostFuzzyCharacters = 4000;
const mostEdits = 8;
/** A misspelt term with more than a third of other letters is another word. */
const lettersPerEdit = 3;
/** White space and characters that draw nothing, which a match may hold beyond its letters. */
const slack = 64;
const lookAhead = 2;

/** A list of terms, of which each is whole words. */
export const termList = literalList(1000, { what: 'a term', hasAny: (term) => codesOf(term).length > 0 });

/** The settings for misspelt terms. */
export const fuzziness = {
  fuzzy_matching: z
    .boolean()
    .default(false)
    .describe('Also finds terms that are misspelt: in letters and digits only, word for word.'),
  max_distance: z
    .int()
    .min(0)
    .max(mostEdits)
    .default(1)
    .describe(
      'How many letters of a misspelt term may be extra, missing or wrong. At most a third of the letters of each term. Only with `fuzzy_matching`.',
    ),
} as const;

type Fuzziness = { readonly [Key in keyof typeof fuzziness]: z.output<(typeof fuzziness)[Key]> };

/** Refuses what would match words that have little to do with a term. */
export function checkFuzziness(
  terms: readonly string[],
  { fuzzy_matching: isFuzzy, max_distance: edits }: Fuzziness,
  { at, context }: { readonly at: string; readonly context: z.RefinementCtx },
): void {
  if (!isFuzzy) return;
  const most = Math.trunc(mostFuzzyCharacters / Math.max(1, edits) ** 3);
  if (terms.length > 1 && terms.join('').length > most) {
    const message = `more than ${most} characters in all, the most for several terms with max_distance ${edits}`;
    context.addIssue({ code: 'custom', path: [at], message });
  }
  for (const [index, term] of terms.entries()) {
    if (edits * lettersPerEdit <= lettersOf(term)) continue;
    const message = `too short for max_distance ${edits}, which may be a third of its letters at most`;
    context.addIssue({ code: 'custom', path: [at, index], message });
  }
}

/** Terms longer than what a stream may withhold. */
export function termProblems(
  terms: readonly string[],
  holdBackLimit: number,
  at: string,
): readonly SettingsProblem[] {
  const most = Math.trunc((holdBackLimit - lookAhead) / 2);
  const message = `longer than ${most} characters, half of what limits.hold_back_chars allows`;
  return terms.flatMap((term, index) => (term.length <= most ? [] : { path: [at, index], message }));
}

export function compileTerms(
  entity: string,
  terms: readonly string[],
  { holdBackLimit, fuzzy }: { readonly holdBackLimit: number; readonly fuzzy: Fuzziness },
): readonly Detector[] {
  if (terms.length === 0) return [];
  const edits = fuzzy.fuzzy_matching ? fuzzy.max_distance : 0;
  const width = 2 * (Math.max(...terms.map((term) => codesOf(term).length)) + edits) + slack;
  return [termDetector({ entity, terms, edits, longest: Math.min(width, holdBackLimit - lookAhead) })];
}
