import type { Issue } from '../../config/issue.ts';
import { load, onlyLooking } from '../../config/load.ts';
import { policyKinds } from '../../policy/kinds.ts';
import type { Outside } from '../../policy/question.ts';

/** What there is to say about the text of a policy. */
export interface PolicyFindings {
  readonly isValid: boolean;
  readonly issues: readonly Issue[];
  /** It loads, and still cannot be run: why. */
  readonly failure?: string;
}

/** The findings of `kt policy lint`; and whether every policy can be made. Keys are the business of the pods: none is missed. */
export function policyFindings(content: string): PolicyFindings {
  const result = load({ content, kinds: policyKinds, secrets: () => undefined, options: onlyLooking });
  const issues = result.issues.filter(({ code }) => code !== 'W101');
  if (!result.ok) return { isValid: false, issues };
  try {
    const holdBackLimit = result.config.limits.holdBackChars;
    for (const { kind, settings } of result.config.chain)
      policyKinds.find((one) => one.kind === kind)?.create(settings, { holdBackLimit, outside });
    return { isValid: true, issues };
  } catch (error) {
    return { isValid: false, issues, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Nobody is asked anything while a policy is made. */
const outside: Outside = {
  ask: () => Promise.reject(new Error('nothing is asked while a policy is made')),
  within: (_ms, signal) => signal,
};
