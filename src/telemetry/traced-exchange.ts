import type { TargetKind } from '../config/config.ts';
import type { AnswerFacts, CallFacts } from '../dialect/facts.ts';
import type { AttemptSpan, FinishedAttempt, FinishedExchange } from '../record/finished-exchange.ts';
import type { FinishedQuestion } from '../record/finished-question.ts';
import type { Trace } from './trace.ts';

/** One attempt, and where it went. */
export interface TracedAttempt extends FinishedAttempt {
  readonly span: AttemptSpan;
  readonly provider: string;
  readonly model: string;
  readonly origin: string;
}

/** Everything that the spans of an exchange tell. Made of sampled ones only, when they are over. */
export interface TracedExchange {
  readonly finished: FinishedExchange;
  readonly trace: Trace;
  /** Arrival, by the clock that attempts and decisions are timed with. */
  readonly arrivedAt: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly route: string | undefined;
  /** What a target has to be for it. */
  readonly serves: TargetKind;
  readonly host: string | undefined;
  readonly httpVersion: string;
  readonly userAgent: string | undefined;
  /** Undefined where no reply was begun. */
  readonly sentStatus: number | undefined;
  readonly call: CallFacts | undefined;
  readonly answer: AnswerFacts | undefined;
  readonly attempts: readonly TracedAttempt[];
  /** Questions to advisers, as far as they are kept. */
  readonly questions: readonly FinishedQuestion[];
  /** When each of the decisions was made. */
  readonly decidedAt: readonly number[];
  /** When the policies were through with the call, one for each evaluation of it; they come before those of the answer. */
  readonly screenedAt: readonly number[];
}
