import { z } from 'zod';
import { forwardHeaders, forwardQuery, ownHeaderName, targetHeadersSchema } from './crossing-schema.ts';
import { oneLine, secretKeyRef } from './secret-ref-schema.ts';

export function lineOfText(longest: number): z.ZodString {
  return z.string().min(1).max(longest).regex(oneLine, 'expected text without control characters');
}

/** Longest wait that can be configured: a day. Timers overflow at 24 days and fire at once. */
export function seconds(): z.ZodInt {
  return z.int().min(1).max(86_400);
}

/** A dearer token than any: beyond it somebody has taken the price of a token for that of a million, or cents for USD. */
function price(): z.ZodNumber {
  return z.number().min(0).max(1_000_000);
}

export const targetSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/, 'expected 1 to 128 printable ASCII characters')
    .describe('Unique identifier of this target. Used in headers, logs, metrics and routing.'),
  provider: lineOfText(768).describe(
    'Provider id, or the shorthand `provider:kind:model` (kind: `chat`, `completion` or `embedding`), split at the first two colons.',
  ),
  model: lineOfText(512)
    .optional()
    .describe("The provider's model name, passed on as it is. Required unless it is in the shorthand."),
  base_url: z
    .string()
    .max(2048)
    .optional()
    .describe(
      "API base URL. Default: the provider's. Without a path the provider's usual path (`/v1`) is added, with one it is taken as written.",
    ),
  secret_key_ref: secretKeyRef
    .optional()
    .describe(
      "Where the API key is: exactly one of `env`, `file` and `store`. Default: the provider's own variable.",
    ),
  api_key: z
    .string()
    .min(1)
    .max(16_384)
    .optional()
    .describe('The API key itself. Discouraged: everyone who can read this file can read the key.'),
  api_key_header: ownHeaderName().default('Authorization').describe('Header that carries the key.'),
  api_key_prefix: z
    .string()
    .max(64)
    .regex(/^[\x20-\x7e]*$/, 'expected printable ASCII characters')
    .default('Bearer ')
    .describe('Text before the key in that header.'),
  headers: targetHeadersSchema,
  forward_headers: forwardHeaders,
  forward_query: forwardQuery,
  timeout_seconds: seconds()
    .default(60)
    .describe('Longest time for one attempt at an answer that is not streamed.'),
  stream_timeout_seconds: seconds()
    .optional()
    .describe(
      'Longest time for one streamed answer, from the call to its last byte. Default: `timeout_seconds`, which long answers and reasoning models outlast: a stream cut off by it ends in `upstream_timeout` and names this setting.',
    ),
  connect_timeout_seconds: seconds().default(5).describe('Longest time to connect, TLS included.'),
  first_byte_timeout_seconds: seconds()
    .optional()
    .describe('Longest wait for the first byte of an answer. Default: the timeout of the whole answer.'),
  idle_timeout_seconds: seconds().default(60).describe('Longest silence between two events of a stream.'),
  format: z.enum(['openai']).default('openai').describe('Wire format of the provider.'),
  description: z.string().max(1024).optional().describe('A label for people.'),
  weight: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(1)
    .describe('Share of the traffic. No effect yet: only a weighted strategy uses it, and there is none.'),
  pricing: z
    .strictObject({
      prompt: price().describe('USD for one million tokens of calls (input).'),
      completion: price().describe('USD for one million tokens of answers (output); 0 for embeddings.'),
    })
    .optional()
    .describe(
      'What the provider charges: each call then has a cost, in metrics, log and records. Without it, calls count as unpriced.',
    ),
  quantizations: z
    .union([lineOfText(64), z.array(lineOfText(64)).max(32)])
    .optional()
    .describe('Quantization levels of the model, one or a list. Informational.'),
  usage_in_stream: z
    .boolean()
    .optional()
    .describe(
      'Ask for token usage at the end of a stream. Default: true, except where the provider sends it unasked.',
    ),
});

export type WrittenTarget = z.infer<typeof targetSchema>;
