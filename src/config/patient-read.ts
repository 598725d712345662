import type { SourceReading } from './source.ts';
import { unreadable } from './whole-file.ts';

/** Each abandoned read may hold one of four I/O threads; with this many of them, none is added. */
const abandonedLimit = 2;

/**
 * Bounds a read that may hang, as one on a dead network volume does: it is given up after `timeoutMs`, and what it says
 * later is not listened to. The result never rejects.
 */
export function patientRead(
  read: () => Promise<SourceReading>,
  timeoutMs: number,
): () => Promise<SourceReading> {
  let abandoned = 0;
  return () => {
    if (abandoned >= abandonedLimit) {
      return Promise.resolve(unreadable('timeout', `${abandoned} earlier reads have not returned`));
    }
    const { promise, resolve } = Promise.withResolvers<SourceReading>();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      abandoned += 1;
      resolve(unreadable('timeout', `reading took longer than ${timeoutMs} ms`));
    }, timeoutMs).unref();
    const finish = (reading: SourceReading): void => {
      clearTimeout(timer);
      if (isLate) abandoned -= 1;
      resolve(reading);
    };
    read().then(finish, (error: unknown) => finish(unreadable('failed', String(error))));
    return promise;
  };
}
