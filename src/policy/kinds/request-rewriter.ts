import { z } from 'zod';
import { compileRewrites, userRuleRuns, rewriteRules, ruleProblems } from '../patterns/rewrite-rules.ts';
import type { Policy, PolicyKind } from '../policy.ts';

const message = z.string().max(100_000).regex(/\S/u, { error: 'the system message is empty' });

export const requestRewriterSettings = z.strictObject({
  system_message: z
    .union([message, z.strictObject({ content: message }), z.null()])
    .default(null)
    .describe(
      'What the model is told with every call: text, or `{content: text}`. In chat completions it becomes the first message, with the role `system`, and those that the client sent stay; in responses it goes into `instructions` (which providers repeat in the answer), in completions before the `prompt`, in both with a blank line between it and what is there; embeddings go without. The rules do not see it, later policies do. A call that has no place for it is refused: a prompt of tokens, `messages` that are no list. `applies_to.roles` is for the rules only, not for the message.',
    ),
  rules: rewriteRules
    .default([])
    .describe(
      'What is rewritten in calls, in this order, each rule after what the ones before left. `applies_to.roles` says in whose texts.',
    ),
});

type RequestRewriterSettings = z.infer<typeof requestRewriterSettings>;

/** Rewrites what clients ask. */
export const requestRewriter: PolicyKind<RequestRewriterSettings> = {
  kind: 'request-rewriter',
  summary: 'Rewrites the texts of calls by rules of your own, and tells the model something with every call.',
  settings: requestRewriterSettings,
  streaming: () => [],
  notices: ({ rules, system_message: said }) =>
    rules.length === 0 && said === null ? ['neither rules nor system_message: nothing is rewritten'] : [],
  problems: ({ rules }, { holdBackLimit }) => ruleProblems(rules, holdBackLimit),
  userPatterns: ({ rules }, { holdBackLimit }) => userRuleRuns(rules, holdBackLimit),
  create({ rules, system_message: said }, { holdBackLimit }) {
    const policy = { kind: 'request-rewriter', ...telling(said) };
    const open = compileRewrites(rules, holdBackLimit);
    if (open === undefined) return policy;
    return {
      ...policy,
      guard: ({ direction, form }) => (direction === 'request' ? open(form) : undefined),
    };
  },
};

function telling(said: RequestRewriterSettings['system_message']): Pick<Policy, 'systemMessage'> {
  if (said === null) return {};
  return { systemMessage: typeof said === 'string' ? said : said.content };
}
