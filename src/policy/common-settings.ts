import { z } from 'zod';
import {
  type Direction,
  directions,
  type Role,
  roles,
  type StreamingMode,
  streamingModes,
} from './policy.ts';

/** The keys every `policy.<kind>` block takes beside the kind's own. */
export const commonSchema = z.strictObject({
  enforcement: z
    .enum(['enforce', 'shadow'])
    .default('enforce')
    .describe('`shadow` evaluates and records, and never acts.'),
  on_error: z
    .enum(['block', 'allow'])
    .optional()
    .describe(
      'What happens to the exchange when this policy itself fails. Default: `--fail-mode`, which is `block`.',
    ),
  applies_to: z
    .strictObject({
      roles: z
        .array(z.enum(roles))
        .min(1)
        .max(64)
        .default([...roles])
        .describe('Texts of these authors only. Default: all.'),
      directions: z
        .array(z.enum(directions))
        .min(1)
        .max(64)
        .default([...directions])
        .describe('What was asked, what was answered, or both. Default: both.'),
    })
    .prefault({})
    .describe('Which texts this policy sees.'),
  streaming_mode: z
    .enum(streamingModes)
    .optional()
    .describe(
      'How a streamed answer is judged. `realtime`: as it arrives, what is decided is shown at once. `buffered`: as a whole, nothing of it is shown before all of it is judged; one such policy makes it so for the whole chain, and an answer beyond `limits.answer_bytes` ends with an error. Default: `realtime`, where the kind can do that.',
    ),
});

export type WrittenCommon = z.infer<typeof commonSchema>;

/** The same with every default filled in, applied around the policy by the chain. */
export interface CommonSettings {
  readonly enforcement: WrittenCommon['enforcement'];
  readonly onError: 'block' | 'allow';
  readonly appliesTo: { readonly roles: readonly Role[]; readonly directions: readonly Direction[] };
  readonly streamingMode: StreamingMode;
}

const commonKeys: ReadonlySet<string> = new Set(Object.keys(commonSchema.shape));

/** A settings block as two: the keys every kind takes, and the kind's own. */
export function splitCommon(block: Readonly<Record<string, unknown>>): {
  readonly common: Readonly<Record<string, unknown>>;
  readonly own: Readonly<Record<string, unknown>>;
} {
  const entries = Object.entries(block);
  return {
    common: Object.fromEntries(entries.filter(([key]) => commonKeys.has(key))),
    own: Object.fromEntries(entries.filter(([key]) => !commonKeys.has(key))),
  };
}
