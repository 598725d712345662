import { z } from 'zod';
import type { Judge, Judgement } from '../guards/judge.ts';
import { compileScan, type ScanRules } from '../guards/scan.ts';
import { compileSignless } from '../guards/signless.ts';
import { enforceWhole } from '../guards/whole.ts';
import { patternDetectors } from '../patterns/pattern-detector.ts';
import {
  compilePatterns,
  entityOf,
  patternProblems,
  unnamed,
  userPatterns,
} from '../patterns/user-pattern.ts';
import { compileAllowList } from '../pii/allow-list.ts';
import {
  cardEntities,
  detectors,
  entities,
  type Entity,
  entityNamed,
  healthEntities,
} from '../pii/entities.ts';
import { compileMarker, markerFormats } from '../pii/marker.ts';
import { judgeRecognized } from '../pii/judge-recognized.ts';
import { phone, phoneOf } from '../pii/phone.ts';
import { isRegion } from '../pii/phone-regions.ts';
import { compileRecognizer, recognizerSettings } from '../pii/recognizer.ts';
import { isRestorable } from '../placeholders.ts';
import {
  type Field,
  type Occasion,
  type Policy,
  type PolicyEnvironment,
  type PolicyKind,
  streamingModes,
} from '../policy.ts';

const unknownEntity = `unknown entity; expected one of [${entities.join(', ')}]`;

const entityName = z.string().refine((name) => entityNamed(name) !== undefined, { error: unknownEntity });

const redaction = z
  .strictObject({
    marker_format: z
      .enum(markerFormats)
      .default('label')
      .describe(
        'How a value is shown: `label` is `[EMAIL]`, `asterisks` is `********`, `partial` keeps the last four characters of a number, the domain of an e-mail address, nothing of an IP or MAC address but its punctuation, and nothing of secrets, private keys and credentials.',
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
      .describe('Makes every marker exactly as long as the value it replaces, filled up with asterisks.'),
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
    scope: z
      .enum(['pod', 'conversation'])
      .default('pod')
      .describe(
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
        'Regions, such as `[US, GB, DE]`, whose phone numbers are found without a word that announces them, where they are grouped as is usual there. International numbers, and national ones that show by themselves what they are, are found in any case.',
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
        `Regular expressions of your own, in RE2 syntax: text, or \`{name, pattern, max_length}\`. What they match is treated like built-in entities, under the name or as ${unnamed}. One without a bound needs \`max_length\`.`,
      ),
    redaction: redaction.describe('How a redacted value is shown.'),
    recognizer: recognizerSettings
      .optional()
      .describe(
        'A service with the HTTP interface of the Presidio analyzer, which finds what has no form of its own: names, addresses. It sees what is left after everything above. Streamed answers are held back whole for it. Default: none.',
      ),
    allow_list: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Values that stay: exact ones in any case, or all e-mail addresses of a domain by `@example.com`.',
      ),
  })
  .refine((value) => value.pci_mode || !lookedFor(value.entities).some((one) => cardEntities.includes(one)), {
    path: ['pci_mode'],
    error: '`entities` asks for CREDIT_CARD or CVV, which `pci_mode: false` turns off',
  })
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

/** Finds personal data by its form and takes it out, or refuses it, in calls and answers alike. */
export const piiDetector: PolicyKind<PiiDetectorSettings> = {
  kind: 'pii-detector',
  summary:
    'Redacts or blocks e-mail, IP and MAC addresses, numbers of phones, cards, accounts, persons and passports, keys, tokens and passwords, and with a recogniser names and addresses.',
  settings: piiSettings,
  notices: ({ redaction: { include_metadata: metadata } }) =>
    metadata
      ? []
      : ['redaction.include_metadata: false has no effect, what was found where is always recorded'],
  streaming: ({ recognizer }) => (recognizer === undefined ? streamingModes : ['buffered']),
  problems: ({ detect_patterns: patterns }, { holdBackLimit }) =>
    patternProblems(patterns, holdBackLimit, 'detect_patterns'),
  create(chosen, environment) {
    const isAllowed = compileAllowList(chosen.allow_list);
    const judge = judgeOf(chosen, isAllowed);
    const rules = rulesOf(chosen, judge, environment.holdBackLimit);
    const open = compileScan(rules);
    const isSignless = compileSignless(rules.detectors);
    const policy = {
      kind: 'pii-detector',
      isClear: (_field: Field, text: string) => isSignless(text),
      ...recognizing(chosen, isAllowed, environment),
    };
    if (chosen.action !== 'tokenize') return { ...policy, guard: () => open() };
    return {
      ...policy,
      keepsPlaceholders: true,
      guard: ({ direction }, occasion) =>
        direction === 'answer'
          ? open()
          : open(tokenizing({ chosen, isAllowed, redact: rules.judge }, occasion)),
    };
  },
};

interface Tokenizing {
  readonly chosen: PiiDetectorSettings;
  readonly isAllowed: (value: string) => boolean;
  readonly redact: Judge;
}

/** Whether matches of this entity may be longer than what is held back. */
function isOpenEnded(entity: string): boolean {
  return detectors.some((detector) => detector.entity === entity && detector.rest !== undefined);
}

function recognizing(
  chosen: PiiDetectorSettings,
  isAllowed: (value: string) => boolean,
  { outside }: PolicyEnvironment,
): Pick<Policy, 'judgeTexts'> {
  if (chosen.recognizer === undefined) return {};
  if (outside === undefined) throw new Error('a recogniser needs somebody to ask it');
  const redact = judgeOf(chosen, isAllowed);
  return judgeRecognized(compileRecognizer(chosen.recognizer, outside), (direction, occasion) =>
    chosen.action === 'tokenize' && direction === 'request'
      ? tokenizing({ chosen, isAllowed, redact }, occasion)
      : redact,
  );
}

/** Takes values out of a call; what the exchange remembers of them puts them back into its answer. */
function tokenizing({ chosen, isAllowed, redact }: Tokenizing, occasion: Occasion): Judge {
  const { scope, conversation_header } = chosen.tokenize;
  const conversation = scope === 'pod' ? '' : (occasion.header(conversation_header) ?? '');
  return (entity, sample, complete, place) => {
    if (complete && isAllowed(sample)) return { kind: 'keep' };
    // What is longer than it could be held comes back as the part that was: better not at all.
    if (!complete && isOpenEnded(entity)) return redact(entity, sample, complete, place);
    if (!isRestorable(sample)) return redact(entity, sample, complete, place);
    const digest = occasion.fingerprint(`placeholder\0${conversation}\0${entity}\0${sample}`);
    return { kind: 'replace', replacement: occasion.placeholders.put(entity, sample, digest) };
  };
}

function judgeOf(chosen: PiiDetectorSettings, isAllowed: (value: string) => boolean): Judge {
  const marker = compileMarker({
    format: chosen.redaction.marker_format,
    preserveLength: chosen.redaction.preserve_length,
    custom: chosen.redaction.custom_markers,
  });
  return (entity, sample, complete): Judgement => {
    if (complete && isAllowed(sample)) return { kind: 'keep' };
    if (chosen.action === 'block')
      return { kind: 'deny', message: `personal data (${entity}) is not allowed here` };
    return { kind: 'replace', replacement: marker(entity, sample) };
  };
}

function rulesOf(chosen: PiiDetectorSettings, judge: Judge, holdBackLimit: number): ScanRules {
  const wanted = wantedEntities(chosen);
  return {
    detectors: [
      ...patternDetectors(compilePatterns(chosen.detect_patterns)),
      ...detectors
        .filter(({ entity }) => wanted.some((one) => one === entity))
        .map((detector) => (detector === phone ? phoneOf(chosen.phone_regions) : detector)),
    ],
    holdBackLimit,
    judge,
  };
}

function lookedFor(names: readonly string[]): readonly Entity[] {
  return names.flatMap((name) => entityNamed(name) ?? []);
}

function wantedEntities({ entities: named, pci_mode: cards, healthcare_mode: health }: PiiDetectorSettings) {
  const common =
    named.length > 0 ? lookedFor(named) : entities.filter((one) => !healthEntities.includes(one));
  const wanted = cards ? common : common.filter((one) => !cardEntities.includes(one));
  return health ? [...wanted, ...healthEntities] : wanted;
}

const everything = compileScan({
  detectors,
  holdBackLimit: 512,
  judge: () => ({ kind: 'replace', replacement: '' }),
});

function holdsNothing(text: string): boolean {
  return enforceWhole(everything(), text).findings.length === 0;
}
