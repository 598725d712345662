import { z } from 'zod';

/** What a request must look like for one peer, where that is not what the gateway takes. */
const door = z.strictObject({
  path: z.string(),
  model: z.string(),
  headers: z.record(z.string(), z.string()),
});

export type Door = z.infer<typeof door>;

/** What the runner asks of the load client, one JSON line each. */
export const loadOrder = z.strictObject({
  port: z.int().min(1),
  door: door.optional(),
  shape: z.enum(['whole', 'stream', 'paced', 'slow']),
  connections: z.int().min(1),
  calls: z.int().min(1),
  /** New connections in a second; the accept queue of a server is short. */
  connectsPerSecond: z.int().min(1),
  /** Body bytes that every reply must have; 0: any. */
  bodyBytes: z.int().min(0),
  /** Reads the events too, and demands their number and `[DONE]`. It costs the client time. */
  events: z.int().min(0),
  timeoutMs: z.int().min(1),
});

export type LoadOrder = z.infer<typeof loadOrder>;

/** What came of it. Times in microseconds, NaN as null where nothing was answered. */
export const loadResult = z.strictObject({
  finished: z.int(),
  failed: z.int(),
  firstFailure: z.string().optional(),
  wholeP50Us: z.number().nullable(),
  firstByteP50Us: z.number().nullable(),
  callsPerSecond: z.number().nullable(),
  /** Of the last reply. */
  bodyBytes: z.int(),
  mostOpen: z.int(),
});

export type LoadResult = z.infer<typeof loadResult>;
