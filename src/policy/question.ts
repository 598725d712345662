import type { FinishedQuestion } from '../record/finished-question.ts';

/** Another service that a policy asks, such as a recogniser. */
export interface Adviser {
  /** Where questions are posted; it is named by this. */
  readonly url: string;
  /** What can be read there to find out whether it will do. */
  readonly probes: readonly AdviserProbe[];
}

export interface AdviserProbe {
  readonly url: string;
  /** What is wrong with what was read. */
  readonly problem: (body: string) => string | undefined;
}

/** How a question stands in the trace of its exchange. */
export interface QuestionTrace {
  /** Undefined where there is to be no span of it. */
  readonly spanId: string | undefined;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/** The exchange that a question is asked for. */
export interface Asking {
  traceQuestion(): QuestionTrace;
  /** It is over. */
  questioned(question: FinishedQuestion): void;
}

/** What a policy asks of an adviser. */
export interface Question<Reply> {
  readonly url: string;
  readonly payload: unknown;
  /** How many texts it is about. */
  readonly texts: number;
  readonly signal: AbortSignal;
  readonly asking: Asking;
  /** Makes sense of the JSON that came back, or throws: that is a failure of the adviser like any other. */
  readonly read: (reply: unknown) => Reply;
}

/** The way out for policies that have to ask elsewhere: they do no I/O and know no time themselves. */
export interface Outside {
  /** Posts JSON and resolves to what was made of the JSON that came back; rejects with anything that went wrong. */
  ask<Reply>(question: Question<Reply>): Promise<Reply>;
  /** The signal, which also aborts once this much time has passed. */
  within(ms: number, signal: AbortSignal): AbortSignal;
}
