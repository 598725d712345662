import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** One socket of the upstream: what is sent on it, and when it was opened and closed. */
export class Connection {
  readonly openedAt = performance.now();
  /** When the peer closed or reset it, as `performance.now()` tells it. */
  peerClosedAt: number | undefined;
  isOpen = true;
  /** How many requests came in on it. */
  requests = 0;
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #hasClosed = false;

  constructor(socket: Socket, onChange: () => void) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = promise;
    const peerClosed = (): void => {
      if (this.isOpen && !this.#hasClosed) this.peerClosedAt ??= performance.now();
      onChange();
    };
    socket.on('end', peerClosed).on('error', peerClosed);
    socket.on('close', () => {
      this.isOpen = false;
      resolve();
      onChange();
    });
  }

  /** Sends exactly these bytes, as one write for each part between the positions in `cutAt`. */
  async send(bytes: string | Buffer, cutAt: readonly number[] = []): Promise<void> {
    const all = Buffer.from(bytes);
    const cuts = [0, ...cutAt.filter((at) => at > 0 && at < all.length), all.length];
    for (const [index, end] of cuts.slice(1).entries()) {
      // oxlint-disable-next-line no-await-in-loop -- one write after the other is the point
      await this.#write(all.subarray(cuts[index], end));
    }
  }

  /** Says that nothing more will come. */
  end(): void {
    this.#hasClosed = true;
    this.#socket.end();
  }

  destroy(): void {
    this.#hasClosed = true;
    this.#socket.destroy();
  }

  /** Breaks the connection with a TCP reset. */
  reset(): void {
    this.#hasClosed = true;
    this.#socket.resetAndDestroy();
  }

  /** Closes or resets as soon as so many more bytes have come, wherever in a request that is. */
  dropAfter(bytes: number, how: 'end' | 'reset'): void {
    let left = bytes;
    const count = (part: Buffer): void => {
      left -= part.length;
      if (left > 0) return;
      this.#socket.off('data', count);
      this[how]();
    };
    this.#socket.on('data', count);
  }

  /** Resolves when the socket is closed, by whomever. */
  closed(): Promise<void> {
    return this.#closed;
  }

  async #write(bytes: Buffer): Promise<void> {
    if (!this.isOpen) return;
    const written = new Promise<void>((resolve) => {
      this.#socket.write(bytes, () => resolve());
    });
    await Promise.race([written, this.#closed]);
    // A whole turn of the loop, so that the next write arrives by itself; the first may still belong to this one.
    await setImmediate();
    await setImmediate();
  }
}
