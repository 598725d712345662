import type { ChainedPolicy } from './chained-policy.ts';
import type { Evidence } from './evidence.ts';
import { decodedAlready, formed, openGuard, type PlacedField } from './open-guard.ts';
import type { FieldGuards } from './field-guards.ts';
import type { Guard } from './guard.ts';
import { piped } from './guards/pipe.ts';
import { restoring } from './guards/restore.ts';
import type { Inquiry } from './inquiry.ts';
import type { Role, StreamingMode, TextForm } from './policy.ts';

/** One pass over an answer that some policy has to wait for. Policies stand at places in the chain. */
interface AnswerPass {
  /** The policy whose texts this pass collects: nothing behind it sees the answer yet. Undefined in the last pass. */
  readonly next: number | undefined;
  /** The one that was asked last: up to it, what the guards do has been noted. -1 in the first pass. */
  readonly last: number;
  /** Of the policies that wait, as far as they have their turn. */
  readonly inquiries: ReadonlyMap<ChainedPolicy, Inquiry>;
  /** For what has been noted: the same twice would count twice. */
  readonly again: Evidence;
}

/** The answer side of the chain for one exchange. `pass`: only where a policy has to wait. */
export function answerGuards(
  chain: readonly ChainedPolicy[],
  evidence: Evidence,
  pass?: AnswerPass,
): FieldGuards {
  return new AnswerGuards(chain, evidence, pass);
}

class AnswerGuards implements FieldGuards {
  readonly isIdle: boolean;
  readonly #chain: readonly ChainedPolicy[];
  readonly #evidence: Evidence;
  readonly #pass: AnswerPass | undefined;

  constructor(chain: readonly ChainedPolicy[], evidence: Evidence, pass: AnswerPass | undefined) {
    this.isIdle = enforcementOf(chain) === 'none';
    this.#chain = chain;
    this.#evidence = evidence;
    this.#pass = pass;
  }

  open(role: Role, path: string, form: TextForm, text?: string): Guard | undefined {
    const whole = text === undefined ? undefined : decodedAlready(text);
    const composed = this.#compose({ direction: 'answer', role, form, path: () => path, whole });
    return composed === undefined ? undefined : formed(composed, form, whole);
  }

  #compose(first: PlacedField): Guard | undefined {
    const pass = this.#pass;
    const evidence = this.#evidence;
    let field = first;
    let composed: Guard | undefined;
    for (let at = 0; at < this.#chain.length; at += 1) {
      const link = this.#chain[at];
      if (link === undefined) continue;
      const isNoted = pass !== undefined && at <= pass.last;
      composed = piped(composed, openGuard(link, field, isNoted ? pass.again : evidence));
      if (pass !== undefined) composed = piped(composed, this.#inquiring(link, at, field, pass));
      if (at === pass?.next) return composed;
      // Behind a guard the text may be another.
      if (composed !== undefined && field.whole !== undefined) field = { ...first, whole: undefined };
    }
    // Last, so that no policy sees, and no other provider gets, what the call kept back.
    return evidence.keepsValues ? piped(composed, restoring(evidence.placeholders)) : composed;
  }

  /** What a policy that waits does to a field: it takes it in where this is its pass, and behind that does as it said. */
  #inquiring(
    link: ChainedPolicy,
    at: number,
    { role, path }: PlacedField,
    { inquiries, next, last, again }: AnswerPass,
  ): Guard | undefined {
    const inquiry = inquiries.get(link);
    if (inquiry?.admits(role) !== true) return undefined;
    if (at === next) return inquiry.collecting(role);
    return inquiry.enforcing(role, path, at < last ? again : this.#evidence);
  }
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
