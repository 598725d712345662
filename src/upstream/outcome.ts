import type { FinishedAttempt } from '../record/finished-exchange.ts';

/** The key has expired, the model is retired, the address is wrong: 405, 407 and 410 are the same to us. */
const misconfigured: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407, 410]);

/**
 * What a status says of the target that gave it, in a head, an error body or an error event alike. 408, 429 and 5xx are
 * its failures; what only the configuration can mend is `target_misconfigured`. Both let the next target answer. Anything
 * else is the answer to this call, and ends the search: 400, 413 and 422 would be the same elsewhere, and what a provider
 * refuses for what it says (409, 415, 451) is not to be tried on others.
 */
export function outcomeOf(status: number): Exclude<FinishedAttempt['outcome'], 'void'> {
  if (status === 408 || status === 429 || status >= 500) return 'failure';
  return misconfigured.has(status) ? 'target_misconfigured' : 'success';
}
