import { type Dispatcher, Pool } from 'undici';
import type { TargetSpec } from '../config/config.ts';

// DNS changes are picked up when connections turn over.
const maxAgeMs = 300_000;

/**
 * The kept-alive connections to one upstream. The pool is replaced when it is old or when connecting is configured
 * otherwise; the one before finishes what it carries. (undici's own `clientTtl` costs 4 us a call, measured.)
 */
export class Connections {
  #pool: Pool | undefined;
  #connectTimeoutMs = 0;
  #bornAt = 0;
  #isClosed = false;

  /** `now`: monotonic milliseconds. */
  to(spec: TargetSpec, now: number): Dispatcher {
    const pool = this.#pool;
    const isFresh = now - this.#bornAt < maxAgeMs && spec.connectTimeoutMs === this.#connectTimeoutMs;
    return pool !== undefined && isFresh ? pool : this.#renew(spec, now);
  }

  /** Drops every connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool?.destroy();
  }

  #renew(spec: TargetSpec, now: number): Dispatcher {
    if (this.#isClosed) throw new Error(`the connections to target "${spec.id}" are closed`);
    void this.#pool?.close(); // when its last exchange is over; nobody is left to hear of it
    this.#bornAt = now;
    this.#connectTimeoutMs = spec.connectTimeoutMs;
    this.#pool = connect(spec);
    return this.#pool;
  }
}

// HTTP/1.1: one lost connection then costs one stream. Timeouts are ours (clocks.ts), but for connecting.
function connect(spec: TargetSpec): Pool {
  return new Pool(spec.origin, {
    connect: { timeout: spec.connectTimeoutMs },
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 65_536,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
