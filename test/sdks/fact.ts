import { type Feature, isFeature } from './features.ts';

/** `not-offered` by the library, `not-served` by the gateway: said with a reason, never silently. */
export type Outcome = 'passed' | 'failed' | 'not-offered' | 'not-served';

/** One test of one library, and how it ended. */
export interface Fact {
  readonly sdk: string;
  /** Undefined where a test file failed as a whole, or names no feature. */
  readonly feature: Feature | undefined;
  readonly text: string;
  readonly outcome: Outcome;
  /** Why it failed, or why there is nothing to test. */
  readonly detail?: string;
}

export interface RawResult {
  /** `<feature>: <fact>`. */
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly detail?: string;
}

/** A result of either test runner as a fact. What breaks the rules for names and skips is a failure. */
export function toFact(sdk: string, { name, outcome, detail = '' }: RawResult): Fact {
  const colon = name.indexOf(': ');
  const feature = name.slice(0, Math.max(colon, 0));
  if (!isFeature(feature)) {
    return { sdk, feature: undefined, text: name, outcome: 'failed', detail: detail || 'names no feature' };
  }
  const text = name.slice(colon + 2);
  if (outcome === 'passed') return { sdk, feature, text, outcome };
  if (outcome === 'failed') return { sdk, feature, text, outcome, detail };
  const [, kind, reason] = /^not (offered|served): (.+)$/s.exec(detail) ?? [];
  if (kind === undefined || reason === undefined)
    return { sdk, feature, text, outcome: 'failed', detail: `skipped without a reason: ${detail}` };
  return { sdk, feature, text, outcome: kind === 'offered' ? 'not-offered' : 'not-served', detail: reason };
}
