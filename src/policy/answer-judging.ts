import { answerGuards } from './answer-guards.ts';
import type { ChainedPolicy } from './chained-policy.ts';
import type { Evidence } from './evidence.ts';
import type { FieldGuards } from './field-guards.ts';
import { Inquiry } from './inquiry.ts';

/**
 * How the answer of one exchange goes through the chain. Where no policy waits that is one pass. Else the answer, which is
 * held whole, goes through once for each policy that waits, to collect what that one would see, and then once more:
 *
 *     let out = enforce(judging.guards());
 *     while (judging.isWaiting) { yield judging.ask(); out = enforce(judging.guards()); }
 */
export class AnswerJudging {
  readonly #chain: readonly ChainedPolicy[];
  readonly #evidence: Evidence;
  /** Where the policies that wait stand in the chain. */
  readonly #waiting: readonly number[];
  /** Made for those who wait: a map for every answer would be 350 bytes. */
  #inquiries: Map<ChainedPolicy, Inquiry> | undefined;
  /** How many of them have been asked. */
  #asked = 0;

  constructor(chain: readonly ChainedPolicy[], evidence: Evidence) {
    this.#chain = chain;
    this.#evidence = evidence;
    this.#waiting = chain.flatMap((link, at) => (waits(link) ? [at] : []));
  }

  /** Whether what the last pass gave is nothing yet: a policy has to be asked first. */
  get isWaiting(): boolean {
    return this.#asked < this.#waiting.length && this.#evidence.denial === undefined;
  }

  /** The guards for the pass that is due. */
  guards(): FieldGuards {
    if (this.#waiting.length === 0) return answerGuards(this.#chain, this.#evidence);
    const next = this.#waiting[this.#asked];
    const last = this.#waiting[this.#asked - 1] ?? -1;
    const link = this.#chain[next ?? -1];
    const inquiries = (this.#inquiries ??= new Map());
    if (link !== undefined) inquiries.set(link, new Inquiry(link, 'answer'));
    const again = this.#evidence.unrecorded();
    return answerGuards(this.#chain, this.#evidence, { next, last, inquiries, again });
  }

  /** Asks the next policy about what the pass has collected for it. Throws where the exchange is to stop. */
  async ask(): Promise<void> {
    const link = this.#chain[this.#waiting[this.#asked] ?? -1];
    this.#asked += 1;
    if (link !== undefined) await this.#inquiries?.get(link)?.ask(this.#evidence);
  }
}

function waits({ policy, judgesAnswers }: ChainedPolicy): boolean {
  return judgesAnswers && policy.judgeTexts !== undefined;
}
