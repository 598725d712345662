import type { ChainedPolicy } from './chained-policy.ts';
import type { Evidence } from './evidence.ts';
import { decodedAlready, formed, openGuard } from './open-guard.ts';
import type { FieldGuards } from './field-guards.ts';
import type { Guard } from './guard.ts';
import { pipe } from './guards/pipe.ts';
import { restoring } from './guards/restore.ts';
import type { Inquiry } from './inquiry.ts';
import type { Field, Role, StreamingMode, TextForm } from './policy.ts';

/** One pass over an answer that some policy has to wait for. */
export interface AnswerPass {
  /** The policy whose texts this pass collects: nothing behind it sees the answer yet. Undefined in the last pass. */
  readonly next: ChainedPolicy | undefined;
  /** What a policy that waits is asked; undefined for any other. */
  inquiryOf(link: ChainedPolicy): Inquiry | undefined;
  /** Where what the guard of a policy does is noted: the same twice would count twice. */
  guardLog(at: number): Evidence;
  /** The same for what follows from the verdicts of a policy that waits. */
  verdictLog(at: number): Evidence;
}

/** The answer side of the chain for one exchange. `pass`: only where a policy has to wait. */
export function answerGuards(
  chain: readonly ChainedPolicy[],
  evidence: Evidence,
  pass?: AnswerPass,
): FieldGuards {
  const composeField = (field: Field, path: () => string, text?: string): Guard | undefined => {
    const { role } = field;
    let composed: Guard | undefined;
    const append = (guard: Guard | undefined): void => {
      if (guard !== undefined) composed = composed === undefined ? guard : pipe(composed, guard);
    };
    for (let at = 0; at < chain.length; at += 1) {
      const link = chain[at];
      if (link === undefined) continue;
      // Behind a guard the text may be another.
      const whole = composed === undefined ? text : undefined;
      append(openGuard(link, { ...field, path, whole }, pass === undefined ? evidence : pass.guardLog(at)));
      if (pass === undefined) continue;
      const inquiry = pass.inquiryOf(link);
      if (inquiry?.admits(role) === true) {
        const isNext = link === pass.next;
        append(isNext ? inquiry.collecting(role) : inquiry.enforcing(role, path, pass.verdictLog(at)));
      }
      if (link === pass.next) return composed;
    }
    // Last, so that no policy sees, and no other provider gets, what the call kept back.
    if (evidence.keepsValues) append(restoring(evidence.placeholders));
    return composed;
  };
  const open = (role: Role, path: string, form: TextForm, whole?: string): Guard | undefined => {
    const text = whole === undefined ? undefined : decodedAlready(whole);
    const composed = composeField({ direction: 'answer', role, form }, () => path, text);
    return composed === undefined ? undefined : formed(composed, form, text);
  };
  return { isIdle: enforcementOf(chain) === 'none', open };
}

/** How the streamed answers of a chain are judged, if they are. One policy that needs the whole makes it so for all. */
export type Enforcement = 'none' | StreamingMode;

export function enforcementOf(chain: readonly ChainedPolicy[]): Enforcement {
  if (chain.some(({ isBuffered }) => isBuffered)) return 'buffered';
  const isJudged = chain.some(
    ({ policy, judgesAnswers }) => judgesAnswers || policy.keepsPlaceholders === true,
  );
  return isJudged ? 'realtime' : 'none';
}
