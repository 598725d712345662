import { z } from 'zod';
import { compileRewrites, rewriteRules, ruleProblems } from '../patterns/rewrite-rules.ts';
import type { PolicyKind } from '../policy.ts';

export const requestRewriterSettings = z.strictObject({
  system_message: z
    .null({ error: '`system_message` is not supported yet' })
    .default(null)
    .describe('A system message for every call. Not supported yet: only `null`.'),
  rules: rewriteRules
    .default([])
    .describe(
      'What is rewritten in calls, in this order, each rule after what the ones before left. `applies_to.roles` says in whose texts.',
    ),
});

export type RequestRewriterSettings = z.infer<typeof requestRewriterSettings>;

/** Rewrites what clients ask. */
export const requestRewriter: PolicyKind<RequestRewriterSettings> = {
  kind: 'request-rewriter',
  summary: 'Rewrites the texts of calls by rules of your own.',
  settings: requestRewriterSettings,
  notices: ({ rules }) => (rules.length === 0 ? ['rules is empty: nothing is rewritten'] : []),
  problems: ({ rules }, { holdBackLimit }) => ruleProblems(rules, holdBackLimit),
  create({ rules }, { holdBackLimit }) {
    const open = compileRewrites(rules, holdBackLimit);
    if (open === undefined) return { kind: 'request-rewriter' };
    return {
      kind: 'request-rewriter',
      guard: ({ direction }) => (direction === 'request' ? open() : undefined),
    };
  },
};
