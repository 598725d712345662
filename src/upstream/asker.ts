import { Pool } from 'undici';
import type { Outside, Question } from '../policy/question.ts';
import type { FinishedQuestion, QuestionOutcome } from '../record/finished-question.ts';
import { type AskOutcome, Breaker } from './breaker.ts';
import { isClosing } from './faults.ts';
import { type Post, postJson, StatusError } from './post-json.ts';

const mostConnections = 16;

/** One whom policies ask, while a live configuration names it. */
interface Advised {
  readonly pool: Pool;
  readonly path: string;
  readonly breaker: Breaker;
  /** Snapshots that name it. */
  holders: number;
  inFlight: number;
  successes: number;
  failures: number;
  lastFailureAt: number | undefined;
  /** Monotonic milliseconds. */
  lastSuccessAt: number;
}

/** What is known of one whom policies ask. */
export interface AdviserStanding {
  readonly url: string;
  readonly state: Breaker['state'];
  readonly inFlight: number;
  readonly successes: number;
  readonly failures: number;
  /** Epoch milliseconds. */
  readonly lastFailureAt: number | undefined;
}

export interface AskerParts {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Hears of every question, once. */
  readonly record: (question: FinishedQuestion) => void;
}

/** Asks other services on behalf of policies: JSON out, JSON back. */
export class Asker implements Outside {
  readonly #parts: AskerParts;
  /** By URL. */
  readonly #advised = new Map<string, Advised>();

  constructor(parts: AskerParts) {
    this.#parts = parts;
  }

  within(ms: number, signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  }

  /** Each is matched by one `release`: what was observed of an adviser lives as long as a configuration that names it. */
  hold(urls: readonly string[]): void {
    for (const url of urls) {
      const advised = this.#advised.get(url) ?? newAdvised(url);
      advised.holders += 1;
      this.#advised.set(url, advised);
    }
  }

  release(urls: readonly string[]): void {
    for (const url of urls) {
      const advised = this.#advised.get(url);
      if (advised === undefined) continue;
      advised.holders -= 1;
      if (advised.holders > 0) continue;
      this.#advised.delete(url);
      void advised.pool.close(); // when its last question is over; nobody is left to hear of it
    }
  }

  standing(): readonly AdviserStanding[] {
    return [...this.#advised].map(([url, { breaker, inFlight, successes, failures, lastFailureAt }]) => {
      return { url, state: breaker.state, inFlight, successes, failures, lastFailureAt };
    });
  }

  async ask<Reply>(question: Question<Reply>): Promise<Reply> {
    const { url, asking } = question;
    const advised = this.#advised.get(url);
    if (advised === undefined) throw new Error(`no kind said that it asks ${url}`);
    const startedAt = this.#parts.now();
    const permit = advised.breaker.admit(startedAt);
    if (permit === undefined) {
      this.#parts.record(finished(question, { outcome: 'unasked', startedAt, durationMs: 0 }));
      throw new Error(`${url} has failed too often and is not asked for a while`);
    }
    const trace = asking.traceQuestion();
    let ending: Ending = { outcome: 'success' };
    advised.inFlight += 1;
    try {
      return question.read(await send(advised, question, trace.headers));
    } catch (cause) {
      ending = endingOf(cause, question.signal);
      throw cause;
    } finally {
      const now = this.#parts.now();
      advised.inFlight -= 1;
      note(advised, ending.outcome, now);
      // It answered others meanwhile: long texts of one caller must not have it taken from all.
      const isTooMuch = ending.outcome === 'timeout' && advised.lastSuccessAt > startedAt;
      advised.breaker.settle(permit, isTooMuch ? 'void' : blameOf(ending.outcome), now);
      const over = finished(question, { ...ending, startedAt, durationMs: now - startedAt });
      this.#parts.record(over);
      asking.questioned({ ...over, spanId: trace.spanId });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#advised.values()].map(({ pool }) => pool.destroy()));
  }
}

interface Ending {
  readonly outcome: QuestionOutcome;
  readonly error?: string;
}

function finished(
  { url, texts }: Question<unknown>,
  { outcome, error, startedAt, durationMs }: Ending & Pick<FinishedQuestion, 'startedAt' | 'durationMs'>,
): FinishedQuestion {
  return { url, outcome, error, texts, startedAt, durationMs, spanId: undefined };
}

function endingOf(cause: unknown, { aborted, reason }: AbortSignal): Ending {
  // It was the exchange that ended, unless it was the time there was for this.
  if (aborted && !(reason instanceof DOMException && reason.name === 'TimeoutError'))
    return { outcome: 'void', error: 'exchange_over' };
  if (aborted) return { outcome: 'timeout', error: 'timeout' };
  if (cause instanceof StatusError) return { outcome: 'failure', error: `${cause.status}` };
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return { outcome: 'failure', error: typeof code === 'string' ? code : 'bad_reply' };
}

function note(advised: Advised, outcome: QuestionOutcome, now: number): void {
  const blame = blameOf(outcome);
  if (blame === 'success') {
    advised.successes += 1;
    advised.lastSuccessAt = now;
  } else if (blame === 'failure') {
    advised.failures += 1;
    advised.lastFailureAt = Date.now();
  }
}

function blameOf(outcome: QuestionOutcome): AskOutcome {
  if (outcome === 'timeout') return 'failure';
  return outcome === 'unasked' ? 'void' : outcome;
}

// A kept connection may be closed just as it is used again. Asking changes nothing, so it is asked once more.
async function send(
  { pool, path }: Advised,
  { payload, signal }: Question<unknown>,
  headers: readonly string[],
): Promise<unknown> {
  const post: Post = { path, body: JSON.stringify(payload), headers };
  try {
    return await postJson(pool, post, signal);
  } catch (error) {
    if (signal.aborted || !isClosing(error)) throw error;
    return postJson(pool, post, signal);
  }
}

function newAdvised(url: string): Advised {
  const { origin, pathname: path } = new URL(url);
  const observed = { holders: 0, inFlight: 0, successes: 0, failures: 0, lastFailureAt: undefined };
  const lastSuccessAt = Number.NEGATIVE_INFINITY;
  return { lastSuccessAt, pool: newPool(origin), path, breaker: new Breaker(), ...observed };
}

function newPool(origin: string): Pool {
  return new Pool(origin, {
    connections: mostConnections,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 65_536,
  });
}
