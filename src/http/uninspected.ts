import { type Denial, nowhere } from '../policy/evidence.ts';
import type { Direction } from '../policy/policy.ts';
import type { Exchange } from './exchange.ts';

/** What `uninspected: block` says of what holds parts that no policy can judge. */
export function uninspectedDenial(
  { snapshot, evidence }: Exchange,
  what: readonly string[],
  direction: Direction,
): Denial | undefined {
  if (what.length === 0 || snapshot.config.uninspected !== 'block') return undefined;
  const place = { policy: 'uninspected', direction, path: nowhere, isShadow: false };
  const subject = direction === 'request' ? 'Request' : 'Answer';
  return evidence.deny(
    place,
    `${subject} blocked: it holds content that cannot be inspected (${what.join(', ')})`,
  );
}
