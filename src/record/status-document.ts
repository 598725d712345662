import { z } from 'zod';

const known = z.string().nullable();

/** What was seen of an upstream. */
const observed = {
  in_flight: z.number(),
  successes: z.number(),
  failures: z.number(),
  last_failure: known,
};

/** `/status` as this `kt` reads it. Gateways of other versions may say more; what is optional, older ones do not say. */
const statusSchema = z.object({
  version: z.string(),
  phase: z.string(),
  uptime_seconds: z.number(),
  config: z.object({
    generation: z.number(),
    applied_hash: known,
    desired_hash: known,
    last_reload_successful: z.boolean(),
    last_success: known,
    desired_since: known,
    issues: z.array(
      z.object({
        code: z.string(),
        severity: z.string(),
        path: z.string(),
        message: z.string(),
        line: z.number(),
        column: z.number(),
      }),
    ),
  }),
  targets: z.array(
    z.object({
      id: z.string(),
      provider: z.string(),
      model: z.string(),
      origin: z.string(),
      available: z.boolean(),
      ...observed,
      target_misconfigured: z.union([z.number(), z.string()]).nullable().default(null),
    }),
  ),
  advisers: z.array(z.object({ url: z.string(), state: z.string(), ...observed })).default([]),
  leases: z.record(z.string(), z.number()),
  exchanges_on_current: z.number(),
  limits: z.record(z.string(), z.number()).default({}),
  listening: z.object({ data: z.array(z.string()), admin: z.array(z.string()) }),
  degraded: z.array(z.string()),
});

export type StatusView = z.infer<typeof statusSchema>;

/** The document of `/status`: what `kt` reads, and what it passes over. */
export type StatusDocument = StatusView & {
  readonly config: {
    /** What the configuration dropped or weakened of the one before. */
    readonly weakened: readonly Readonly<Record<'policy' | 'path' | 'from' | 'to', string>>[];
  };
  readonly targets: readonly { readonly priced: boolean }[];
  readonly buffered_bytes: number;
  readonly output: { readonly dropped_lines: number; readonly held_bytes: number };
  readonly tracing: {
    readonly enabled: boolean;
    readonly endpoint: string | null;
    readonly protocol: string | null;
    readonly sampler: string | null;
    readonly exported_spans: number;
    readonly queued_spans: number;
    readonly dropped_spans: number;
    readonly failing: boolean;
  };
};

/** The document, or undefined where it is something else. */
export function readStatus(document: unknown): StatusView | undefined {
  return statusSchema.safeParse(document).data;
}

/**
 * How what runs stands to what is wanted. `REJECTED`: the file as it is now was refused, the last good one runs.
 * `STALE`: another file is wanted than runs, and nothing says why; it may be under way, or cannot be read.
 */
type Sync = 'SYNCED' | 'STALE' | 'REJECTED';

export function syncOf({ config }: StatusView): Sync {
  const isSynced = config.last_reload_successful && config.desired_hash === config.applied_hash;
  if (isSynced) return 'SYNCED';
  return config.issues.some(({ severity }) => severity === 'error') ? 'REJECTED' : 'STALE';
}

/** Whether there is nothing to do about this gateway. */
export function isWell(status: StatusView): boolean {
  return syncOf(status) === 'SYNCED' && status.phase === 'serving' && status.degraded.length === 0;
}
