import { asFault, GatewayError } from '../errors.ts';
import type { FinishedAttempt } from '../record/finished-exchange.ts';
import { outcomeOf } from './outcome.ts';
import type { Answer } from './answer.ts';
import { type Outgoing, prepare } from './prepare.ts';
import { send } from './send.ts';
import { soundAnswer } from './sound-answer.ts';
import type { Target } from './target.ts';

type Outcome = FinishedAttempt['outcome'];

/** What `attempt` needs of the exchange it works for. */
export interface Attempting {
  /** Names the next attempt in the trace; undefined where attempts have no span. */
  newSpan(): string | undefined;
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
export async function attempt(
  plan: Iterable<Target>,
  outgoing: Outgoing,
  attempting: Attempting,
): Promise<Answered> {
  let last: Answered | GatewayError | undefined;
  for (const target of plan) {
    const ended = attempting.ended();
    if (ended !== undefined) throw ended;
    const one = new OneAttempt(target, attempting);
    try {
      const answered = one.answered(await one.send(outgoing), outgoing);
      const { status } = answered.answer;
      const outcome = outcomeOf(status);
      if (outcome === 'success') return answered;
      answered.settle(outcome, status);
      last = answered;
    } catch (error) {
      last = one.failed(error);
      if (!last.fault.retry) throw last;
    }
  }
  if (last === undefined) throw new GatewayError('no_target', 'no target serves this kind of call');
  if (last instanceof GatewayError) throw last;
  return last;
}

/** One target being asked. Not a function that waits by itself: that would be a promise more for every call. */
class OneAttempt {
  readonly #target: Target;
  readonly #attempting: Attempting;
  readonly #spanId: string | undefined;
  readonly #startedAt = performance.now();
  #isSettled = false;
  #endedAt: number | undefined;
  #firstChunkMs: number | undefined;

  constructor(target: Target, attempting: Attempting) {
    this.#target = target;
    this.#attempting = attempting;
    this.#spanId = attempting.newSpan();
    target.state.inFlight += 1;
  }

  send(outgoing: Outgoing): Promise<Answer> {
    const sent = send(prepare(this.#target, this.#spanId, outgoing));
    this.#attempting.onCancel((reason) => sent.cancel(reason));
    return sent.answer;
  }

  answered(came: Answer, { call, json }: Outgoing): Answered {
    const answer = came.kind === 'whole' ? soundAnswer(came, call.dialect.answerKey, json) : came;
    if (answer.kind === 'stream') this.#firstChunkMs = performance.now() - this.#startedAt;
    else this.#endedAt = performance.now(); // judging it is not the target's time
    return { answer, settle: (outcome, result) => this.#settle(outcome, result) };
  }

  failed(error: unknown): GatewayError {
    this.#attempting.onCancel(undefined);
    const fault = asFault(error);
    this.#settle(blamed(fault), fault.code);
    return fault;
  }

  #settle(outcome: Outcome, result: FinishedAttempt['result']): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    const startedAt = this.#startedAt;
    const { state } = this.#target;
    const isMisconfigured = outcome === 'target_misconfigured';
    const isNews = isMisconfigured && state.misconfigured !== result;
    state.settled(outcome);
    if (isMisconfigured) state.misconfigured = result;
    else if (outcome === 'success') state.misconfigured = undefined;
    const durationMs = (this.#endedAt ?? performance.now()) - startedAt;
    const id = this.#spanId;
    const span = id === undefined ? undefined : { id, startedAt, firstChunkMs: this.#firstChunkMs };
    this.#attempting.settled({ target: this.#target.spec.id, outcome, result, durationMs, span, isNews });
  }
}

function blamed({ code, fault }: GatewayError): Outcome {
  if (code === 'target_misconfigured') return code;
  return fault.blame === 'target' ? 'failure' : 'void';
}
