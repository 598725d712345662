import type { Detector } from '../guards/detector.ts';
import { compileGuards } from '../guards/scan-guard.ts';
import { compileSignless } from '../guards/scan-rules.ts';
import { patternDetectors } from '../patterns/pattern-detector.ts';
import { compilePatterns, userPatternRuns, patternProblems } from '../patterns/user-pattern.ts';
import { cardEntities, detectorsFor, entities, entitiesNamed, healthEntities } from '../pii/entities.ts';
import { judgeRecognized } from '../pii/recognizer/judge-recognized.ts';
import { compileJudges, type JudgeFor } from '../pii/judges.ts';
import { type PiiDetectorSettings, piiSettings } from '../pii/pii-settings.ts';
import { compileRecognizer, recognizerAdviser } from '../pii/recognizer/recognizer.ts';
import {
  type Field,
  type Policy,
  type PolicyEnvironment,
  type PolicyKind,
  streamingModes,
} from '../policy.ts';

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
  advisers: ({ recognizer }) => (recognizer === undefined ? [] : [recognizerAdviser(recognizer)]),
  problems: ({ detect_patterns: patterns }, { holdBackLimit }) =>
    patternProblems(patterns, holdBackLimit, 'detect_patterns'),
  userPatterns: ({ detect_patterns: patterns }, { holdBackLimit }) =>
    userPatternRuns(patterns, holdBackLimit, 'detect_patterns'),
  create(chosen, environment) {
    const judgeFor = compileJudges(chosen);
    const wanted = wantedDetectors(chosen);
    const open = compileGuards(wanted, environment.holdBackLimit);
    const isSignless = compileSignless(wanted);
    return {
      kind: 'pii-detector',
      isClear: (_field: Field, text: string) => isSignless(text),
      guard: ({ direction }, occasion) => open(judgeFor(direction, occasion)),
      ...recognizing(chosen, judgeFor, environment),
      ...(chosen.action === 'tokenize' ? { keepsPlaceholders: true } : {}),
    };
  },
};

function recognizing(
  { recognizer }: PiiDetectorSettings,
  judgeFor: JudgeFor,
  { outside }: PolicyEnvironment,
): Pick<Policy, 'judgeTexts'> {
  if (recognizer === undefined) return {};
  if (outside === undefined) throw new Error('a recogniser needs somebody to ask it');
  return judgeRecognized(compileRecognizer(recognizer, outside), judgeFor);
}

/** User patterns first: what begins at one place is theirs. */
function wantedDetectors(chosen: PiiDetectorSettings): readonly Detector[] {
  const wanted = wantedEntities(chosen);
  return [
    ...patternDetectors(compilePatterns(chosen.detect_patterns)),
    ...detectorsFor(chosen.phone_regions, chosen.ip_scope).filter(({ entity }) =>
      wanted.some((one) => one === entity),
    ),
  ];
}

function wantedEntities({ entities: named, pci_mode: cards, healthcare_mode: health }: PiiDetectorSettings) {
  const common =
    named.length > 0 ? entitiesNamed(named) : entities.filter((one) => !healthEntities.includes(one));
  const wanted = cards ? common : common.filter((one) => !cardEntities.includes(one));
  return health ? [...wanted, ...healthEntities] : wanted;
}
