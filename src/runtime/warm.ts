import type { Snapshot } from './snapshot.ts';

// A pod's first probes and calls come before this is needed, and must not wait for it.
const pauseMs = 200;

/**
 * Has each policy do a moment later what its first text would have to wait for; the loop turns between one and the
 * next. A call that comes sooner does it itself.
 */
export function warmSoon({ chain }: Snapshot): void {
  const cold = chain.filter(({ policy }) => policy.warm !== undefined);
  cold.forEach(({ policy }, at) => setTimeout(() => policy.warm?.(), pauseMs * (at + 1)).unref());
}
