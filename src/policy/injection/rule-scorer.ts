import { partAt } from '../../work.ts';
import { compileRules } from '../rules/compile.ts';
import { RuleScan } from '../rules/rule-scan.ts';
import { type Signals, Spots } from '../rules/signals.ts';
import { addressesModel, isSpokenOf, weightAt } from './mention.ts';
import type { InjectionRule } from './rule.ts';
import { turnedRules } from './turned.ts';

/** One reason for a score, in offsets of the text that was scored. */
interface ScoreReason {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

export interface Assessment {
  /** 0 to 1; 0.8 is where one strong rule alone stands. */
  readonly score: number;
  readonly evidence: readonly ScoreReason[];
}

const nothingFound: Assessment = { score: 0, evidence: [] };

/** Weak signals add up only within this many characters: a long document has a few of each by chance. */
const windowLength = 1_500;
const strongPoints = 10;
/** What a weak rule keeps in the result of a tool: documents are full of imperatives, and no one there speaks to a model. */
const toolWeight = 0.8;
const nearWords = 64;

type WeighedRules = Readonly<ReturnType<typeof weighRules>>;

const orders = /^(?:override|extraction|language)\./;

export function weighRules(rules: readonly InjectionRule[]) {
  return {
    /** The rules, and after them the signs of words turned around. */
    set: compileRules([...rules, ...turnedRules]),
    points: rules.map((rule) => rule.points),
    /** Rules that are orders: one that is quoted or forbidden is not given. A persona in quotation marks is. */
    isOrder: rules.map(({ id }) => orders.test(id)),
    isEveryday: rules.map(({ id }) => id.endsWith('.everyday')),
  };
}

/** 0.8 for one strong rule; each ten points more leave a fifth of the doubt. Rounded, so that 0.8 is just 0.8. */
export function scoreOf(points: number): number {
  return Math.round((1 - 0.2 ** (points / strongPoints)) * 1e6) / 1e6;
}

/**
 * Scores with rules alone: the best window's distinct rules, their points added up. Linear, whatever the text.
 * It keeps its working memory from text to text, and no observation.
 */
export class RuleScorer {
  readonly rotated = new Spots(nearWords);
  readonly reversed = new Spots(nearWords);
  readonly #rules: WeighedRules;
  readonly #widest: number;
  readonly #scan: RuleScan;
  /** By rule: where it matched last. */
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  /** By rule: what that match counts, less where it is quoted or forbidden. */
  readonly #counted: Float64Array;
  #text = '';
  /** Where the next part begins. */
  #at = 0;
  #isTool = false;
  #matched: number[] = [];
  #best = 0;
  #evidence: readonly ScoreReason[] = [];

  constructor(rules: WeighedRules, widest: number) {
    this.#rules = rules;
    this.#widest = widest;
    this.#starts = new Float64Array(rules.points.length);
    this.#ends = new Float64Array(rules.points.length);
    this.#counted = new Float64Array(rules.points.length);
    this.#scan = new RuleScan(rules.set, widest, (rule, start, end) => {
      if (rule < rules.points.length) this.#match(rule, start, end);
      else (rule === rules.points.length ? this.rotated : this.reversed).add(start, end);
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

  /** Assesses a text within this very call. */
  assess(text: string, isTool = false): Assessment {
    this.begin(text, isTool);
    while (this.step());
    return this.end();
  }

  /** Begins with a text, which is then read step by step. `isTool`: whether it is the result of a tool. */
  begin(text: string, isTool: boolean): void {
    this.#text = text;
    this.#at = 0;
    this.#isTool = isTool;
    this.#matched = [];
    this.#best = 0;
    this.#evidence = [];
    this.rotated.reset();
    this.reversed.reset();
    this.#scan.reset();
  }

  /** Reads the next part of the text. Says whether there are more. */
  step(): boolean {
    const part = partAt(this.#text, this.#at);
    this.#at += part.length;
    this.#scan.push(part);
    return this.#at < this.#text.length;
  }

  /** What all of the text is worth. */
  end(): Assessment {
    this.#scan.end();
    this.#text = '';
    return this.#best === 0 ? nothingFound : { score: scoreOf(this.#best), evidence: this.#evidence };
  }

  #match(rule: number, start: number, end: number): void {
    const from = end - windowLength;
    const counted = this.#pointsAt(rule, start, end);
    if (!this.#matched.includes(rule)) this.#matched.push(rule);
    else if ((this.#starts[rule] ?? 0) >= from && counted < (this.#counted[rule] ?? 0)) return;
    this.#starts[rule] = start;
    this.#ends[rule] = end;
    this.#counted[rule] = counted;
    const near = this.#matched.filter(
      (other) => (this.#starts[other] ?? 0) >= from && !this.#isCovered(other),
    );
    const sum = near.reduce((total, other) => total + (this.#counted[other] ?? 0), 0);
    if (sum <= this.#best) return;
    this.#best = sum;
    this.#evidence = near.map((other) => this.#evidenceOf(other));
  }

  #pointsAt(rule: number, start: number, end: number): number {
    const points = this.#rules.points[rule] ?? 0;
    const isWeak = this.#isTool && points < strongPoints && !addressesModel(this.#text, start, end);
    const weighed = isWeak ? points * toolWeight : points;
    if (this.#rules.isOrder[rule] === true) return weighed * weightAt(this.#text, start, end);
    return isSpokenOf(this.#text, start, end) ? weighed / 2 : weighed;
  }

  /** An everyday phrase that a stronger rule found too is not a second sign. */
  #isCovered(rule: number): boolean {
    if (this.#rules.isEveryday[rule] !== true) return false;
    return this.#matched.some(
      (other) =>
        other !== rule &&
        (this.#rules.points[other] ?? 0) >= strongPoints &&
        (this.#starts[other] ?? 0) < (this.#ends[rule] ?? 0) &&
        (this.#ends[other] ?? 0) > (this.#starts[rule] ?? 0),
    );
  }

  #evidenceOf(rule: number): ScoreReason {
    return {
      rule: this.#rules.set.ids[rule] ?? '',
      start: this.#starts[rule] ?? 0,
      end: this.#ends[rule] ?? 0,
      score: scoreOf(this.#counted[rule] ?? 0),
    };
  }
}
