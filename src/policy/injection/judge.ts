import { otherReadings, type ReadingSettings } from './readings.ts';
import type { RuleScorer } from './rule-scorer.ts';
import type { Assessment, InjectionScorer } from './scorer.ts';

export interface JudgeSettings extends ReadingSettings {
  /** At this score no further reading is made: the text is an attack already. */
  readonly threshold: number;
}

export interface Judgement extends Assessment {
  /** Whether a part of the text that called for another reading was left out of it. The plain text is always read whole. */
  readonly isTruncated: boolean;
}

/** Scores texts in every reading they call for: rules first, then whatever other scorers there are; the highest counts. */
export class InjectionJudge {
  readonly #rules: RuleScorer;
  readonly #others: readonly InjectionScorer[];
  readonly #settings: JudgeSettings;

  constructor(rules: RuleScorer, others: readonly InjectionScorer[], settings: JudgeSettings) {
    this.#rules = rules;
    this.#others = others;
    this.#settings = settings;
  }

  judge(text: string): Judgement {
    let best = this.#assess(text);
    if (best.score >= this.#settings.threshold) return { ...best, isTruncated: false };
    const { readings, isTruncated } = otherReadings(text, this.#rules, this.#settings);
    for (const { name, text: written, locate } of readings) {
      const { score, evidence } = this.#assess(written);
      if (score <= best.score) continue;
      const located = evidence.map(({ rule, start, end, score: own }) => ({
        rule: `${rule}@${name}`,
        ...locate({ start, end }),
        score: own,
      }));
      best = { score, evidence: located };
      if (score >= this.#settings.threshold) break;
    }
    return { ...best, isTruncated };
  }

  #assess(text: string): Assessment {
    let best = this.#rules.assess(text);
    for (const scorer of this.#others) {
      const assessment = scorer.assess(text);
      if (assessment.score > best.score) best = assessment;
    }
    return best;
  }
}
