import type { Judge, Judgement } from '../guards/judge.ts';
import { isRestorable } from '../placeholders.ts';
import type { Direction, Occasion } from '../policy.ts';
import { compileAllowList } from './allow-list.ts';
import { detectors } from './entities.ts';
import { compileMarker } from './marker.ts';
import type { PiiDetectorSettings } from './pii-settings.ts';

/** What is done about matches in the texts of one exchange, in one direction. */
export type JudgeFor = (direction: Direction, occasion: Occasion) => Judge;

/** Compiles the action. What needs nothing of an exchange is the same judge for all of them, made once. */
export function compileJudges(chosen: PiiDetectorSettings): JudgeFor {
  const isAllowed = compileAllowList(chosen.allow_list);
  const redact = redacting(chosen, isAllowed);
  switch (chosen.action) {
    case 'redact':
      return () => redact;
    case 'block': {
      const block = blocking(isAllowed);
      return () => block;
    }
    case 'tokenize':
      return (direction, occasion) =>
        direction === 'answer' ? redact : tokenizing({ chosen, isAllowed, redact }, occasion);
  }
}

type IsAllowed = (value: string) => boolean;

function redacting({ redaction }: PiiDetectorSettings, isAllowed: IsAllowed): Judge {
  const marker = compileMarker({
    format: redaction.marker_format,
    preserveLength: redaction.preserve_length,
    custom: redaction.custom_markers,
  });
  return (entity, sample, complete): Judgement => {
    if (complete && isAllowed(sample)) return { kind: 'keep' };
    return { kind: 'replace', replacement: marker(entity, sample) };
  };
}

function blocking(isAllowed: IsAllowed): Judge {
  return (entity, sample, complete): Judgement => {
    if (complete && isAllowed(sample)) return { kind: 'keep' };
    return { kind: 'deny', message: `personal data (${entity}) is not allowed here` };
  };
}

interface Tokenizing {
  readonly chosen: PiiDetectorSettings;
  readonly isAllowed: IsAllowed;
  readonly redact: Judge;
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

/** Whether matches of this entity may be longer than what is held back. */
function isOpenEnded(entity: string): boolean {
  return detectors.some((detector) => detector.entity === entity && detector.rest !== undefined);
}
