import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.ts';

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
  readonly bytes: number;
  readonly budget: BufferBudget;
  /** Tells a client that waits for it that its head is accepted; undefined where none does. */
  readonly proceed: (() => void) | undefined;
}

/** Reads a request body whole. The bytes stay counted in the budget until the caller gives them back. */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  refuseEncoding(request);
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.bytes) return Promise.reject(tooLarge(limits.bytes));
  limits.proceed?.();
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const fail = (error: Error): void => {
      limits.budget.give(size);
      size = 0;
      request.removeAllListeners('data');
      reject(error);
    };
    request.on('data', (piece: Buffer) => {
      if (size + piece.length > limits.bytes) return fail(tooLarge(limits.bytes));
      try {
        limits.budget.take(piece.length);
      } catch (error) {
        return fail(error instanceof Error ? error : new Error(String(error)));
      }
      size += piece.length;
      pieces.push(piece);
    });
    request.on('end', () => {
      const [only] = pieces;
      resolve(pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, size));
    });
    request.on('error', () => fail(closed()));
    request.on('close', () => {
      if (!request.complete) fail(closed());
    });
  });
}

function refuseEncoding(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === '' || encoding.toLowerCase() === 'identity') return;
  throw new GatewayError('encoding_unsupported', 'content-encoding: send the body unencoded (identity)');
}

function tooLarge(limit: number): GatewayError {
  return new GatewayError('request_too_large', `the body is larger than ${limit} bytes (limits.body_bytes)`);
}

function closed(): GatewayError {
  return new GatewayError('client_closed', 'the client left before its request was whole');
}
