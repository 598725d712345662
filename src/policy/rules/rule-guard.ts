import type { Guard, GuardOut } from '../guard.ts';
import type { RuleScan } from './rule-scan.ts';
import type { ScanPool } from './scan-pool.ts';

/** What stands around a match, and may say that it is harmless. */
export interface Excuse {
  /** Characters looked at on each side of the match: it is judged when so many have come, or the field has ended. */
  readonly reach: number;
  isHarmless(rule: string, before: string, matched: string, after: string): boolean;
}

interface GuardedRules {
  /**
   * Its widest match and the reach of the excuse bound what is withheld: together one less than the limit, for half of a
   * surrogate pair may come on top.
   */
  readonly scans: ScanPool;
  /** What to deny a match with; undefined: matches are reported and pass. */
  readonly denial: ((rule: string) => string) | undefined;
  readonly excuse?: Excuse;
}

/** So much of what was let go may be kept: it is cut now and then, for cutting at every piece copies all that is held. */
const mostBefore = 2048;

/** Reports of one field; a text made of nothing but matches must not fill the record. */
const mostReports = 64;

interface Match {
  readonly rule: number;
  readonly start: number;
  readonly end: number;
}

/** Looks for rules in one field as it comes, letting go of all text that no longer can belong to a match. */
export class RuleGuard implements Guard {
  readonly #rules: GuardedRules;
  #scan: RuleScan | undefined;
  #matches: Match[] = [];
  #reports = 0;
  #isDenied = false;
  /** The text not yet let go, behind what was let go at least as far as an excuse looks back; and where it begins. */
  #text = '';
  #from = 0;
  /** Where the text begins that is not let go. */
  #released = 0;

  constructor(rules: GuardedRules) {
    this.#rules = rules;
  }

  push(text: string, out: GuardOut): void {
    if (this.#isDenied) return;
    const scan = this.#taken();
    scan.push(text);
    this.#text += text;
    const seen = this.#from + this.#text.length;
    this.#decide(scan.settled(), seen - (this.#rules.excuse?.reach ?? 0), out);
  }

  end(out: GuardOut): void {
    if (this.#isDenied) return;
    this.#taken().end();
    const seen = this.#from + this.#text.length;
    this.#decide(seen, seen, out);
    this.#giveBack();
  }

  #taken(): RuleScan {
    this.#scan ??= this.#rules.scans.take((rule, start, end) => this.#matches.push({ rule, start, end }));
    return this.#scan;
  }

  #giveBack(): void {
    if (this.#scan !== undefined) this.#rules.scans.give(this.#scan);
    this.#scan = undefined;
  }

  #decide(settled: number, ripe: number, out: GuardOut): void {
    const free = this.#matches.length === 0 ? settled : this.#judge(settled, ripe, out);
    if (this.#isDenied || free <= this.#released) return;
    out.release(free);
    this.#released = free;
    const reach = this.#rules.excuse?.reach ?? 0;
    const before = free - this.#from - reach;
    if (before <= mostBefore) return;
    this.#text = this.#text.slice(before);
    this.#from += before;
  }

  /** Judges the matches that end by `ripe`, in the order they were found; the first that waits keeps the others waiting. */
  #judge(settled: number, ripe: number, out: GuardOut): number {
    const waiting = this.#matches.findIndex(({ end }) => end > ripe);
    const judged = waiting < 0 ? this.#matches : this.#matches.slice(0, waiting);
    this.#matches = waiting < 0 ? [] : this.#matches.slice(waiting);
    for (const match of judged) this.#act(match, out);
    return this.#matches.reduce((least, { start }) => Math.min(least, start), settled);
  }

  #isExcused(rule: string, from: number, to: number): boolean {
    const { excuse } = this.#rules;
    if (excuse === undefined) return false;
    const text = this.#text;
    const before = text.slice(Math.max(0, from - excuse.reach), from);
    return excuse.isHarmless(rule, before, text.slice(from, to), text.slice(to, to + excuse.reach));
  }

  #act({ rule, start, end }: Match, out: GuardOut): void {
    if (this.#isDenied) return;
    const id = this.#rules.scans.set.ids[rule] ?? '';
    if (this.#isExcused(id, start - this.#from, end - this.#from)) return;
    if (this.#reports < mostReports) {
      const sample = this.#text.slice(start - this.#from, end - this.#from);
      out.report({ rule: id, start, end, sample });
    }
    this.#reports += 1;
    const { denial } = this.#rules;
    if (denial === undefined) return;
    this.#isDenied = true;
    // Just what comes before the match, however the text was cut.
    out.release(start);
    out.deny(denial(id));
  }
}
