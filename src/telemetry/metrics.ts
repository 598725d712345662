import type { FinishedExchange } from './finished-exchange.ts';
import { createFamilies, type Families } from './metric-families.ts';
import { abortReasons, type ReloadResult } from './metric-labels.ts';
import { PolicyRow, type TargetLabels, TargetRow } from './metric-rows.ts';
import { type Count, type Durations, SeriesBudget } from './tally.ts';

export interface MetricsOptions {
  /** Every policy kind there is; evaluations of anything else count as `other`. */
  readonly policies: readonly string[];
  /** Most series that exchanges may open. */
  readonly seriesLimit?: number;
}

const defaultSeriesLimit = 2000;

/**
 * What is counted. Plain fields and arrays, because it runs once a call: the client library would cost five times as
 * much there, and sees the figures only when they are scraped (exposition.ts).
 */
export class Metrics {
  readonly families: Families;
  readonly reloads: Record<ReloadResult, number> = { applied: 0, rejected: 0 };
  readonly #budget: SeriesBudget;
  readonly #targets = new Map<string, TargetRow>();
  readonly #policies = new Map<string, PolicyRow>();
  readonly #knownPolicies: ReadonlySet<string>;
  readonly #none: TargetRow;
  readonly #unknown: TargetRow;
  readonly #overhead: Durations;
  readonly #holdBack: Durations;
  readonly #aborted: Readonly<Record<(typeof abortReasons)[number], Count>>;

  constructor(options: MetricsOptions) {
    this.#budget = new SeriesBudget(options.seriesLimit ?? defaultSeriesLimit);
    this.families = createFamilies(this.#budget);
    this.#knownPolicies = new Set(options.policies);
    this.#none = new TargetRow(this.families, { id: 'none', provider: 'none', model: 'none' });
    this.#unknown = new TargetRow(this.families, { id: 'other', provider: 'other', model: 'other' });
    this.#overhead = this.families.overhead.family.open({});
    this.#holdBack = this.families.holdBack.family.open({});
    const open = (reason: (typeof abortReasons)[number]): Count =>
      this.families.aborted.family.open({ reason });
    this.#aborted = {
      client: open('client'),
      upstream: open('upstream'),
      policy: open('policy'),
      shutdown: open('shutdown'),
      timeout: open('timeout'),
    };
  }

  /** Series that found no room and are counted as `other`. */
  get droppedSeries(): number {
    return this.#budget.dropped;
  }

  /** A snapshot with this target has become current. Each is matched by one `retireTarget`. */
  admitTarget(target: TargetLabels): void {
    const row = this.#targets.get(target.id);
    const holders = (row?.holders ?? 0) + 1;
    if (row !== undefined && isSame(row.target, target)) {
      row.holders = holders;
      return;
    }
    // The same id with another model: its figures would be mixed, so the series begin anew.
    row?.close();
    const fresh = new TargetRow(this.families, target);
    fresh.holders = holders;
    fresh.openAttempts();
    this.#targets.set(target.id, fresh);
  }

  /** A snapshot with this target has retired. When it was the last, the target's series go. */
  retireTarget(id: string): void {
    const row = this.#targets.get(id);
    if (row === undefined) return;
    row.holders -= 1;
    if (row.holders > 0) return;
    row.close();
    this.#targets.delete(id);
  }

  record(exchange: FinishedExchange): void {
    this.#row(exchange.target).finished(exchange);
    this.#overhead.observe(exchange.overheadMs);
    if (exchange.stream) this.#holdBack.observe(exchange.holdBackMs);
    if (exchange.stream && exchange.aborted !== undefined) this.#aborted[exchange.aborted].value += 1;
    for (const attempt of exchange.attempts) this.#row(attempt.target).attempted(attempt.outcome);
    for (const evaluation of exchange.evaluations) this.#policy(evaluation.policy).evaluated(evaluation);
  }

  reloaded(result: ReloadResult): void {
    this.reloads[result] += 1;
  }

  #row(id: string | undefined): TargetRow {
    return id === undefined ? this.#none : (this.#targets.get(id) ?? this.#unknown);
  }

  #policy(name: string): PolicyRow {
    return this.#policies.get(name) ?? this.#openPolicy(this.#knownPolicies.has(name) ? name : 'other');
  }

  #openPolicy(name: string): PolicyRow {
    const row = this.#policies.get(name) ?? new PolicyRow(this.families, name);
    this.#policies.set(name, row);
    return row;
  }
}

function isSame(one: TargetLabels, other: TargetLabels): boolean {
  return one.provider === other.provider && one.model === other.model;
}
