import { z } from 'zod';
import type { Guard } from '../guard.ts';
import { pipeAll } from '../guards/pipe.ts';
import { compileScan } from '../guards/scan.ts';
import type { SettingsProblem } from '../policy.ts';
import { patternDetectors } from './pattern-detector.ts';
import { PatternProblem } from './program.ts';
import { compileReplacement } from './replacement.ts';
import { checkPattern, compileBounded, patternShape, problemOf, tooWide } from './user-pattern.ts';

const mostRules = 64;
const positions = ['replace', 'prepend', 'append'] as const;

/** Rules that are applied one after the other, each to what the ones before left. */
export const rewriteRules = z
  .array(
    z
      .strictObject({
        name: z
          .string()
          .regex(/^[\w.-]{1,64}$/u, { error: 'a name: letters, digits and any of . _ -' })
          .describe('What the record calls it.'),
        ...patternShape,
        replacement: z
          .string()
          .max(10_000)
          .describe('What is written; `$1`, `${name}` is what a group matched, `$$` a dollar sign.'),
        position: z
          .enum(positions)
          .default('replace')
          .describe('Whether it stands instead of each match, before it or behind it.'),
        condition: z
          .null({ error: '`condition` is not supported yet' })
          .default(null)
          .describe('Not supported yet: only `null`.'),
      })
      .superRefine((rule, context) => {
        checkPattern(rule, context);
        const message = replacementProblem(rule.pattern, rule.max_length, rule.replacement);
        if (message !== undefined) context.addIssue({ code: 'custom', path: ['replacement'], message });
      }),
  )
  .max(mostRules);

export type RewriteRules = z.infer<typeof rewriteRules>;

/** Undefined also where the pattern itself cannot be used: that is said of the pattern. */
function replacementProblem(source: string, limit: number | undefined, template: string): string | undefined {
  if (problemOf(source, limit) !== undefined) return undefined;
  try {
    compileReplacement(compileBounded(source, limit), template);
    return undefined;
  } catch (error) {
    if (error instanceof PatternProblem) return error.message;
    throw error;
  }
}

/** Rules whose matches a stream cannot withhold. */
export function ruleProblems(rules: RewriteRules, holdBackLimit: number): readonly SettingsProblem[] {
  return rules.flatMap(({ pattern, max_length: limit }, index) => {
    const message = tooWide(compileBounded(pattern, limit).longest, holdBackLimit);
    return message === undefined ? [] : [{ path: ['rules', index, 'pattern'], message }];
  });
}

/** Compiles rules to what opens a guard; undefined where there are none. */
export function compileRewrites(
  rules: RewriteRules,
  holdBackLimit: number,
): (() => Guard | undefined) | undefined {
  if (rules.length === 0) return undefined;
  const opens = rules.map((rule) => compileRule(rule, holdBackLimit));
  return () => pipeAll(opens.map((open) => open()));
}

function compileRule(rule: RewriteRules[number], holdBackLimit: number): () => Guard {
  const bounded = compileBounded(rule.pattern, rule.max_length);
  const written = compileReplacement(bounded, rule.replacement);
  const open = compileScan({
    detectors: patternDetectors([{ entity: rule.name, ...bounded }]),
    holdBackLimit,
    judge(_entity, sample, _complete, { text, start, end }) {
      const replacement = written(text, start, end);
      return { kind: 'replace', replacement: placed(rule.position, sample, replacement) };
    },
  });
  return () => open();
}

function placed(position: (typeof positions)[number], match: string, text: string): string {
  if (position === 'replace') return text;
  return position === 'prepend' ? text + match : match + text;
}
