import type { FaultCode } from '../errors.ts';
import type { Decision } from './decision.ts';
import type { Usage } from './usage.ts';

export const attemptOutcomes = ['success', 'failure', 'target_misconfigured', 'void'] as const;
export const evaluationResults = ['allow', 'flag', 'rewrite', 'deny', 'failed'] as const;
export const exchangeVerdicts = ['allow', 'rewrite', 'deny', 'fault'] as const;
export const abortReasons = ['client', 'upstream', 'policy', 'shutdown', 'timeout'] as const;

/**
 * How an attempt at a target ended. `target_misconfigured` is for the configuration to mend, and no failure; `void` says
 * nothing about the target (the client left, a policy cut it off).
 */
export interface FinishedAttempt {
  readonly target: string;
  readonly outcome: (typeof attemptOutcomes)[number];
  /** HTTP status, or the fault that stood in for one. */
  readonly result: number | FaultCode;
  readonly durationMs: number;
  /** Its place in the trace; none where the client's own was passed on. */
  readonly span?: AttemptSpan | undefined;
  /** The target is misconfigured, and was not known to be, or in another way. */
  readonly isNews?: boolean;
}

export interface AttemptSpan {
  readonly id: string;
  /** By the clock of `performance.now()`. */
  readonly startedAt: number;
  /** From the start to the commit point of a streamed answer: its first content, as a rule. */
  readonly firstChunkMs: number | undefined;
}

/** How one policy fared in one exchange; one entry per policy and direction that was asked. */
export interface PolicyEvaluation {
  readonly policy: string;
  readonly result: (typeof evaluationResults)[number];
  readonly durationMs: number;
}

/** The ids that a log line names: those that somebody outside can know. */
export interface KnownTrace {
  readonly traceId: string;
  /** Undefined where there is no such span. */
  readonly spanId: string | undefined;
}

/** Everything metrics, logs and the audit record need to know of one exchange. It never holds prompt or answer text. */
export interface FinishedExchange {
  readonly requestId: string;
  /** Undefined where nobody outside can know of it. */
  readonly trace: KnownTrace | undefined;
  /** Arrival, epoch milliseconds. */
  readonly startedAt: number;
  /** As the list of dialects names it, or `models`, or `other`: never a word of the client. */
  readonly endpoint: string;
  readonly generation: number;
  /** SHA-256 of the configuration this exchange ran under, hex. */
  readonly configHash: string;
  readonly requestedModel: string | undefined;
  /** The target that answered, its provider and model; undefined where none was asked. */
  readonly target: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly stream: boolean;
  /** What the client saw; 499 where it left first. */
  readonly status: number;
  readonly verdict: (typeof exchangeVerdicts)[number];
  /** The code in the error envelope (or error event), where there was one. */
  readonly code: FaultCode | 'input_blocked' | 'output_blocked' | undefined;
  readonly durationMs: number;
  /** Arrival to the first byte of the reply; undefined where there was none. */
  readonly firstByteMs: number | undefined;
  /** Total minus the time spent waiting for upstreams. */
  readonly overheadMs: number;
  readonly holdBackMs: number;
  readonly attempts: readonly FinishedAttempt[];
  readonly evaluations: readonly PolicyEvaluation[];
  readonly decisions: readonly Decision[];
  readonly usage: Usage | undefined;
  /** What the usage costs, in nano-dollars; undefined where there is no usage or the target has no pricing. */
  readonly costNanoUsd: number | undefined;
  readonly requestBytes: number;
  readonly replyBytes: number;
  /** Parts that could not be judged, for instance `image`. */
  readonly uninspected: readonly string[];
  /** Why a stream ended early, where it did. */
  readonly aborted: (typeof abortReasons)[number] | undefined;
}
