import type { Guard, GuardOut } from '../guard.ts';
import type { RuleScan } from './scan.ts';
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
  /** The text not yet let go, and where it begins. */
  #held = '';
  #heldFrom = 0;
  /** The end of the text let go, at least as far as an excuse looks back. */
  #before = '';

  constructor(rules: GuardedRules) {
    this.#rules = rules;
  }

  push(text: string, out: GuardOut): void {
    if (this.#isDenied) return;
    const scan = this.#taken();
    scan.push(text);
    this.#held += text;
    const seen = this.#heldFrom + this.#held.length;
    this.#decide(scan.settled(), seen - (this.#rules.excuse?.reach ?? 0), out);
  }

  end(out: GuardOut): void {
    if (this.#isDenied) return;
    this.#taken().end();
    const seen = this.#heldFrom + this.#held.length;
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

  /** Judges the matches that end by `ripe`, in the order they were found; the first that waits keeps the others waiting. */
  #decide(settled: number, ripe: number, out: GuardOut): void {
    const waiting = this.#matches.findIndex(({ end }) => end > ripe);
    const judged = waiting < 0 ? this.#matches : this.#matches.slice(0, waiting);
    this.#matches = waiting < 0 ? [] : this.#matches.slice(waiting);
    for (const match of judged) this.#act(match, out);
    const free = this.#matches.reduce((least, { start }) => Math.min(least, start), settled);
    if (this.#isDenied || free <= this.#heldFrom) return;
    out.release(free);
    const gone = this.#held.slice(0, free - this.#heldFrom);
    const { excuse } = this.#rules;
    if (excuse !== undefined) {
      this.#before += gone; // cut now and then: at every piece it would be copied
      if (this.#before.length > mostBefore) this.#before = this.#before.slice(-excuse.reach);
    }
    this.#held = this.#held.slice(gone.length);
    this.#heldFrom = free;
  }

  #isExcused(rule: string, from: number, to: number): boolean {
    const { excuse } = this.#rules;
    if (excuse === undefined) return false;
    const before = (this.#before + this.#held.slice(0, from)).slice(-excuse.reach);
    return excuse.isHarmless(
      rule,
      before,
      this.#held.slice(from, to),
      this.#held.slice(to, to + excuse.reach),
    );
  }

  #act({ rule, start, end }: Match, out: GuardOut): void {
    if (this.#isDenied) return;
    const id = this.#rules.scans.set.ids[rule] ?? '';
    if (this.#isExcused(id, start - this.#heldFrom, end - this.#heldFrom)) return;
    if (this.#reports < mostReports) {
      const sample = this.#held.slice(start - this.#heldFrom, end - this.#heldFrom);
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
