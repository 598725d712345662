import { buildConnector, type Dispatcher, Pool } from 'undici';
import type { TargetSpec } from '../config/config.ts';
import { connectionsClosed, isClosing } from './faults.ts';
import { plainPool } from './post.ts';

// DNS changes are picked up when connections turn over.
const maxAgeMs = 300_000;

/**
 * The connections to one upstream. The pool of kept-alive ones is replaced when it is old or when connecting is
 * configured otherwise; the one before finishes what it carries. (undici's own `clientTtl` costs 4 us a call, measured.)
 */
export class Connections {
  #pool: Pool | undefined;
  #connectTimeoutMs = 0;
  #bornAt = 0;
  #single: Pool | undefined;
  #singleTimeoutMs = 0;
  #isClosed = false;
  // Written only where a connection is lost.
  readonly #lostAfterUse = new WeakSet<Error>();

  /** `now`: monotonic milliseconds. */
  to(spec: TargetSpec, now: number): Dispatcher {
    const pool = this.#pool;
    const isFresh = now - this.#bornAt < maxAgeMs && spec.connectTimeoutMs === this.#connectTimeoutMs;
    return pool !== undefined && isFresh ? pool : this.#renew(spec, now);
  }

  /**
   * Connections that each carry one call. Who drops one idle connection has mostly dropped them all, so what a stale one
   * lost is not given to another kept one; and the kept ones that are well stay.
   */
  fresh(spec: TargetSpec): Dispatcher {
    const pool = this.#single;
    if (pool !== undefined && spec.connectTimeoutMs === this.#singleTimeoutMs) return pool;
    this.#refuseClosed(spec);
    void pool?.close(); // when its last exchange is over; nobody is left to hear of it
    this.#singleTimeoutMs = spec.connectTimeoutMs;
    this.#single = this.#connect(spec, 0);
    return this.#single;
  }

  /** Whether this error is the end of a connection that had brought something before, and another may be opened. */
  lostAfterUse(error: unknown): boolean {
    return !this.#isClosed && error instanceof Error && this.#lostAfterUse.has(error);
  }

  /** Drops every connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#pool?.destroy(), this.#single?.destroy()]);
  }

  #renew(spec: TargetSpec, now: number): Dispatcher {
    this.#refuseClosed(spec);
    void this.#pool?.close(); // as above
    this.#bornAt = now;
    this.#connectTimeoutMs = spec.connectTimeoutMs;
    this.#pool = this.#connect(spec, 1);
    return this.#pool;
  }

  #refuseClosed(spec: TargetSpec): void {
    if (this.#isClosed) throw connectionsClosed(spec.id);
  }

  // HTTP/1.1: one lost connection then costs one stream. Timeouts are ours (clocks.ts), but for connecting.
  #connect(spec: TargetSpec, pipelining: 0 | 1): Pool {
    return new Pool(spec.origin, {
      connect: this.#connector(spec.connectTimeoutMs),
      ...plainPool,
      pipelining, // 0: a connection is closed after its first call
      keepAliveTimeout: 30_000,
      maxHeaderSize: 65_536,
    });
  }

  // A reset carries nothing that tells a used connection from a new one, so each socket is asked when it fails: one that
  // has read bytes has answered before. This listener comes before undici's, which hand the error on.
  #connector(timeout: number): buildConnector.connector {
    const connect = buildConnector({ timeout, allowH2: false });
    return (options, callback) =>
      connect(options, (...outcome) => {
        const [, socket] = outcome;
        socket?.on('error', (error) => {
          if (socket.bytesRead > 0 && isClosing(error)) this.#lostAfterUse.add(error);
        });
        callback(...outcome);
      });
  }
}
