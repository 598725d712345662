import { z } from 'zod';

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().default('') }),
  // An empty list may be null.
  items: z.array(z.unknown()).nullish(),
});

/** Loose all the way: the object goes on whole to whoever reduces it. */
const objectSchema = z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string() }) });

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED']), object: objectSchema }),
  z.object({ type: z.literal('BOOKMARK'), object: objectSchema }),
  z.object({
    type: z.literal('ERROR'),
    object: z.object({ code: z.number().default(0), message: z.string().default('') }),
  }),
]);

export type WatchEvent = z.infer<typeof eventSchema>;

/** One page of a list. */
export function readPage(document: unknown): {
  readonly version: string;
  readonly next: string;
  readonly items: readonly unknown[];
} {
  const { metadata, items } = listSchema.parse(document);
  return { version: metadata.resourceVersion, next: metadata.continue, items: items ?? [] };
}

export function readWatchEvent(document: unknown): WatchEvent {
  return eventSchema.parse(document);
}

/** What the API server calls this state of an object. */
export function versionOf(object: unknown): string {
  return objectSchema.parse(object).metadata.resourceVersion;
}
