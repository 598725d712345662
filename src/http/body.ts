import type { IncomingMessage } from 'node:http';
import { asFault, GatewayError } from '../errors.ts';

/** Bytes of bodies, those of answers too, that all exchanges hold together. */
export class BufferBudget {
  #used = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(bytes: number): void {
    if (this.#used + bytes > this.#limit) {
      throw new GatewayError(
        'overloaded',
        `buffered bodies would exceed ${this.#limit} bytes (--max-buffered-bytes)`,
      );
    }
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }

  get used(): number {
    return this.#used;
  }
}

export interface BodyLimits {
  /** Of the body as it is sent, and of what it is when decoded. */
  readonly bytes: number;
  readonly budget: BufferBudget;
  /** Tells a client that waits for it that its head is accepted; undefined where none does. */
  readonly proceed: (() => void) | undefined;
}

/** The pieces of one body, held to its limit and counted in the budget. */
export class Gathered {
  #pieces: Buffer[] = [];
  readonly #limits: BodyLimits;
  #size = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Throws GatewayError where the body or all bodies together are too large. */
  push(piece: Buffer): void {
    const { bytes, budget } = this.#limits;
    if (this.#size + piece.length > bytes) throw tooLarge(bytes);
    budget.take(piece.length);
    this.#size += piece.length;
    this.#pieces.push(piece);
  }

  /** Gives back what was counted. */
  drop(): void {
    this.#limits.budget.give(this.#size);
    this.#size = 0;
    this.#pieces = [];
  }

  /** Stays counted until the caller gives it back. Its pieces are let go: who listens to a request lives as long as it. */
  whole(): Buffer {
    const pieces = this.#pieces;
    this.#pieces = [];
    const [only] = pieces;
    return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, this.#size);
  }
}

/** Reads a request body whole. The bytes stay counted in the budget until the caller gives them back. */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.bytes) return Promise.reject(tooLarge(limits.bytes));
  limits.proceed?.();
  return new Promise((resolve, reject) => {
    const body = new Gathered(limits);
    const fail = (error: unknown): void => {
      body.drop();
      request.removeAllListeners('data');
      reject(asFault(error));
    };
    request.on('data', (piece: Buffer) => {
      try {
        body.push(piece);
      } catch (error) {
        fail(error);
      }
    });
    request.on('end', () => resolve(body.whole()));
    request.on('error', () => fail(closed()));
    request.on('close', () => {
      if (!request.complete) fail(closed());
    });
  });
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError('request_too_large', `the body is larger than ${limit} bytes (limits.body_bytes)`);
}

function closed(): GatewayError {
  return new GatewayError('client_closed', 'the client left before its request was whole');
}
