import { z } from 'zod';
import type { Guard } from '../guard.ts';
import { pipeAll } from '../guards/pipe.ts';
import { compileScan } from '../guards/scan-guard.ts';
import { enforceWhole } from '../guards/whole.ts';
import {
  type UserPatternRun,
  type SettingsProblem,
  type StreamingMode,
  streamingModes,
  type TextForm,
} from '../policy.ts';
import { compileCondition, conditional, conditionSettings } from './condition.ts';
import { type BoundedPattern, patternDetectors } from './pattern-detector.ts';
import { compileProgram, PatternProblem } from './program.ts';
import { compileReplacement, type Replacement } from './replacement.ts';
import { TextEdges } from './text-edges.ts';
import { checkCompiles, compileBounded, patternShape, tooWide } from './user-pattern.ts';
import { edgesOf, matchesNothing } from './width.ts';

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
        pattern: patternShape.pattern.describe(
          'A pattern in RE2 syntax. `^` and `$` by themselves match no text but a place: the replacement goes before the first or after the last character of a message or a prompt. Reasoning, refusals, arguments of tools, answers in JSON and empty texts are left out.',
        ),
        replacement: z
          .string()
          .max(10_000)
          .describe('What is written; `$1`, `${name}` is what a group matched, `$$` a dollar sign.'),
        position: z
          .enum(positions)
          .default('replace')
          .describe('Whether the replacement stands instead of each match, before it or after it.'),
        condition: conditionSettings
          .nullable()
          .default(null)
          .describe(
            'A pattern that must match somewhere in the text, or `{not: pattern}` that must not, for the rule to apply: in the text as the rules before left it. Its match may have any length. Streamed answers are held back whole.',
          ),
      })
      .superRefine((rule, context) => {
        if (checkCompiles(() => compileRulePattern(rule), context, ['pattern']))
          checkCompiles(() => checkReplacement(rule), context, ['replacement']);
      }),
  )
  .max(mostRules);

type RewriteRules = z.infer<typeof rewriteRules>;

type Rule = RewriteRules[number];

interface WrittenRule {
  readonly pattern: string;
  readonly max_length?: number | undefined;
  readonly replacement: string;
}

interface RulePattern extends BoundedPattern {
  /** Where it matches a place of a text; undefined where it matches what is in it. */
  readonly edges: ReturnType<typeof edgesOf>;
}

/** Compiles the pattern of a rule, or throws a `PatternProblem`. */
function compileRulePattern({ pattern, max_length: limit }: WrittenRule): RulePattern {
  const program = compileProgram(pattern);
  const edges = edgesOf(program);
  if (edges !== undefined) return { edges, program, longest: 0 };
  if (matchesNothing(program)) throw new PatternProblem(everywhere);
  return { edges, ...compileBounded(pattern, limit) };
}

const everywhere =
  'can match an empty text, which is everywhere; `^` and `$` by themselves are the beginning and the end of a text';

function checkReplacement(rule: WrittenRule): void {
  const pattern = compileRulePattern(rule);
  const written = compileReplacement(pattern, rule.replacement);
  if (pattern.edges !== undefined && written('', 0, 0) === '')
    throw new PatternProblem('nothing is written where nothing is taken away');
}

/** How rules can be applied to a stream: a condition is about all of a text. */
export function ruleStreaming(rules: RewriteRules): readonly StreamingMode[] {
  return rules.some(({ condition }) => condition !== null) ? ['buffered'] : streamingModes;
}

/** Rules whose matches a stream cannot withhold. */
export function ruleProblems(rules: RewriteRules, holdBackLimit: number): readonly SettingsProblem[] {
  return rules.flatMap((rule, index) =>
    tooWide(compileRulePattern(rule).longest, holdBackLimit, ['rules', index, 'pattern']),
  );
}

/** Each of the rules by itself, with its condition. */
export function userRuleRuns(rules: RewriteRules, holdBackLimit: number): readonly UserPatternRun[] {
  return rules.map((rule, index) => {
    const open = compileRule(rule, holdBackLimit);
    const run = (text: string): number => {
      const guard = open('content');
      return guard === undefined ? 0 : enforceWhole(guard, text).findings.length;
    };
    return { path: ['rules', index], run };
  });
}

/** Opens a guard over a text of this form; undefined where no rule is about such a text. */
type OpenRewrites = (form: TextForm | undefined) => Guard | undefined;

/** Compiles rules; undefined where there are none. */
export function compileRewrites(rules: RewriteRules, holdBackLimit: number): OpenRewrites | undefined {
  if (rules.length === 0) return undefined;
  const opens = rules.map((rule) => compileRule(rule, holdBackLimit));
  return (form) => pipeAll(opens.flatMap((open) => open(form) ?? []));
}

function compileRule(rule: Rule, holdBackLimit: number): OpenRewrites {
  const pattern = compileRulePattern(rule);
  const written = compileReplacement(pattern, rule.replacement);
  const open =
    pattern.edges === undefined
      ? openMatches(rule, pattern, written, holdBackLimit)
      : openEdges(rule, pattern.edges, written('', 0, 0));
  if (rule.condition === null) return open;
  const isMet = compileCondition(rule.condition);
  return (form) => {
    const guard = open(form);
    return guard === undefined ? undefined : conditional(guard, isMet);
  };
}

function openEdges(
  { name }: Rule,
  { start, end }: NonNullable<RulePattern['edges']>,
  text: string,
): OpenRewrites {
  const edges = { rule: name.toLowerCase(), atStart: start ? text : '', atEnd: end ? text : '' };
  return (form) => (form === 'content' ? new TextEdges(edges) : undefined);
}

function openMatches(
  rule: Rule,
  pattern: BoundedPattern,
  written: Replacement,
  holdBackLimit: number,
): OpenRewrites {
  const open = compileScan({
    detectors: patternDetectors([{ ...pattern, entity: rule.name }]),
    holdBackLimit,
    judge(_entity, sample, _complete, { text, start, end }) {
      const replacement = written(text, start, end);
      return { kind: 'rewrite', replacement: placed(rule.position, sample, replacement) };
    },
  });
  return () => open();
}

function placed(position: (typeof positions)[number], match: string, text: string): string {
  if (position === 'replace') return text;
  return position === 'prepend' ? text + match : match + text;
}
