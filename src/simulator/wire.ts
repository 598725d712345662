import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** How an answer ends. An error event is an ordinary end: only its text is special. */
export type BatchesEnding = 'end' | 'cut' | 'reset' | 'stall';

/** The way to one reader. At most one write is under way, so a slow reader slows the answer and nothing piles up. */
export class Wire {
  readonly #response: ServerResponse;
  readonly #pieceBytes: number | undefined;
  #wake: (() => void) | undefined;

  constructor(response: ServerResponse, pieceBytes: number | undefined) {
    this.#response = response;
    this.#pieceBytes = pieceBytes;
    response.once('close', () => this.#wake?.());
  }

  /** Whether the reader has left: nothing more is worth making. */
  get isGone(): boolean {
    return this.#response.destroyed;
  }

  /** Resolves when the bytes are with the kernel, or the reader has left. */
  async send(bytes: Buffer): Promise<void> {
    const size = this.#pieceBytes ?? bytes.length;
    for (let at = 0; at < bytes.length && !this.isGone; at += size) {
      // One write after the other on purpose: this is the back-pressure.
      // oxlint-disable-next-line no-await-in-loop
      await this.#write(bytes.subarray(at, at + size));
    }
  }

  async pause(ms: number): Promise<void> {
    if (ms === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await this.#until((done) => {
      timer = setTimeout(done, ms);
    });
    clearTimeout(timer);
  }

  async finish(ending: BatchesEnding): Promise<void> {
    switch (ending) {
      case 'end':
        this.#response.end();
        return;
      case 'cut':
        this.#response.socket?.destroy();
        return;
      case 'reset':
        this.#response.socket?.resetAndDestroy();
        return;
      case 'stall':
        await this.#until(() => undefined);
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#until((done) => this.#response.write(bytes, done));
    // A whole turn of the loop between two writes, so that they arrive as two. The first of these may still belong to
    // the turn in which the request was read.
    await setImmediate();
    await setImmediate();
  }

  /** Waits for `start` to call back, or for the reader to leave. */
  async #until(start: (done: () => void) => void): Promise<void> {
    if (this.isGone) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      start(resolve);
    });
    this.#wake = undefined;
  }
}
