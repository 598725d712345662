import { z } from 'zod';
import { lineOfText, seconds, targetSchema } from './target-schema.ts';

const kibi = 1024;
const mebi = kibi * kibi;

const packSchema = z.strictObject({
  name: lineOfText(128).describe('Name of this configuration, shown in logs, metrics and `/status`.'),
  version: z
    .string()
    .max(64)
    .regex(/^\d+(?:\.\d+){0,3}(?:[-+][\w.+-]*)?$/, 'expected a version, such as "1.0.0"')
    .describe('Version of this configuration, `1.2.3`.'),
  enabled: z
    .boolean()
    .default(true)
    .describe('`false` refuses every call with 503; nothing is ever served with the policies off.'),
  description: z.string().max(4096).optional().describe('What this configuration is for.'),
});

const strategyNames = ['single', 'fallback', 'ordered', 'priority'] as const;

const providersSchema = z.strictObject({
  strategy: z
    .enum(strategyNames)
    .optional()
    .describe(
      '`single` asks the first target only; `fallback` (also `ordered`, `priority`) asks them in order until one answers. Default: `single` with one target, `fallback` with more.',
    ),
  routing: z
    .strictObject({
      strategy: z.enum(strategyNames).optional().describe('The same as `providers.strategy`.'),
    })
    .optional()
    .describe('Another place for `strategy`.'),
  deadline_seconds: seconds()
    .optional()
    .describe(
      'Longest time for a whole exchange, all attempts together. Default: none but the timeouts of the targets.',
    ),
  commit_after_seconds: seconds()
    .default(15)
    .describe(
      'Longest wait for the first content of a stream after its headers; then it is committed and no other target is asked.',
    ),
  targets: z
    .array(targetSchema)
    .min(1)
    .max(1000)
    .describe('The model providers that may be asked, in order.'),
});

function amount(least: number, most: number, value: number): z.ZodDefault<z.ZodInt> {
  return z.int().min(least).max(most).default(value);
}

const limitsSchema = z.strictObject({
  body_bytes: amount(kibi, kibi * mebi, 10 * mebi).describe('Largest request body.'),
  header_bytes: amount(kibi, mebi, 32 * kibi).describe('Largest request header, all fields together.'),
  answer_bytes: amount(kibi, kibi * mebi, 32 * mebi).describe(
    'Largest answer that is held whole: one that is not streamed, or is with `streaming_mode: buffered`.',
  ),
  json_depth: amount(8, 1024, 128).describe('Deepest nesting of a JSON body.'),
  json_nodes: amount(100, 10_000_000, 250_000).describe('Most values in a JSON body.'),
  hold_back_chars: amount(64, 65_536, 512).describe(
    'Most characters of one field of a streamed answer withheld while they may be part of a match.',
  ),
  sse_event_bytes: amount(kibi, 64 * mebi, 16 * mebi).describe(
    'Largest event of a stream. What is withheld of a stream may be four times that, and counts with `--max-buffered-bytes`.',
  ),
  headers_seconds: seconds().default(15).describe('Longest time a client may take to send its headers.'),
  receive_seconds: seconds()
    .default(60)
    .describe('Longest time a client may take to send its whole request.'),
  keep_alive_seconds: seconds().default(120).describe('Longest an idle client connection is kept.'),
  waiting_comment_seconds: seconds()
    .default(15)
    .describe(
      'How often a comment goes out on a stream whose answer is held back (`streaming_mode: buffered`), so that its client does not take the silence for a dead connection.',
    ),
});

const originSchema = z
  .string()
  .max(300)
  .superRefine((written, context) => {
    const message = originTrouble(written);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** Which web pages may call. Nothing about credentials: the gateway has no cookies, and a page never needs them here. */
const corsSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('`false` refuses every web page, whatever is listed.'),
  allow_origins: z
    .array(originSchema)
    .max(100)
    .default([])
    .describe(
      'Web pages that may call, as exact origins, such as `https://app.example`. Any other request with an `Origin` header is refused with 403. `"*"` lets every web page spend the keys.',
    ),
  max_age_seconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(86_400)
    .describe('How long a browser may remember the answer to a preflight.'),
});

/** Why this can never be what a browser sends as `Origin`. */
function originTrouble(written: string): string | undefined {
  if (written === '*') return undefined;
  if (written === 'null')
    return 'the origin "null" names no page: sandboxed frames and files of every site send it';
  const url = URL.parse(written);
  if (url === null || !/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+$/.test(written))
    return 'expected an exact origin without a path, such as https://app.example or http://localhost:3000, or "*"';
  // Origins of other schemes (browser extensions, app shells) have no canonical form to hold them to.
  if (url.origin === 'null' || url.origin === written) return undefined;
  return `browsers write this origin as ${url.origin}`;
}

/** The whole document, but for what is inside `policy.<kind>`: each kind brings the schema of its own settings. */
export const documentSchema = z.strictObject({
  pack: packSchema.describe('Identity of this configuration.'),
  policies: z
    .strictObject({
      chain: z
        .array(z.string())
        .max(64)
        .describe('Policy kinds in the order they are evaluated; a denial ends the chain.'),
    })
    .describe('Which policies apply.'),
  policy: z.record(z.string(), z.unknown()).nullable().default({}).describe('Settings by policy kind.'),
  providers: providersSchema.describe('Where calls go.'),
  limits: limitsSchema.prefault({}).describe('Bounds on everything that arrives.'),
  cors: corsSchema.prefault({}).describe('Which web pages may call. Default: none.'),
  callbacks: z
    .array(
      z.strictObject({
        type: z
          .enum(['prometheus'])
          .describe('`prometheus` exports the metrics `keeptrusts_llm_*` beside those of the gateway.'),
      }),
    )
    .max(8)
    .default([])
    .describe('Who else is told of every call.'),
  unknown_fields: z
    .enum(['judge', 'pass'])
    .default('judge')
    .describe(
      'Texts under keys that no API defines: judged as role `other`, or passed unseen. Never judged in calls: `user`, `metadata`, `safety_identifier`, `prompt_cache_key`, ids, roles, keys of such objects, and numbers outside arguments.',
    ),
  uninspected: z
    .enum(['allow', 'block'])
    .default('allow')
    .describe('Parts that cannot be judged, such as images: recorded and passed, or refused.'),
  denial_status: z
    .literal([409, 400, 403])
    .default(409)
    .describe('HTTP status of a denial by a policy. 400 or 403 for clients that retry 409.'),
});

export type WrittenDocument = z.infer<typeof documentSchema>;
export type WrittenProviders = WrittenDocument['providers'];
