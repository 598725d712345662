import type { RuleSet } from './compile.ts';
import type { OnMatch } from './places.ts';
import { RuleScan } from './rule-scan.ts';

/** A longer text is read by its guard at once: the cost of a guard is small beside it. */
const mostUnits = 4096;
/** Read before it is asked whether there was a match: so much of a text that has one is read twice. */
const glance = 256;

/** Scans kept for the next text. Those of streams that are cut off are simply not given back. */
const mostKept = 32;

/**
 * Scans of one rule set, used again: the working memory of one is as large as the rules (30 KB), and making it for
 * every text of every call was half of what the policy cost.
 */
export class ScanPool {
  readonly set: RuleSet;
  readonly #widest: number;
  readonly #free: RuleScan[] = [];
  #hasMatch = false;
  readonly #noteMatch = (): void => {
    this.#hasMatch = true;
  };

  /** `widest`: the widest match, in UTF-16 code units. */
  constructor(set: RuleSet, widest: number) {
    this.set = set;
    this.#widest = widest;
  }

  /** A scan at the beginning of a text. */
  take(onMatch: OnMatch): RuleScan {
    const scan = this.#free.pop();
    if (scan === undefined) return new RuleScan(this.set, this.#widest, onMatch);
    scan.reset();
    scan.onMatch = onMatch;
    return scan;
  }

  /** Whether a whole text that is short holds no match at all. */
  hasNone(text: string): boolean {
    if (text.length > mostUnits) return false;
    this.#hasMatch = false;
    const scan = this.take(this.#noteMatch);
    for (let at = 0; at < text.length && !this.#hasMatch; at += glance) {
      scan.push(text.slice(at, at + glance));
    }
    if (!this.#hasMatch) scan.end();
    this.give(scan);
    return !this.#hasMatch;
  }

  /** Whoever gives a scan back uses it no more. */
  give(scan: RuleScan): void {
    if (this.#free.length < mostKept) this.#free.push(scan);
  }
}
