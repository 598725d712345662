import type { JsonLimits } from '../json/scan.ts';
import type { Snapshot } from '../runtime/snapshot.ts';

export function jsonLimits({ config }: Snapshot): JsonLimits {
  return { depth: config.limits.jsonDepth, nodes: config.limits.jsonNodes };
}
