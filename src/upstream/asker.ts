import { Pool } from 'undici';
import type { Outside } from '../policy/policy.ts';
import { type AskOutcome, Breaker } from './breaker.ts';
import { isClosing } from './faults.ts';
import { postJson } from './post-json.ts';

const mostConnections = 16;
const mostAsked = 64;

/** One that policies ask. */
interface Asked {
  readonly pool: Pool;
  readonly path: string;
  readonly breaker: Breaker;
}

/** Asks other services on behalf of policies: JSON out, JSON back. */
export class Asker implements Outside {
  readonly #now: () => number;
  /** By URL. Grows only where a configuration names another one. */
  readonly #asked = new Map<string, Asked>();

  /** `now`: monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  within(ms: number, signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  }

  async ask(url: string, payload: unknown, signal: AbortSignal): Promise<unknown> {
    const asked = this.#askedAt(url);
    const permit = asked.breaker.admit(this.#now());
    if (permit === undefined) throw new Error(`${url} has failed too often and is not asked for a while`);
    let outcome: AskOutcome = 'failure';
    try {
      const reply = await send(asked, JSON.stringify(payload), signal);
      outcome = 'success';
      return reply;
    } catch (cause) {
      if (isGivenUp(signal)) outcome = 'void';
      throw cause;
    } finally {
      asked.breaker.settle(permit, outcome, this.#now());
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#asked.values()].map(({ pool }) => pool.destroy()));
  }

  #askedAt(url: string): Asked {
    const known = this.#asked.get(url);
    if (known !== undefined) return known;
    this.#forgetOldest();
    const { origin, pathname: path } = new URL(url);
    const asked = { pool: newPool(origin), path, breaker: new Breaker() };
    this.#asked.set(url, asked);
    return asked;
  }

  #forgetOldest(): void {
    const [oldest] = this.#asked;
    if (this.#asked.size < mostAsked || oldest === undefined) return;
    const [url, { pool }] = oldest;
    this.#asked.delete(url);
    void pool.close(); // when its last question is over; nobody is left to hear of it
  }
}

// A kept connection may be closed just as it is used again. Asking changes nothing, so it is asked once more.
async function send({ pool, path }: Asked, body: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await postJson(pool, path, body, signal);
  } catch (error) {
    if (signal.aborted || !isClosing(error)) throw error;
    return postJson(pool, path, body, signal);
  }
}

/** Whether it was the exchange that ended, and not the time there was for this. */
function isGivenUp({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof DOMException && reason.name === 'TimeoutError');
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
