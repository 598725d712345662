import { z } from 'zod';
import {
  compileRewrites,
  userRuleRuns,
  rewriteRules,
  ruleProblems,
  ruleStreaming,
} from '../patterns/rewrite-rules.ts';
import type { PolicyKind } from '../policy.ts';

export const responseRewriterSettings = z.strictObject({
  preserve_structure: z
    .literal(true, {
      error:
        'only `true`: rules that saw JSON as it is written would miss what it escapes, and could leave what no app can read',
    })
    .default(true)
    .describe(
      'The arguments of tool calls stay valid JSON, of which rules see the strings. Always so: only `true`.',
    ),
  rules: rewriteRules
    .default([])
    .describe('What is rewritten in answers, in this order, each rule after what the ones before left.'),
});

type ResponseRewriterSettings = z.infer<typeof responseRewriterSettings>;

/** Rewrites what models answer, streams as they come. */
export const responseRewriter: PolicyKind<ResponseRewriterSettings> = {
  kind: 'response-rewriter',
  summary: 'Rewrites the texts of answers by rules of your own, streamed or whole.',
  settings: responseRewriterSettings,
  notices: ({ rules }) => (rules.length === 0 ? ['rules is empty: nothing is rewritten'] : []),
  streaming: ({ rules }) => ruleStreaming(rules),
  problems: ({ rules }, { holdBackLimit }) => ruleProblems(rules, holdBackLimit),
  userPatterns: ({ rules }, { holdBackLimit }) => userRuleRuns(rules, holdBackLimit),
  create({ rules }, { holdBackLimit }) {
    const open = compileRewrites(rules, holdBackLimit);
    if (open === undefined) return { kind: 'response-rewriter' };
    return {
      kind: 'response-rewriter',
      guard: ({ direction, form }) => (direction === 'answer' ? open(form) : undefined),
    };
  },
};
