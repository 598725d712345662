import { z } from 'zod';
import { compileScan } from '../guards/scan-guard.ts';
import type { PolicyKind } from '../policy.ts';
import { checkFuzziness, compileTerms, fuzziness, termList, termProblems } from '../terms/term-settings.ts';

const entity = 'ENTITY';

export const entityListSettings = z
  .strictObject({
    blocked_entities: termList
      .default([])
      .describe(
        'Names of people, companies or places, as whole words in any case; accents and look-alike letters make no difference.',
      ),
    action: z
      .enum(['block', 'redact'])
      .default('block')
      .describe(`\`block\` refuses the call or ends the answer, \`redact\` shows \`[${entity}]\` instead.`),
    ...fuzziness,
  })
  .superRefine((value, context) =>
    checkFuzziness(value.blocked_entities, value, { at: 'blocked_entities', context }),
  );

type EntityListSettings = z.infer<typeof entityListSettings>;

/** Keeps the names on a list out of calls and answers. */
export const entityListFilter: PolicyKind<EntityListSettings> = {
  kind: 'entity-list-filter',
  summary: 'Refuses or redacts the names on a list, also misspelt.',
  settings: entityListSettings,
  notices: ({ blocked_entities: names }) =>
    names.length === 0 ? ['blocked_entities is empty: nothing is looked for'] : [],
  problems: ({ blocked_entities: names }, { holdBackLimit }) =>
    termProblems(names, holdBackLimit, 'blocked_entities'),
  create(chosen, { holdBackLimit }) {
    const policy = { kind: 'entity-list-filter' };
    const detectors = compileTerms(entity, chosen.blocked_entities, { holdBackLimit, fuzzy: chosen });
    if (detectors.length === 0) return policy;
    const open = compileScan({
      detectors,
      holdBackLimit,
      judge: () =>
        chosen.action === 'block'
          ? { kind: 'deny', message: 'a name on the list of blocked entities is not allowed here' }
          : { kind: 'rewrite', replacement: `[${entity}]` },
    });
    return { ...policy, guard: () => open() };
  },
};
