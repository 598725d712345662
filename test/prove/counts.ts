import { z } from 'zod';

const countsShape = z.object({
  pairs: z.number(),
  texts: z.number(),
  rewritten: z.number(),
  denied: z.number(),
  pieces: z.number(),
  mostHeld: z.number(),
});

/** What a proof has looked at. */
export type Counts = z.infer<typeof countsShape>;

export function noCounts(): Counts {
  return { pairs: 0, texts: 0, rewritten: 0, denied: 0, pieces: 0, mostHeld: 0 };
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
