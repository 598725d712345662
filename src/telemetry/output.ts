import { fstatSync, write } from 'node:fs';
import { Socket } from 'node:net';

/** Where bytes go. `done` is called once; only then is the next `write` made. */
export interface Output {
  write(bytes: Buffer, done: (error: Error | undefined) => void): void;
}

/**
 * Opens a descriptor so that writing never blocks the loop, whatever the reader does. A pipe or socket is switched to
 * non-blocking and polled; anything else (a file, a terminal) is written by the thread pool, one write at a time.
 * A pipe must not take the second way: a stalled reader would hold a pool thread, which the exit then waits for.
 */
export function openOutput(fd: number): Output {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket() ? new PipeOutput(fd) : new FileOutput(fd);
}

class PipeOutput implements Output {
  readonly #socket: Socket;

  constructor(fd: number) {
    this.#socket = new Socket({ fd, readable: false, writable: true });
    // Every failure reaches the callback of a write; unheard, the event would end the process.
    this.#socket.on('error', () => undefined);
  }

  write(bytes: Buffer, done: (error: Error | undefined) => void): void {
    this.#socket.write(bytes, (error) => done(error ?? undefined));
  }
}

// A terminal that another program made non-blocking says EAGAIN while it is stopped.
const againAfterMs = 20;

class FileOutput implements Output {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(bytes: Buffer, done: (error: Error | undefined) => void): void {
    write(this.#fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(() => this.write(bytes, done), againAfterMs);
      else if (error !== null) done(error);
      else if (written < bytes.length) this.write(bytes.subarray(written), done);
      else done(undefined);
    });
  }
}
