import { plainText } from '../guards/characters.ts';
import { lookBehind } from '../guards/detector.ts';
import type { Judge, MatchPlace, Treatment } from '../guards/judge.ts';
import { isRestorable } from '../placeholders.ts';
import type { Direction, Occasion } from '../policy.ts';
import { detectors } from './entities.ts';
import { compileHashMarker, type DigestOf } from './markers/hash-marker.ts';
import { compileMarker, type Marker } from './markers/marker.ts';
import type { PiiDetectorSettings, Scope } from './pii-settings.ts';

/** What is done about matches in the texts of one exchange, in one direction. */
export type JudgeFor = (direction: Direction, occasion: Occasion) => Judge;

/** Compiles the action. What needs nothing of an exchange is the same judge for all of them, made once. */
export function compileJudges(chosen: PiiDetectorSettings): JudgeFor {
  const passing = compileAllowList(chosen.allow_list);
  const redact = redacting(chosen, passing);
  switch (chosen.action) {
    case 'redact':
      return (_direction, occasion) => redact(occasion);
    case 'block': {
      const block = passing(refuse);
      return () => block;
    }
    case 'tokenize':
      return (direction, occasion) =>
        direction === 'answer' ? redact(occasion) : passing(tokenizing(chosen, redact(occasion), occasion));
  }
}

/** A judge before which the values of a list are let pass. */
type Passing = (judge: Judge) => Judge;

/** Compiles exact values and e-mail domains (`@example.com`). Case and look-alike digits and separators do not matter. */
function compileAllowList(values: readonly string[]): Passing {
  if (values.length === 0) return (judge) => judge;
  const allowed = new Set(values.map(plain));
  const isAllowed = (value: string): boolean => {
    const spelled = plain(value);
    return allowed.has(spelled) || allowed.has(spelled.slice(Math.max(0, spelled.lastIndexOf('@'))));
  };
  return (judge) => (entity, sample, complete, place) =>
    complete && isAllowed(sample) ? { kind: 'allow' } : judge(entity, sample, complete, place);
}

function plain(value: string): string {
  return plainText(value).toLowerCase();
}

/** Only what is shown by a digest is another judge for each exchange. */
function redacting(chosen: PiiDetectorSettings, passing: Passing): (occasion: Occasion) => Judge {
  const { marker_format: format, preserve_length: preserveLength, custom_markers: custom } = chosen.redaction;
  if (format === 'hash') {
    const markerFor = compileHashMarker({ preserveLength, custom });
    return (occasion) => passing(showing(markerFor(digestFor(chosen, occasion))));
  }
  const judge = passing(showing(compileMarker({ format, preserveLength, custom })));
  return () => judge;
}

function showing(marker: Marker): Judge {
  return (entity, sample, _complete, place) => ({
    kind: 'rewrite',
    replacement: asValue(marker(entity, sample), sample, place),
  });
}

function digestFor({ redaction, tokenize }: PiiDetectorSettings, occasion: Occasion): DigestOf {
  const conversation = conversationOf(redaction.hash_scope, tokenize.conversation_header, occasion);
  return (entity, value) => occasion.fingerprint(`marker\0${conversation}\0${entity}\0${value}`);
}

/** Empty where all calls are one. */
function conversationOf(scope: Scope, header: string, occasion: Occasion): string {
  return scope === 'pod' ? '' : (occasion.header(header) ?? '');
}

const refuse = (entity: string): Treatment => ({
  kind: 'deny',
  message: `personal data (${entity}) is not allowed here`,
});

/** Takes values out of a call; what the exchange remembers of them puts them back into its answer. */
function tokenizing(chosen: PiiDetectorSettings, redact: Judge, occasion: Occasion): Judge {
  const { scope, conversation_header: header } = chosen.tokenize;
  const conversation = conversationOf(scope, header, occasion);
  return (entity, sample, complete, place) => {
    // What is longer than it could be held comes back as the part that was: better not at all.
    if (!complete && isOpenEnded(entity)) return redact(entity, sample, complete, place);
    if (!isRestorable(sample)) return redact(entity, sample, complete, place);
    const digest = occasion.fingerprint(`placeholder\0${conversation}\0${entity}\0${sample}`);
    const placeholder = occasion.placeholders.put(entity, sample, digest);
    return { kind: 'rewrite', replacement: asValue(placeholder, sample, place) };
  };
}

/** Whether matches of this entity may be longer than what is held back. */
function isOpenEnded(entity: string): boolean {
  return detectors.some((detector) => detector.entity === entity && detector.rest !== undefined);
}

/** A key and a colon, or a list: `"phones": [4155550137, `. */
const beginning = /(?:["']\s*:\s*|\[[\d\s,]*)$/u;

/**
 * What stands for a match, as a string of its own where it is a number without quotes in JSON or a program: a marker there is
 * no value. Only what is before it is looked at, which no later text changes.
 */
function asValue(replacement: string, sample: string, place: MatchPlace): string {
  if (!/^[1-9]\d*$/u.test(sample)) return replacement;
  const before = place.text.slice(Math.max(0, place.start - lookBehind), place.start);
  return beginning.test(before) ? JSON.stringify(replacement) : replacement;
}
