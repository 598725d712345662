import { Pool } from 'undici';
import { Held } from '../held.ts';
import { parsedJson } from '../json/parsed.ts';
import type { Outside, Question } from '../policy/question.ts';
import type { FinishedQuestion, QuestionOutcome } from '../record/finished-question.ts';
import { type AskOutcome, Breaker } from './breaker.ts';
import { isClosing } from './faults.ts';
import { type Counts, Observed } from './observed.ts';
import { type Collected, plainPool, post, type Posting } from './post.ts';

const mostConnections = 16;
const mostReplyBytes = 8 * 1024 * 1024;
const jsonHeaders = ['content-type', 'application/json', 'accept', 'application/json'] as const;

/** What is known of one whom policies ask. */
export type AdviserStanding = Counts & {
  readonly url: string;
  readonly state: Breaker['state'];
};

/** One whom policies ask, while a live configuration names it. */
class Adviser extends Observed {
  readonly pool: Pool;
  readonly path: string;
  readonly breaker = new Breaker();
  /** Monotonic milliseconds. */
  lastSuccessAt = -Infinity;

  constructor(url: string) {
    super();
    const { origin, pathname } = new URL(url);
    this.path = pathname;
    this.pool = new Pool(origin, { ...plainPool, connections: mostConnections, maxHeaderSize: 65_536 });
  }
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
  readonly #advised = new Held<string, Adviser>(({ pool }) => {
    void pool.close(); // when its last question is over; nobody is left to hear of it
  });

  constructor(parts: AskerParts) {
    this.#parts = parts;
  }

  within(ms: number, signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  }

  /** Each is matched by one `release`: what was observed of an adviser lives as long as a configuration that names it. */
  hold(urls: readonly string[]): void {
    for (const url of urls) this.#advised.hold(url, () => new Adviser(url));
  }

  release(urls: readonly string[]): void {
    for (const url of urls) this.#advised.release(url);
  }

  standing(): readonly AdviserStanding[] {
    return this.#advised.entries().map(([url, adviser]) => {
      return { url, state: adviser.breaker.state, ...adviser.counts() };
    });
  }

  async ask<Reply>(question: Question<Reply>): Promise<Reply> {
    const { url, asking } = question;
    const adviser = this.#advised.get(url);
    if (adviser === undefined) throw new Error(`no kind said that it asks ${url}`);
    const startedAt = this.#parts.now();
    const permit = adviser.breaker.admit(startedAt);
    if (permit === undefined) {
      this.#record(question, { outcome: 'unasked' }, { startedAt, durationMs: 0 });
      throw new Error(`${url} has failed too often and is not asked for a while`);
    }
    const trace = asking.traceQuestion();
    let ending: Ending = { outcome: 'success' };
    adviser.inFlight += 1;
    try {
      return question.read(await send(adviser, question, trace.headers));
    } catch (cause) {
      ending = endingOf(cause, question.signal);
      throw cause;
    } finally {
      const now = this.#parts.now();
      const blame = blameOf(ending.outcome);
      adviser.settled(blame);
      if (blame === 'success') adviser.lastSuccessAt = now;
      // It answered others meanwhile: long texts of one caller must not have it taken from all.
      const isTooMuch = ending.outcome === 'timeout' && adviser.lastSuccessAt > startedAt;
      adviser.breaker.settle(permit, isTooMuch ? 'void' : blame, now);
      const over = this.#record(question, ending, { startedAt, durationMs: now - startedAt });
      asking.questioned({ ...over, spanId: trace.spanId });
    }
  }

  #record(
    { url, texts }: Question<unknown>,
    { outcome, error }: Ending,
    time: Pick<FinishedQuestion, 'startedAt' | 'durationMs'>,
  ): FinishedQuestion {
    const over = { url, outcome, error, texts, ...time, spanId: undefined };
    this.#parts.record(over);
    return over;
  }

  async close(): Promise<void> {
    await Promise.all(this.#advised.takeAll().map(({ pool }) => pool.destroy()));
  }
}

interface Ending {
  readonly outcome: QuestionOutcome;
  readonly error?: string;
}

function endingOf(cause: unknown, { aborted, reason }: AbortSignal): Ending {
  // It was the exchange that ended, unless it was the time there was for this.
  if (aborted && !(reason instanceof DOMException && reason.name === 'TimeoutError'))
    return { outcome: 'void', error: 'exchange_over' };
  if (aborted) return { outcome: 'timeout', error: 'timeout' };
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return { outcome: 'failure', error: typeof code === 'string' ? code : 'bad_reply' };
}

function blameOf(outcome: QuestionOutcome): AskOutcome {
  if (outcome === 'timeout') return 'failure';
  return outcome === 'unasked' ? 'void' : outcome;
}

// A kept connection may be closed just as it is used again. Asking changes nothing, so it is asked once more.
async function send(
  { pool, path }: Adviser,
  { payload, signal }: Question<unknown>,
  headers: readonly string[],
): Promise<unknown> {
  const body = JSON.stringify(payload);
  const all = [...jsonHeaders, ...headers];
  const posting: Posting = { path, headers: all, body, signal, mostBytes: mostReplyBytes, onStatus: refusal };
  try {
    return jsonOf(await post(pool, posting));
  } catch (error) {
    if (signal.aborted || !isClosing(error)) throw error;
    return jsonOf(await post(pool, posting));
  }
}

function refusal(status: number): Error | undefined {
  return status === 200
    ? undefined
    : Object.assign(new Error(`an answer with status ${status}`), { code: `${status}` });
}

function jsonOf({ body }: Collected): unknown {
  const parsed = parsedJson(body.toString());
  if (parsed === undefined) throw new Error('an answer that is not JSON');
  return parsed;
}
