import type { Guard, GuardOut } from '../guard.ts';
import type { RuleScan } from './scan.ts';
import type { ScanPool } from './scan-pool.ts';

export interface GuardedRules {
  /** Its widest match bounds what is withheld: one less than the limit, for half of a surrogate pair may come on top. */
  readonly scans: ScanPool;
  /** What to deny a match with; undefined: matches are reported and pass. */
  readonly denial: ((rule: string) => string) | undefined;
}

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

  constructor(rules: GuardedRules) {
    this.#rules = rules;
  }

  push(text: string, out: GuardOut): void {
    if (this.#isDenied) return;
    const scan = this.#taken();
    scan.push(text);
    this.#held += text;
    this.#decide(scan.settled(), out);
  }

  end(out: GuardOut): void {
    if (this.#isDenied) return;
    this.#taken().end();
    this.#decide(this.#heldFrom + this.#held.length, out);
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

  #decide(settled: number, out: GuardOut): void {
    for (const match of this.#matches) this.#act(match, out);
    this.#matches = [];
    if (this.#isDenied || settled === this.#heldFrom) return;
    out.release(settled);
    this.#held = this.#held.slice(settled - this.#heldFrom);
    this.#heldFrom = settled;
  }

  #act({ rule, start, end }: Match, out: GuardOut): void {
    if (this.#isDenied) return;
    const id = this.#rules.scans.set.ids[rule] ?? '';
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
