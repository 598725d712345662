import { z } from 'zod';
import type { Addition } from '../injection/json-patch.ts';

const reviewSchema = z.object({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string().min(1).max(256),
    operation: z.enum(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']),
    namespace: z.string().default(''),
    name: z.string().default(''),
    dryRun: z.boolean().default(false),
    object: z.unknown().optional(),
  }),
});

/** What an API server asks, as far as it is used. */
export type AdmissionRequest = Readonly<z.output<typeof reviewSchema>['request']>;

export interface AdmissionAnswer {
  readonly allowed: boolean;
  /** Shown to whoever sent the object, also when it is allowed. */
  readonly warnings: readonly string[];
  /** Why not. */
  readonly message?: string;
  readonly patch?: readonly Addition[];
}

/** The question, or what is wrong with it. */
export function readReview(body: string): AdmissionRequest | string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'the body is no JSON';
  }
  const parsed = reviewSchema.safeParse(value);
  if (parsed.success) return parsed.data.request;
  return `no AdmissionReview of admission.k8s.io/v1: ${z.prettifyError(parsed.error)}`;
}

// What the API server itself keeps of warnings: it cuts the rest off, in the middle of a word.
const mostWarnings = 16;
const warningLimit = 256;

export function reviewText(uid: string, { allowed, warnings, message, patch }: AdmissionAnswer): string {
  const shown = warnings.slice(0, mostWarnings).map((one) => shortened(one, warningLimit));
  const more = warnings.length - shown.length;
  if (more > 0) shown.push(`and ${more} more`);
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed,
      ...(shown.length === 0 ? {} : { warnings: shown }),
      ...(message === undefined ? {} : { status: { code: 422, reason: 'Invalid', message } }),
      ...(patch === undefined || patch.length === 0
        ? {}
        : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
    },
  });
}

/** The text, with an ellipsis in place of what is too much of it. */
export function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
