import { atOnce, type InParts, longText } from '../in-parts.ts';
import type { Role } from '../policy.ts';
import type { Reading } from './reading.ts';
import { escapesIn, planReadings, type Readings, type ReadingSettings } from './readings.ts';
import type { RuleScorer } from './rule-scorer.ts';
import type { Assessment } from './scorer.ts';

export interface JudgeSettings extends ReadingSettings {
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

  judge(text: string, role: Role = 'user'): Judgement {
    if (text.length >= longText) return atOnce(this.judgeInParts(text, role));
    const isTool = role === 'tool';
    const plain = this.#rules.assess(text, isTool);
    if (plain.score >= this.#settings.threshold) return { ...plain, isTruncated: false };
    const { makes, isTruncated } = planReadings(text, this.#rules, this.#settings);
    if (makes.length === 0) return { ...plain, isTruncated };
    return atOnce(this.#reread(plain, { makes, isTruncated }, this.#rules, isTool));
  }

  /** The same for a long text, so that others may come between. */
  *judgeInParts(text: string, role: Role = 'user'): InParts<Judgement> {
    const isTool = role === 'tool';
    // Whoever comes between may judge a text too.
    const rules = this.#rules.another();
    const plain = yield* rules.assessInParts(text, isTool);
    if (plain.score >= this.#settings.threshold) return { ...plain, isTruncated: false };
    const readings = planReadings(text, rules, this.#settings, yield* escapesIn(text));
    return yield* this.#reread(plain, readings, rules, isTool);
  }

  *#reread(
    plain: Assessment,
    { makes, isTruncated }: Readings,
    rules: RuleScorer,
    isTool: boolean,
  ): InParts<Judgement> {
    let best = plain;
    for (const make of makes) {
      for (const reading of make()) {
        yield;
        const assessment = rules.assess(reading.text, isTool);
        if (assessment.score > best.score) best = located(assessment, reading);
        if (best.score >= this.#settings.threshold) return { ...best, isTruncated };
      }
      yield;
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
