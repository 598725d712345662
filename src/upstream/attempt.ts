import { asFault, GatewayError } from '../errors.ts';
import type { FinishedAttempt } from '../telemetry/finished-exchange.ts';
import { type Answer, send, type Sending } from './send.ts';
import type { Target } from './target.ts';

type Outcome = FinishedAttempt['outcome'];

/** What `attempt` needs of the exchange it works for. */
export interface Attempting {
  /** Names the next attempt in the trace; undefined where attempts have no span. */
  newSpan(): string | undefined;
  /** What a target is sent by the attempt of this span. */
  prepare(target: Target, spanId: string | undefined): Sending;
  /** Registers how to let go of the attempt under way; undefined when there is none. */
  onCancel(cancel: ((reason: GatewayError) => void) | undefined): void;
  /** Why no further target may be asked, if so: the client has left, or the deadline has passed. */
  ended(): GatewayError | undefined;
  settled(attempt: FinishedAttempt): void;
}

/** An answer past the commit point. */
export interface Answered {
  readonly answer: Answer;
  /** Says once how it ended; the target's record follows from it. */
  readonly settle: (outcome: Outcome, result: FinishedAttempt['result']) => void;
}

/**
 * Asks the targets of a plan in turn until one answers. The only place that does: retries, fallback and strategies are
 * all orders of the same plan. When it returns, bytes may reach the client and nothing is tried again.
 */
export async function attempt(plan: Iterable<Target>, attempting: Attempting): Promise<Answered> {
  let last: Answered | GatewayError | undefined;
  for (const target of plan) {
    const ended = attempting.ended();
    if (ended !== undefined) throw ended;
    const result = await attemptOne(target, attempting);
    if (result instanceof GatewayError) {
      if (!result.fault.retry) throw result;
    } else {
      if (!isFailure(result.answer.status)) return result;
      result.settle('failure', result.answer.status);
    }
    last = result;
  }
  if (last === undefined) throw new GatewayError('no_target', 'no target serves this kind of call');
  if (last instanceof GatewayError) throw last;
  return last;
}

/** 408, 429 and 5xx count against a target and let the next one try; other refusals are the client's own. */
export function isFailure(status: number): boolean {
  return status === 429 || status === 408 || status >= 500;
}

async function attemptOne(target: Target, attempting: Attempting): Promise<Answered | GatewayError> {
  const startedAt = performance.now();
  const spanId = attempting.newSpan();
  const { state, spec } = target;
  state.inFlight += 1;
  let isSettled = false;
  let endedAt: number | undefined;
  let firstChunkMs: number | undefined;
  const settle = (outcome: Outcome, result: FinishedAttempt['result']): void => {
    if (isSettled) return;
    isSettled = true;
    state.inFlight -= 1;
    note(target, outcome);
    const durationMs = (endedAt ?? performance.now()) - startedAt;
    const span = spanId === undefined ? undefined : { id: spanId, startedAt, firstChunkMs };
    attempting.settled({ target: spec.id, outcome, result, durationMs, span });
  };
  try {
    const sent = send(attempting.prepare(target, spanId));
    attempting.onCancel(sent.cancel);
    const answer = await sent.answer;
    if (answer.kind === 'stream') firstChunkMs = performance.now() - startedAt;
    else endedAt = performance.now(); // judging it is not the target's time
    return { answer, settle };
  } catch (error) {
    attempting.onCancel(undefined);
    const fault = asFault(error);
    settle(fault.fault.blame === 'target' ? 'failure' : 'void', fault.code);
    return fault;
  }
}

function note({ state }: Target, outcome: Outcome): void {
  if (outcome === 'success') state.successes += 1;
  if (outcome !== 'failure') return;
  state.failures += 1;
  state.lastFailureAt = Date.now();
}
