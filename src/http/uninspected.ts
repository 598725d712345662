import type { Direction } from '../policy/policy.ts';
import type { Exchange } from './exchange.ts';

/** `uninspected: block` denies what holds parts that no policy can judge. */
export function denyUninspected(exchange: Exchange, what: readonly string[], direction: Direction): void {
  if (what.length === 0 || exchange.snapshot.config.uninspected !== 'block') return;
  const place = { policy: 'uninspected', direction, path: nowhere, isShadow: false };
  const subject = direction === 'request' ? 'Request' : 'Answer';
  exchange.evidence.deny(
    place,
    `${subject} blocked: it holds content that cannot be inspected (${what.join(', ')})`,
  );
}

function nowhere(): string {
  return '';
}
