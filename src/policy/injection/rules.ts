import { extractionRules } from './extraction-rules.ts';
import { frameRules } from './frame-rules.ts';
import { languageRules } from './language-rules.ts';
import { overrideRules } from './override-rules.ts';
import { personaRules } from './persona-rules.ts';
import type { InjectionRule } from './rule.ts';

/** Every built-in rule. An id is part of the record's vocabulary: a changed meaning gets a new id. */
export const injectionRules: readonly InjectionRule[] = Object.entries({
  ...overrideRules,
  ...extractionRules,
  ...personaRules,
  ...frameRules,
  ...languageRules,
}).map(([id, rule]) => ({ id, ...rule }));

const boundaryRules: ReadonlySet<string> = new Set([
  'frame.chat-template',
  'frame.fake-boundary',
  'frame.role-prefix',
]);

interface RuleChoice {
  /** Phrases of the operator's own. */
  readonly phrases: readonly string[];
  /** Whether forged structure is looked for. */
  readonly boundaries: boolean;
}

export function chosenInjectionRules({ phrases, boundaries }: RuleChoice): readonly InjectionRule[] {
  const own: InjectionRule = { id: 'attack-patterns', points: 10, patterns: [], phrases };
  const builtIn = injectionRules.filter(({ id }) => boundaries || !boundaryRules.has(id));
  return phrases.length > 0 ? [...builtIn, own] : builtIn;
}
