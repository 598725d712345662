import type { ChainedPolicy } from './chained-policy.ts';
import type { Evidence } from './evidence.ts';
import { decodedAlready, enforceText, formed, openGuard } from './open-guard.ts';
import type { FieldGuards } from './field-guards.ts';
import type { Guard } from './guard.ts';
import { pipe } from './guards/pipe.ts';
import { restoring } from './guards/restore.ts';
import type { Role, TextForm } from './policy.ts';

/** The answer side of the chain for one exchange. */
export function answerGuards(chain: readonly ChainedPolicy[], evidence: Evidence): FieldGuards {
  const compose = (role: Role, path: string, form: TextForm, text?: string): Guard | undefined => {
    const at = (): string => path;
    let composed: Guard | undefined;
    for (const link of chain) {
      // Behind a guard the text may be another.
      const whole = composed === undefined ? text : undefined;
      const guard = openGuard(link, { direction: 'answer', role, path: at, whole }, evidence);
      if (guard !== undefined) composed = composed === undefined ? guard : pipe(composed, guard);
    }
    // Last, so that no policy sees, and no other provider gets, what the call kept back.
    if (evidence.keepsValues) {
      const restored = restoring(evidence.placeholders);
      composed = composed === undefined ? restored : pipe(composed, restored);
    }
    return composed === undefined ? undefined : formed(composed, form);
  };
  const whole = (role: Role, path: string, text: string, form: TextForm): string | undefined => {
    const guard = compose(role, path, form, decodedAlready(text, form));
    return guard === undefined ? text : enforceText(guard, text, evidence);
  };
  return { open: (role, path, form) => compose(role, path, form), whole };
}

/** Whether any policy of the chain may look at answers. */
export function judgesAnswers(chain: readonly ChainedPolicy[]): boolean {
  return chain.some(
    ({ policy, directions }) =>
      policy.guard !== undefined && (directions.has('answer') || policy.keepsPlaceholders === true),
  );
}
