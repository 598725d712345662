import { z } from 'zod';
import { InjectionJudge } from '../injection/judge.ts';
import { type CallJudge, judgeTexts } from '../injection/judge-call.ts';
import { chosenInjectionRules } from '../injection/rules.ts';
import { RuleScorer, weighRules } from '../injection/rule-scorer.ts';
import { lazily } from '../lazily.ts';
import { roles, type PolicyKind } from '../policy.ts';
import { phrases } from '../rules/phrases.ts';

const defaultMessage = 'Request blocked: potential prompt injection detected';
const actions = ['block', 'flag'] as const;
const looksLikePattern = /\\[bBdDsSwW]|\.[*+]|\(\?[:i!=<]/;

const attackPatterns = phrases.refine((list) => !list.some((phrase) => looksLikePattern.test(phrase)), {
  error: 'attack patterns are literal phrases; this one looks like a regular expression',
});

const score = z.number().gt(0).max(1);
const defaultThreshold = 0.8;

export const promptInjectionSettings = z
  .strictObject({
    threshold: score
      .default(defaultThreshold)
      .describe(
        'The score, 0 to 1, from which a text counts as an attack. One strong rule alone reaches 0.8.',
      ),
    embedding_threshold: score
      .nullable()
      .default(null)
      .describe('Another name for `threshold`; `null`: not used. Give one of the two.'),
    action: z
      .enum(actions)
      .default('block')
      .describe('`block` refuses the call, `flag` lets it pass and records what was found.'),
    roles: z
      .array(z.enum(roles))
      .min(1)
      .default(['user', 'tool', 'other'])
      .describe('Whose texts are judged. System prompts speak of instructions by nature and are left out.'),
    attack_patterns: attackPatterns
      .default([])
      .describe('Phrases of your own, in any case, that count as strong rules. Literal, not patterns.'),
    detection: z
      .strictObject({
        attack_patterns: attackPatterns
          .default([])
          .describe('The same as `attack_patterns`; both lists count.'),
      })
      .prefault({})
      .describe('Another place for phrases of your own.'),
    encoding: z
      .strictObject({
        decode_base64: z.boolean().default(true).describe('Judges what base64 and hex in a text decode to.'),
        normalize_unicode: z
          .boolean()
          .default(true)
          .describe('Reads full-width, styled and invisible characters for what they say. Always on.'),
        detect_homoglyphs: z
          .boolean()
          .default(true)
          .describe('Reads letters of other scripts for the Latin ones they look like. Always on.'),
      })
      .prefault({})
      .describe('Which disguises are seen through.'),
    boundaries: z
      .strictObject({
        enforce_delimiters: z
          .boolean()
          .default(false)
          .describe('Kept for compatibility: the gateway does not wrap texts in delimiters of its own.'),
        reject_fake_boundaries: z
          .boolean()
          .default(true)
          .describe('Looks for forged chat markup and forged ends of the prompt.'),
      })
      .prefault({})
      .describe('What is done about forged structure.'),
    response: z
      .strictObject({
        action: z
          .enum(actions)
          .nullable()
          .default(null)
          .describe('Another place for `action`, which it overrules; `null`: not used.'),
        message: z
          .string()
          .max(1000)
          .default(defaultMessage)
          .describe('What the client is told of a refusal.'),
        log_level: z
          .enum(['debug', 'info', 'warn', 'error'])
          .nullable()
          .default(null)
          .describe('Kept for compatibility: decisions are logged with the line of their call.'),
      })
      .prefault({})
      .describe('How an attack is answered.'),
    backend: z
      .literal('local', { error: 'only `local` is supported: detection is embedded' })
      .default('local')
      .describe('Where texts are judged: in the gateway itself.'),
    guard: z
      .null({ error: '`guard` is not supported yet' })
      .default(null)
      .describe('An external judge for uncertain texts. Not supported yet: only `null`.'),
  })
  .refine((value) => value.embedding_threshold === null || value.threshold === defaultThreshold, {
    path: ['embedding_threshold'],
    error: 'another name for `threshold`: give one of the two',
  });

type PromptInjectionSettings = z.infer<typeof promptInjectionSettings>;

/** Refuses calls whose texts try to overrule the instructions of the model they are sent to. */
export const promptInjection: PolicyKind<PromptInjectionSettings> = {
  kind: 'prompt-injection',
  summary:
    'Refuses texts that override instructions, ask for the system prompt or carry jailbreak templates, also in disguise.',
  settings: promptInjectionSettings,
  streaming: () => [],
  notices: noticesOf,
  create(chosen, environment) {
    const threshold = chosen.embedding_threshold ?? chosen.threshold;
    const own = [...chosen.attack_patterns, ...chosen.detection.attack_patterns];
    const blocks = (chosen.response.action ?? chosen.action) === 'block';
    const judging = lazily((): CallJudge => {
      const rules = weighRules(
        chosenInjectionRules({ phrases: own, boundaries: chosen.boundaries.reject_fake_boundaries }),
      );
      const judge = new InjectionJudge(new RuleScorer(rules, environment.holdBackLimit), {
        threshold,
        decodesBase64: chosen.encoding.decode_base64,
      });
      const refusal = blocks ? chosen.response.message : undefined;
      return { judge, roles: new Set(chosen.roles), threshold, refusal };
    });
    // What is built in always compiles; what was written into the configuration must show it at load.
    if (own.length > 0) judging();
    return {
      kind: 'prompt-injection',
      warm: () => void judging(),
      scoreOf: (text, role) => judging().judge.judge(text, role).score,
      judgeCall: (texts) => judgeTexts(texts, judging()),
    };
  },
};

function noticesOf(chosen: PromptInjectionSettings): readonly string[] {
  const { encoding, boundaries, response } = chosen;
  const notices = [
    chosen.embedding_threshold !== null &&
      'embedding_threshold is taken as threshold: the scores are those of rules, not of embeddings',
    !encoding.normalize_unicode && 'encoding.normalize_unicode: false has no effect, it is always on',
    !encoding.detect_homoglyphs && 'encoding.detect_homoglyphs: false has no effect, it is always on',
    boundaries.enforce_delimiters &&
      'boundaries.enforce_delimiters: true has no effect, texts are not wrapped in delimiters',
    response.log_level !== null && 'response.log_level has no effect',
    response.action !== null &&
      response.action !== chosen.action &&
      `response.action: ${response.action} overrules action: ${chosen.action}`,
  ];
  return notices.filter((notice) => notice !== false);
}
