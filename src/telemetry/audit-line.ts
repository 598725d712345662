import type { Seam } from '../record/seam.ts';
import type { Logger } from './log.ts';

/** Says in the log that the records go on at another place, or after a break. */
export function logSeam({ path, reason, lost, repeated, movedTo }: Seam, log: Logger): void {
  const aside = movedTo === undefined ? {} : { moved_to: movedTo };
  log.warn('audit', 'the audit file was continued', { path, reason, lost, repeated, ...aside });
}
