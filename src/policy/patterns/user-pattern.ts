import { z } from 'zod';
import { compileProgram, PatternProblem } from './program.ts';
import { compileScan } from '../guards/scan-guard.ts';
import { enforceWhole } from '../guards/whole.ts';
import type { UserPatternRun, SettingsProblem } from '../policy.ts';
import { type BoundedPattern, type NamedPattern, patternDetectors } from './pattern-detector.ts';
import { matchesNothing, widest } from './width.ts';

/** What the matches of a pattern without a name are called. */
export const unnamed = 'PATTERN';
const mostPatterns = 64;
/** Whatever `limits.hold_back_chars` is: each place of a text may be looked at so many times. */
const widestOfAll = 2000;
/** What a pattern may ask of the character behind a match has to be there before it is decided: a surrogate pair. */
const lookAhead = 2;

/** Compiles a pattern that a guard can apply to a stream, or throws a `PatternProblem`. */
export function compileBounded(source: string, limit: number | undefined): BoundedPattern {
  const program = compileProgram(source);
  if (matchesNothing(program)) throw new PatternProblem('can match an empty text, which is everywhere');
  const width = widest(program);
  const longest = Math.min(width, limit ?? Number.POSITIVE_INFINITY);
  if (longest > widestOfAll) throw new PatternProblem(unbounded(width));
  return { program, longest };
}

function unbounded(width: number): string {
  const how = width === Number.POSITIVE_INFINITY ? 'has no longest match' : `can match ${width} characters`;
  return `${how}, and a stream withholds what may become one: write {1,50} for +, or give max_length`;
}

/** Reports what is wrong with a pattern, if something is; whether nothing was. */
export function checkCompiles(
  compile: () => unknown,
  context: z.RefinementCtx,
  path: readonly string[] = [],
): boolean {
  try {
    compile();
    return true;
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    context.addIssue({ code: 'custom', path: [...path], message: error.message });
    return false;
  }
}

/** A pattern with a bound, checked where it stands. */
export const patternShape = {
  pattern: z.string().describe('A pattern in RE2 syntax.'),
  max_length: z
    .int()
    .min(1)
    .max(widestOfAll)
    .optional()
    .describe(
      'Longest match, in UTF-16 code units. Longer ones are not considered, and the search goes on after each match.',
    ),
} as const;

// No digits: a model is shown the name in placeholders, and those are found again by their letters.
const patternName = z.string().regex(/^[A-Za-z][A-Za-z_]{0,31}$/u, {
  error: 'a name: up to 32 letters and underscores',
});

const bare = z.string().superRefine((pattern, context) => {
  checkCompiles(() => compileBounded(pattern, undefined), context);
});

const named = z
  .strictObject({
    name: patternName
      .default(unnamed)
      .describe('What its matches are called, in markers and records: up to 32 letters and underscores.'),
    ...patternShape,
  })
  .superRefine(({ pattern, max_length: limit }, context) => {
    checkCompiles(() => compileBounded(pattern, limit), context, ['pattern']);
  });

/** User patterns: those that the configuration brings. */
export const userPatterns = z.array(z.union([bare, named])).max(mostPatterns);

type UserPatterns = z.infer<typeof userPatterns>;

export function entityOf(pattern: UserPatterns[number]): string {
  return typeof pattern === 'string' ? unnamed : pattern.name.toUpperCase();
}

/** Compiles patterns that were checked. */
export function compilePatterns(patterns: UserPatterns): readonly NamedPattern[] {
  return patterns.map((pattern) => {
    const written = typeof pattern === 'string' ? { pattern, max_length: undefined } : pattern;
    return { entity: entityOf(pattern), ...compileBounded(written.pattern, written.max_length) };
  });
}

/** Each of the patterns below `at` by itself. */
export function userPatternRuns(
  patterns: UserPatterns,
  holdBackLimit: number,
  at: string,
): readonly UserPatternRun[] {
  return compilePatterns(patterns).map((pattern, index) => {
    const detectors = patternDetectors([pattern]);
    const open = compileScan({
      detectors,
      holdBackLimit,
      judge: () => ({ kind: 'rewrite', replacement: '' }),
    });
    return { path: [at, index], run: (text) => enforceWhole(open(), text).findings.length };
  });
}

/** Patterns that a stream cannot withhold, each at its place below `at`. */
export function patternProblems(
  patterns: UserPatterns,
  holdBackLimit: number,
  at: string,
): readonly SettingsProblem[] {
  return compilePatterns(patterns).flatMap(({ longest }, index) =>
    tooWide(longest, holdBackLimit, [at, index]),
  );
}

/** What is wrong with the pattern at `path`: its match, with what follows it, must fit what a stream may withhold. */
export function tooWide(
  longest: number,
  holdBackLimit: number,
  path: SettingsProblem['path'],
): readonly SettingsProblem[] {
  const most = holdBackLimit - lookAhead;
  if (longest <= most) return [];
  const message = `can match ${longest} characters, and limits.hold_back_chars leaves it ${most}: give max_length: ${most} or raise the limit`;
  return [{ path, message }];
}
