/**
 * How a question to an adviser ended. `void` says nothing about the adviser (the exchange was over first), `unasked`: it
 * was left alone, because it had failed too often.
 */
export const questionOutcomes = ['success', 'failure', 'timeout', 'void', 'unasked'] as const;
export type QuestionOutcome = (typeof questionOutcomes)[number];

/** What metrics and spans need to know of one question. It holds nothing of what was asked. */
export interface FinishedQuestion {
  /** The adviser. */
  readonly url: string;
  readonly outcome: QuestionOutcome;
  /** HTTP status, the code of an error, or a word of ours; undefined where all is well. */
  readonly error: string | undefined;
  readonly texts: number;
  /** By the clock of `performance.now()`. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** Undefined where there is no span of it. */
  readonly spanId: string | undefined;
}
