import { atOnce, longText, type Work } from '../../work.ts';
import type { Role } from '../policy.ts';
import type { Reading } from './reading.ts';
import { escapesIn, mayHoldEscapes, noEscapes, planReadings } from './readings.ts';
import type { Assessment, RuleScorer } from './rule-scorer.ts';

interface JudgeSettings {
  readonly decodesBase64: boolean;
  /** At this score no further reading is made: the text is an attack already. */
  readonly threshold: number;
}

export interface Judgement extends Assessment {
  /** Whether a part of the text that called for another reading was left out of it. The plain text is always read whole. */
  readonly isTruncated: boolean;
}

/** Scores texts in every reading they call for; the highest score counts. */
export class InjectionJudge {
  readonly #rules: RuleScorer;
  readonly #settings: JudgeSettings;

  constructor(rules: RuleScorer, settings: JudgeSettings) {
    this.#rules = rules;
    this.#settings = settings;
  }

  /** Judges a text within this very call. */
  judge(text: string, role: Role = 'user'): Judgement {
    return atOnce(this.judging(text, role));
  }

  /** The plain text first, then each reading that its signs call for, until one is an attack. Yields only where it is long. */
  *judging(text: string, role: Role): Work<Judgement> {
    const isLong = text.length >= longText;
    const isTool = role === 'tool';
    // Whoever comes between may judge a text too.
    const rules = isLong ? this.#rules.another() : this.#rules;
    rules.begin(text, isTool);
    while (rules.step()) yield;
    let best = rules.end();
    if (best.score >= this.#settings.threshold) return { ...best, isTruncated: false };
    const escapes = mayHoldEscapes(text) ? yield* escapesIn(text) : noEscapes;
    const { makes, isTruncated } = planReadings(text, rules, this.#settings.decodesBase64, escapes);
    for (let at = 0; at < makes.length; at += 1) {
      if (isLong) yield;
      for (const reading of makes[at]?.() ?? []) {
        if (isLong) yield;
        const assessment = rules.assess(reading.text, isTool);
        if (assessment.score > best.score) best = located(assessment, reading);
        if (best.score >= this.#settings.threshold) return { ...best, isTruncated };
      }
    }
    return { ...best, isTruncated };
  }
}

function located({ score, evidence }: Assessment, { name, locate }: Reading): Assessment {
  const placed = evidence.map(({ rule, start, end, score: own }) => ({
    rule: `${rule}@${name}`,
    ...locate({ start, end }),
    score: own,
  }));
  return { score, evidence: placed };
}
