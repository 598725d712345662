import { extractionRules } from './extraction-rules.ts';
import { frameRules } from './frame-rules.ts';
import { languageRules } from './language-rules.ts';
import { overrideRules } from './override-rules.ts';
import { personaRules } from './persona-rules.ts';
import type { InjectionRule } from './rule.ts';

/** Every built-in rule. An id is part of the record's vocabulary: a changed meaning gets a new id. */
export const injectionRules: readonly InjectionRule[] = [
  ...overrideRules,
  ...extractionRules,
  ...personaRules,
  ...frameRules,
  ...languageRules,
];
