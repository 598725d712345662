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
  if (stat.isFIFO() || stat.isSocket()) return pipeOutput(fd);
  return { write: (bytes, done) => writeAll(fd, bytes, done) };
}

function pipeOutput(fd: number): Output {
  const socket = new Socket({ fd, readable: false, writable: true });
  // Every failure reaches the callback of a write; unheard, the event would end the process.
  socket.on('error', () => undefined);
  return { write: (bytes, done) => socket.write(bytes, (error) => done(error ?? undefined)) };
}

// A terminal that another program made non-blocking says EAGAIN while it is stopped.
const againAfterMs = 20;

function writeAll(fd: number, bytes: Buffer, done: (error: Error | undefined) => void): void {
  write(fd, bytes, (error, written) => {
    if (error?.code === 'EAGAIN') setTimeout(() => writeAll(fd, bytes, done), againAfterMs);
    else if (error !== null) done(error);
    else if (written < bytes.length) writeAll(fd, bytes.subarray(written), done);
    else done(undefined);
  });
}
