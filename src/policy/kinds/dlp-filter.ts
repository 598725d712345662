import { z } from 'zod';
import { compileScan } from '../guards/scan-guard.ts';
import { patternDetectors } from '../patterns/pattern-detector.ts';
import {
  compilePatterns,
  userPatternRuns,
  patternProblems,
  unnamed,
  userPatterns,
} from '../patterns/user-pattern.ts';
import type { PolicyKind } from '../policy.ts';
import { checkFuzziness, compileTerms, fuzziness, termList, termProblems } from '../terms/term-settings.ts';

const term = 'TERM';
const marking = 'CLASSIFICATION';

/** How documents are marked that must not leave: in capitals, as the markings are, or every sentence would have one. */
const markings = {
  standard: [],
  high: [
    String.raw`\b(?:TOP SECRET|SECRET|CONFIDENTIAL|RESTRICTED|CUI|TS|S|C|U)//[A-Z]{2,12}(?:[/, -]{1,2}[A-Z]{2,12}){0,8}\b`,
    String.raw`\bTOP SECRET\b`,
    String.raw`\b(?:NOFORN|ORCON|FOUO)\b`,
    String.raw`\bFOR OFFICIAL USE ONLY\b`,
    String.raw`\bCONTROLLED UNCLASSIFIED INFORMATION\b`,
  ],
  restricted: [
    String.raw`\b(?:STRICTLY|HIGHLY|COMPANY|COMMERCIAL IN|PROPRIETARY AND|PRIVILEGED AND) CONFIDEN(?:TIAL|CE)\b`,
    String.raw`\b(?:CONFIDENTIAL|RESTRICTED|PROPRIETARY)\b`,
    String.raw`\bINTERNAL USE ONLY\b`,
    String.raw`\bATTORNEY[- ]CLIENT PRIVILEGED?\b`,
    String.raw`\bTLP:(?:RED|AMBER(?:\+STRICT)?)`,
  ],
} as const satisfies Record<string, readonly string[]>;

const levels = ['standard', 'high', 'restricted'] as const;
type Level = (typeof levels)[number];

export const dlpSettings = z
  .strictObject({
    detect_patterns: userPatterns
      .default([])
      .describe(
        `Your own patterns, in RE2 syntax: text, or \`{name, pattern, max_length}\`. One without a bound needs \`max_length\`. Matches are called by the name, or ${unnamed}.`,
      ),
    blocked_terms: termList
      .default([])
      .describe(
        'Terms, as whole words in any case; accents, look-alike letters and white space make no difference.',
      ),
    ...fuzziness,
    sensitivity_level: z
      .enum(levels)
      .default('standard')
      .describe(
        'Which classification markings are looked for, in capitals: `standard` none, `high` those of governments (TOP SECRET, SECRET//NOFORN, CUI//SP; neither SECRET nor CUI by itself), `restricted` also those of companies (CONFIDENTIAL, INTERNAL USE ONLY, TLP:RED).',
      ),
    action: z
      .enum(['redact', 'block'])
      .default('redact')
      .describe(
        '`redact` shows the name of what was found instead, such as `[TERM]`; `block` refuses the call or ends the answer.',
      ),
  })
  .superRefine((value, context) =>
    checkFuzziness(value.blocked_terms, value, { at: 'blocked_terms', context }),
  );

type DlpSettings = z.infer<typeof dlpSettings>;

/** Keeps what a company calls confidential out of calls and answers. */
export const dlpFilter: PolicyKind<DlpSettings> = {
  kind: 'dlp-filter',
  summary: 'Redacts or refuses terms, patterns and classification markings of your own.',
  settings: dlpSettings,
  notices: (chosen) => (looksForNothing(chosen) ? ['nothing to look for is given: nothing is found'] : []),
  problems: ({ detect_patterns: patterns, blocked_terms: terms }, { holdBackLimit }) => [
    ...patternProblems(patterns, holdBackLimit, 'detect_patterns'),
    ...termProblems(terms, holdBackLimit, 'blocked_terms'),
  ],
  userPatterns: ({ detect_patterns: patterns }, { holdBackLimit }) =>
    userPatternRuns(patterns, holdBackLimit, 'detect_patterns'),
  create(chosen, { holdBackLimit }) {
    const policy = { kind: 'dlp-filter' };
    if (looksForNothing(chosen)) return policy;
    const patterns = [...compilePatterns(chosen.detect_patterns), ...markingsOf(chosen.sensitivity_level)];
    const open = compileScan({
      detectors: [
        ...compileTerms(term, chosen.blocked_terms, { holdBackLimit, fuzzy: chosen }),
        ...patternDetectors(patterns),
      ],
      holdBackLimit,
      judge: (entity) =>
        chosen.action === 'block'
          ? { kind: 'deny', message: `confidential data (${entity}) is not allowed here` }
          : { kind: 'rewrite', replacement: `[${entity}]` },
    });
    return { ...policy, guard: () => open() };
  },
};

function looksForNothing(chosen: DlpSettings): boolean {
  const { detect_patterns: patterns, blocked_terms: terms, sensitivity_level: level } = chosen;
  return patterns.length + terms.length === 0 && level === 'standard';
}

function markingsOf(level: Level) {
  const upTo = levels.slice(0, levels.indexOf(level) + 1).flatMap((one) => [...markings[one]]);
  const named = upTo.map((pattern) => ({ name: marking, pattern, max_length: mostOfMarking }));
  return compilePatterns(named);
}

/** Fits the smallest limit there is. */
const mostOfMarking = 60;
