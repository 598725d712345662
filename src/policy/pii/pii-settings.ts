import { z } from 'zod';
import { compileScan } from '../guards/scan-guard.ts';
import { enforceWhole } from '../guards/whole.ts';
import { entityOf, unnamed, userPatterns } from '../patterns/user-pattern.ts';
import { cardEntities, detectorsFor, entities, entitiesNamed, entityNamed } from './entities.ts';
import { ipScopes } from './addresses/ip-scope.ts';
import { markerFormats } from './markers/marker.ts';
import { isRegion } from './phone/phone-regions.ts';
import { recognizerSettings } from './recognizer/recognizer.ts';

const unknownEntity = `unknown entity; expected one of [${entities.join(', ')}]`;

const entityName = z.string().refine((name) => entityNamed(name) !== undefined, { error: unknownEntity });

const scope = z.enum(['pod', 'conversation']).default('pod');

export type Scope = z.output<typeof scope>;

const redaction = z
  .strictObject({
    marker_format: z
      .enum(markerFormats)
      .default('label')
      .describe(
        "How a value is shown: `label` is `[EMAIL]`, `asterisks` is `********`, `partial` keeps the last four characters of a number, the first letter and the domain of an e-mail address (nothing of one with a single letter before the sign), nothing of an IP or MAC address but its punctuation, and nothing of secrets, private keys and credentials; `hash` is `[EMAIL:BCDFGHJKLMNP]`, twelve letters from an HMAC under the install's key (`KT_FINGERPRINT_KEY`): the same value always has the same ones, and nobody without the key can tell which.",
      ),
    hash_scope: scope.describe(
      'Within what the same value has the same `hash`, as `tokenize.scope` (and its `conversation_header`) has it for placeholders.',
    ),
    include_metadata: z
      .boolean()
      .default(true)
      .describe(
        'Kept for compatibility: the record of an exchange always says what was found where, never the value.',
      ),
    preserve_length: z
      .boolean()
      .default(false)
      .describe(
        'Makes every marker exactly as long as the value it replaces, filled up with asterisks; one that is too long is asterisks alone. Where a `hash` has no room, its letters stand alone, eight at least; in less than ten characters asterisks.',
      ),
    custom_markers: z
      .record(z.string(), z.string().max(256))
      .default({})
      .describe(
        'Markers by entity or pattern name, instead of the format: `EMAIL: "<mail>"`. None may hold personal data itself.',
      ),
  })
  .prefault({});

const tokenize = z
  .strictObject({
    scope: scope.describe(
      'Within what the same value has the same placeholder: all calls to this pod (to all pods with the same `KT_FINGERPRINT_KEY`), or one conversation.',
    ),
    conversation_header: z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/, { error: 'a header name in lower case' })
      .default('x-conversation-id')
      .describe('The request header that names the conversation; calls without it share one.'),
  })
  .prefault({});

export const piiSettings = z
  .strictObject({
    action: z
      .enum(['redact', 'block', 'tokenize'])
      .default('redact')
      .describe(
        'What is done about personal data: `redact` replaces it, `block` refuses the call or ends the answer, `tokenize` gives the provider placeholders instead and puts the values back in the answer (personal data that the model brings up itself is redacted, and so are, in calls, private keys and secrets longer than the hold-back limit and values with a quote, a backslash or a line break, which would break an answer in JSON).',
      ),
    tokenize: tokenize.describe('How placeholders are made, for `action: tokenize`.'),
    entities: z
      .array(entityName)
      .default([])
      .describe(
        `What is looked for, of [${entities.join(', ')}], in any case. Empty: all of them, cards and their security codes only in \`pci_mode\`, \`MEDICAL_RECORD\` and \`NPI\` only in \`healthcare_mode\`. \`SECRET\` is API keys and tokens by their prefix, JSON Web Tokens, and random values given to names such as \`password\` or \`api_key\`; \`PRIVATE_KEY\` is PEM and OpenPGP keys, whole; \`URL_CREDENTIALS\` is \`user:password\` in a URL, whose rest stays.`,
      ),
    phone_regions: z
      .array(z.string().refine(isRegion, { error: 'unknown region; expected two letters as in US, GB, DE' }))
      .default([])
      .describe(
        'Regions, such as `[US, GB, DE]`, whose phone numbers are found without a word that announces them, where they are grouped as is usual there. International numbers, and national ones that show by themselves what they are, are always found.',
      ),
    ip_scope: z
      .enum(ipScopes)
      .default('public')
      .describe(
        'Which IP addresses are looked for. `public`: those that are reachable from everywhere. `all`: also private, loopback, link-local, shared (100.64.0.0/10), documentation, benchmark, multicast and reserved ones, of IPv4 and IPv6. An IPv6 address that holds an IPv4 address (mapped, translated, 6to4) is judged by that.',
      ),
    pci_mode: z.boolean().default(true).describe('Looks for payment card numbers and their security codes.'),
    healthcare_mode: z
      .boolean()
      .default(false)
      .describe(
        'Looks for the numbers of patients and their insurance, and of providers (NPI), whatever `entities` names.',
      ),
    detect_patterns: userPatterns
      .default([])
      .describe(
        `Your own patterns, in RE2 syntax: text, or \`{name, pattern, max_length}\`. What they match is treated like built-in entities, under the name or as ${unnamed}. One without a bound needs \`max_length\`.`,
      ),
    redaction: redaction.describe('How a redacted value is shown.'),
    recognizer: recognizerSettings
      .optional()
      .describe(
        'A service with the HTTP interface of the Presidio analyzer, which finds what has no form of its own: names, addresses. It sees what is left after everything above. Streamed answers are held back whole. Default: none.',
      ),
    allow_list: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Values that stay: exact ones in any case, or all e-mail addresses of a domain by `@example.com`.',
      ),
  })
  .refine(
    (value) => value.pci_mode || !entitiesNamed(value.entities).some((one) => cardEntities.includes(one)),
    {
      path: ['pci_mode'],
      error: '`entities` asks for CREDIT_CARD or CVV, which `pci_mode: false` turns off',
    },
  )
  .superRefine((value, context) => {
    for (const [index, pattern] of value.detect_patterns.entries()) {
      if (typeof pattern !== 'string' || entityNamed(pattern) === undefined) continue;
      context.addIssue({
        code: 'custom',
        path: ['detect_patterns', index],
        message: 'the name of an entity, not a pattern: name it in `entities`',
      });
    }
    const names = new Set(value.detect_patterns.map(entityOf));
    for (const name of Object.keys(value.redaction.custom_markers)) {
      if (entityNamed(name) !== undefined || names.has(name.toUpperCase())) continue;
      if (value.recognizer?.entities.includes(name) === true) continue;
      context.addIssue({
        code: 'custom',
        path: ['redaction', 'custom_markers', name],
        message: unknownEntity,
      });
    }
  })
  .refine((value) => Object.values(value.redaction.custom_markers).every(holdsNothing), {
    path: ['redaction', 'custom_markers'],
    error: 'a marker must not hold personal data itself: it would be redacted again',
  });

export type PiiDetectorSettings = z.infer<typeof piiSettings>;

const everything = compileScan({
  detectors: detectorsFor([], 'all'),
  holdBackLimit: 512,
  judge: () => ({ kind: 'rewrite', replacement: '' }),
});

function holdsNothing(text: string): boolean {
  return enforceWhole(everything(), text).findings.length === 0;
}
