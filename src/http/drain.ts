import { setTimeout as wait } from 'node:timers/promises';
import type { DataServer } from './server.ts';

interface DrainOptions {
  /** Open exchanges may take this long. */
  readonly deadlineMs: number;
  /** The port stays open until nothing has been in flight for this long: a sidecar must outlive its app's last call. */
  readonly lameDuckMs: number;
}

const lookMs = 25;

/**
 * Waits until no exchange has been open for the lame-duck time, or until the deadline; then open streams end with an
 * honest error event. Resolves with the number that had to be interrupted.
 */
export async function drain(server: DataServer, { deadlineMs, lameDuckMs }: DrainOptions): Promise<number> {
  const startedAt = performance.now();
  let idleSince = startedAt;
  for (;;) {
    const now = performance.now();
    if (server.inFlight > 0) idleSince = now;
    if (now - idleSince >= Math.min(lameDuckMs, deadlineMs)) return 0;
    if (now - startedAt >= deadlineMs) break;
    // oxlint-disable-next-line no-await-in-loop -- waiting is what this loop does
    await wait(lookMs);
  }
  const interrupted = server.inFlight;
  server.interrupt();
  await Promise.race([server.idle(), wait(1000, undefined, { ref: false })]);
  return interrupted;
}
