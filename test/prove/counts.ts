import { z } from 'zod';
import type { Finding } from '../../src/policy/guard.ts';

const countsShape = z.object({
  pairs: z.number(),
  texts: z.number(),
  rewritten: z.number(),
  denied: z.number(),
  pieces: z.number(),
  mostHeld: z.number(),
  /** How often each rule found something, by the first word of its name. */
  found: z.record(z.string(), z.number()),
});

/** What a proof has looked at. */
export type Counts = z.infer<typeof countsShape>;

export function noCounts(): Counts {
  return { pairs: 0, texts: 0, rewritten: 0, denied: 0, pieces: 0, mostHeld: 0, found: {} };
}

export const partNames = ['texts', 'cuts', 'streams', 'sockets'] as const;

/** What one process has looked at, part by part. */
export const reportShape = z.record(z.enum(partNames), countsShape);
export type Report = z.infer<typeof reportShape>;

/** What one process is to look at. */
export const shareShape = z.object({
  seed: z.number(),
  pairs: z.number(),
  streams: z.number(),
  sockets: z.number(),
});

export function countFindings(counts: Counts, findings: readonly Finding[]): void {
  for (const { rule } of findings) {
    const [entity = rule] = rule.split('.');
    counts.found[entity] = (counts.found[entity] ?? 0) + 1;
  }
}
