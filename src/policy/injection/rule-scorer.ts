import { compileRules, type RuleSet } from '../rules/compile.ts';
import { atOnce, type InParts, longText, partsOf } from '../in-parts.ts';
import { RuleScan } from '../rules/scan.ts';
import type { Signals } from '../rules/signals.ts';
import { Spots } from '../rules/spots.ts';
import type { Signs } from './readings.ts';
import type { InjectionRule } from './rule.ts';
import { nothingFound, type Assessment, type Evidence, type InjectionScorer } from './scorer.ts';
import { turnedRules } from './turned-words.ts';

/** Weak signals add up only within this many characters: a long document has a few of each by chance. */
const windowLength = 1_500;
const strongPoints = 10;
const nearWords = 64;

export interface WeighedRules {
  /** The rules, and after them the signs of words turned around. */
  readonly set: RuleSet;
  readonly points: readonly number[];
}

export function weighRules(rules: readonly InjectionRule[]): WeighedRules {
  return { set: compileRules([...rules, ...turnedRules]), points: rules.map((rule) => rule.points) };
}

/** 0.8 for one strong rule; each ten points more leave a fifth of the doubt. Rounded, so that 0.8 is just 0.8. */
export function scoreOf(points: number): number {
  return Math.round((1 - 0.2 ** (points / strongPoints)) * 1e6) / 1e6;
}

/**
 * Scores with rules alone: the best window's distinct rules, their points added up. Linear, whatever the text.
 * It keeps its working memory from text to text, and no observation.
 */
export class RuleScorer implements InjectionScorer, Signs {
  readonly rotated = new Spots(nearWords);
  readonly reversed = new Spots(nearWords);
  readonly #rules: WeighedRules;
  readonly #widest: number;
  readonly #scan: RuleScan;
  /** By rule: where it matched last. */
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  #matched: number[] = [];
  #best = 0;
  #evidence: readonly Evidence[] = [];

  constructor(rules: WeighedRules, widest: number) {
    this.#rules = rules;
    this.#widest = widest;
    this.#starts = new Float64Array(rules.points.length);
    this.#ends = new Float64Array(rules.points.length);
    this.#scan = new RuleScan(rules.set, {
      widest,
      onMatch: (rule, start, end) => {
        if (rule < rules.points.length) this.#match(rule, start, end);
        else (rule === rules.points.length ? this.rotated : this.reversed).add(start, end);
      },
    });
  }

  /** What was noticed about the text assessed last, as `rotated` and `reversed` are. */
  get signals(): Signals {
    return this.#scan.signals;
  }

  /** One with the same rules and a memory of its own, for a text whose assessment others come between. */
  another(): RuleScorer {
    return new RuleScorer(this.#rules, this.#widest);
  }

  assess(text: string): Assessment {
    if (text.length >= longText) return atOnce(this.assessInParts(text));
    this.#begin();
    this.#scan.push(text);
    return this.#end();
  }

  *assessInParts(text: string): InParts<Assessment> {
    this.#begin();
    for (const part of partsOf(text)) {
      this.#scan.push(part);
      yield;
    }
    return this.#end();
  }

  #begin(): void {
    this.#matched = [];
    this.#best = 0;
    this.#evidence = [];
    this.rotated.reset();
    this.reversed.reset();
    this.#scan.reset();
  }

  #end(): Assessment {
    this.#scan.end();
    return this.#best === 0 ? nothingFound : { score: scoreOf(this.#best), evidence: this.#evidence };
  }

  #match(rule: number, start: number, end: number): void {
    if (!this.#matched.includes(rule)) this.#matched.push(rule);
    this.#starts[rule] = start;
    this.#ends[rule] = end;
    const from = end - windowLength;
    let points = 0;
    for (const other of this.#matched)
      if ((this.#starts[other] ?? 0) >= from) points += this.#rules.points[other] ?? 0;
    if (points <= this.#best) return;
    this.#best = points;
    const near = this.#matched.filter((other) => (this.#starts[other] ?? 0) >= from);
    this.#evidence = near.map((other) => this.#evidenceOf(other));
  }

  #evidenceOf(rule: number): Evidence {
    return {
      rule: this.#rules.set.ids[rule] ?? '',
      start: this.#starts[rule] ?? 0,
      end: this.#ends[rule] ?? 0,
      score: scoreOf(this.#rules.points[rule] ?? 0),
    };
  }
}
