import { z } from 'zod';

// What the test's app and the gateway's admin port say, read.

export const Outcome = z.object({
  ok: z.boolean(),
  status: z.number().optional(),
  code: z.string().optional(),
  text: z.string(),
  config: z.string().optional(),
  endedAt: z.number(),
});
export type Outcome = z.infer<typeof Outcome>;

export const LoopReport = z.object({
  calls: z.number(),
  failures: z.array(Outcome),
  changes: z.array(Outcome),
});

export const LoadReport = z.object({
  isDone: z.boolean(),
  calls: z.number(),
  streams: z.number(),
  streamedCharacters: z.number(),
  failures: z.array(Outcome),
  callsMs: z.number(),
  streamsMs: z.number(),
});

/** What `kt status --json` says of pods. */
export const Pods = z.object({ pods: z.array(z.object({ pod: z.string(), state: z.string() })) });

export const Status = z.object({
  version: z.string(),
  phase: z.string(),
  config: z.object({
    generation: z.number(),
    applied_hash: z.string().nullable(),
    desired_hash: z.string().nullable(),
    last_reload_successful: z.boolean(),
    issues: z.array(z.object({ code: z.string(), message: z.string(), line: z.number() })),
  }),
  degraded: z.array(z.string()),
});
export type Status = z.infer<typeof Status>;

/** The value of a metric without labels, or of its first series. */
export function metric(text: string, name: string): number | undefined {
  const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text) ?? [];
  return value === undefined ? undefined : Number(value);
}
