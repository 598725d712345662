import { z } from 'zod';
import type { Reduced } from '../watch/watched-objects.ts';

/** What is kept of a ConfigMap or Secret: when its content last changed, by its metadata alone. */
export interface SourceVersion {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** In whole seconds, as the API server writes it. */
  readonly editedAt: number;
  /** The last change may have been one of the content. If not, it was one of labels and the like. */
  readonly isContent: boolean;
}

const schema = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.string(),
    managedFields: z
      .array(
        z.object({ time: z.string().optional(), fieldsV1: z.record(z.string(), z.unknown()).default({}) }),
      )
      .default([]),
  }),
});

export function reduceSource(object: unknown): Reduced<SourceVersion> | undefined {
  const metadata = schema.safeParse(object).data?.metadata;
  if (metadata === undefined) return undefined;
  const { namespace, name, resourceVersion: version, creationTimestamp, managedFields } = metadata;
  const createdAt = Date.parse(creationTimestamp);
  const times = managedFields.map(({ time, fieldsV1 }) => ({
    at: time === undefined ? createdAt : Date.parse(time),
    isContent: contentFields.some((field) => field in fieldsV1),
  }));
  const latest = Math.max(createdAt, ...times.map(({ at }) => at));
  const content = times.filter(({ isContent }) => isContent).map(({ at }) => at);
  // Who owned the last key and took it away owns nothing any more: the latest of all is what is known then.
  const editedAt = content.length === 0 ? latest : Math.max(createdAt, ...content);
  const value = { namespace, name, version, editedAt, isContent: editedAt === latest };
  return { key: `${namespace}/${name}`, value };
}

const contentFields = ['f:data', 'f:binaryData', 'f:stringData', 'f:immutable'];
