import { z } from 'zod';
import { lazily } from '../lazily.ts';
import type { Direction, Field, PolicyKind, Role } from '../policy.ts';
import { compileRules } from '../rules/compile.ts';
import { phrases } from '../rules/phrases.ts';
import { RuleGuard } from '../rules/rule-guard.ts';
import { ScanPool } from '../rules/scan-pool.ts';
import { harmlessWithin } from '../safety/harmless.ts';
import { categoriesOf, categoryNames, categoryOf, chosenSafetyRules, modes } from '../safety/modes.ts';

const subjects: Readonly<Record<Direction, string>> = { request: 'Request', answer: 'Answer' };

/** Operators' own texts name harms in order to forbid them. */
const unjudged: ReadonlySet<Role> = new Set(['system', 'developer', 'definition']);

export const safetyFilterSettings = z
  .strictObject({
    mode: z
      .enum(modes)
      .default('strict')
      .describe(
        'What is looked for. `strict`: every general category. Each other mode: these and one more (attacks on infrastructure, tampering with vehicles, misconduct at school, obstruction of justice).',
      ),
    categories: z
      .array(z.enum(categoryNames))
      .default([])
      .describe('The categories looked for, of those the mode has. Empty: all of them.'),
    block_if: phrases
      .default([])
      .describe('Phrases looked for, in any case, instead of everything built in. Empty: what is built in.'),
    action: z
      .enum(['block', 'flag'], {
        error: (issue) =>
          issue.input === 'escalate'
            ? '`escalate` is not supported yet; expected one of [block, flag]'
            : undefined,
      })
      .default('block')
      .describe(
        '`block` refuses the call or ends the answer, `flag` lets it pass and records what was found.',
      ),
    fuzzy_matching: z
      .literal(false, { error: '`fuzzy_matching: true` is not supported yet' })
      .default(false)
      .describe('Misspelt phrases. Not supported yet: only `false`.'),
    max_distance: z
      .int()
      .min(0)
      .max(8)
      .default(1)
      .describe(
        'Letters a misspelt phrase may differ by. Only with `fuzzy_matching`, which is not supported yet.',
      ),
    max_age: z
      .literal(0, { error: '`max_age` is not supported yet; only 0' })
      .default(0)
      .describe('Age limit of what is judged. Not supported yet: only 0.'),
    guard: z
      .null({ error: '`guard` is not supported yet' })
      .default(null)
      .describe('An external judge. Not supported yet: only `null`.'),
  })
  .refine((value) => value.block_if.length === 0 || value.categories.length === 0, {
    path: ['categories'],
    error: '`block_if` replaces every category: give one of the two',
  })
  .refine(({ mode, categories }) => categories.every((name) => categoriesOf(mode).includes(name)), {
    path: ['categories'],
    error: 'not a category of this mode',
  });

type SafetyFilterSettings = z.infer<typeof safetyFilterSettings>;

/** A high-precision floor: phrases that ask for or give help with serious harm. It does not understand intent. */
export const safetyFilter: PolicyKind<SafetyFilterSettings> = {
  kind: 'safety-filter',
  summary: 'Refuses calls and ends answers that plainly speak of doing serious harm, by category.',
  settings: safetyFilterSettings,
  notices: ({ max_distance: distance, block_if: own }) =>
    [
      distance !== 1 && 'max_distance has no effect without fuzzy_matching, which is not supported yet',
      own.length > 0 && 'block_if replaces everything built in: nothing but these phrases is looked for',
    ].filter((notice) => notice !== false),
  create(chosen, environment) {
    const rules = chosenSafetyRules({
      mode: chosen.mode,
      categories: chosen.categories,
      phrases: chosen.block_if,
    });
    // An operator's own phrases mean what they say.
    const excuse = chosen.block_if.length > 0 ? undefined : harmlessWithin(environment.holdBackLimit);
    const widest = environment.holdBackLimit - 1 - (excuse?.reach ?? 0);
    const scans = lazily(() => new ScanPool(compileRules(rules), widest));
    // What is built in always compiles; what was written into the configuration must show it at load.
    if (chosen.block_if.length > 0) scans();
    return {
      kind: 'safety-filter',
      warm: () => void scans(),
      isClear: (field, text) => !isJudged(field) || scans().hasNone(text),
      guard(field) {
        if (!isJudged(field)) return undefined;
        return new RuleGuard({
          scans: scans(),
          ...(excuse === undefined ? {} : { excuse }),
          denial: chosen.action === 'block' ? (rule) => denial(field.direction, rule) : undefined,
        });
      },
    };
  },
};

function isJudged({ direction, role }: Field): boolean {
  return direction === 'answer' || !unjudged.has(role);
}

function denial(direction: Direction, rule: string): string {
  return `${subjects[direction]} blocked: unsafe content (${categoryOf(rule)})`;
}
