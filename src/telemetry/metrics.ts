import type { FaultCode } from '../errors.ts';
import { abortReasons, type FinishedExchange } from '../record/finished-exchange.ts';
import type { FinishedQuestion } from '../record/finished-question.ts';
import type { SeamReason } from '../record/seam.ts';
import {
  type AdviserFamilies,
  AdviserRow,
  createAdviserFamilies,
  createAdviserStateFamily,
} from './adviser-row.ts';
import { createCallbackFamilies } from './callback-metrics.ts';
import { type CountFamily, createFamilies, createStateFamily, type Families } from './metric-families.ts';
import {
  type AdviserState,
  type ReloadResult,
  type TargetStateName,
  uninspectedParts,
  unreadableCodes,
} from './metric-labels.ts';
import { PolicyRow, type TargetFamilies, type TargetLabels, TargetRow } from './metric-rows.ts';
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
  readonly targetFamilies: TargetFamilies;
  readonly adviserFamilies: AdviserFamilies;
  readonly adviserStates: CountFamily;
  /** Whether exchanges are counted under the names of the callback too. */
  exportsCallback = false;
  readonly reloads: Record<ReloadResult, number> = { applied: 0, rejected: 0 };
  /** Settings that reloads dropped or weakened. */
  weakened = 0;
  /** How often the audit file was continued at another place, or after a break. */
  readonly auditSeams: Record<SeamReason, number> = {
    replaced: 0,
    moved: 0,
    removed: 0,
    truncated: 0,
    foreign: 0,
    failed: 0,
  };
  readonly #budget: SeriesBudget;
  /** By id, newest first: while calls of an older generation go on, an id may stand for two models. */
  readonly #targets = new Map<string, readonly TargetRow[]>();
  /** By URL. */
  readonly #advisers = new Map<string, AdviserRow>();
  readonly #policies = new Map<string, PolicyRow>();
  readonly #knownPolicies: ReadonlySet<string>;
  readonly #none: TargetRow;
  readonly #unknown: TargetRow;
  readonly #overhead: Durations;
  readonly #holdBack: Durations;
  readonly #aborted: ReadonlyMap<string | undefined, Count>;
  readonly #uninspected: ReadonlyMap<string, Count>;
  readonly #unreadable: ReadonlyMap<string, Count>;

  constructor(options: MetricsOptions) {
    this.#budget = new SeriesBudget(options.seriesLimit ?? defaultSeriesLimit);
    this.families = createFamilies(this.#budget);
    this.#knownPolicies = new Set(options.policies);
    const callback = createCallbackFamilies(this.#budget);
    const states = createStateFamily(this.#budget);
    this.targetFamilies = { own: this.families, states, callback };
    this.adviserFamilies = createAdviserFamilies(this.#budget);
    this.adviserStates = createAdviserStateFamily(this.#budget);
    this.#none = new TargetRow(this.targetFamilies, { id: 'none', provider: 'none', model: 'none' });
    this.#unknown = new TargetRow(this.targetFamilies, { id: 'other', provider: 'other', model: 'other' });
    this.#overhead = this.families.overhead.family.open({});
    this.#holdBack = this.families.holdBack.family.open({});
    const { aborted, uninspected, unreadable } = this.families;
    this.#aborted = new Map(abortReasons.map((reason) => [reason, aborted.family.open({ reason })]));
    this.#uninspected = new Map(uninspectedParts.map((part) => [part, uninspected.family.open({ part })]));
    this.#unreadable = new Map(unreadableCodes.map((code) => [code, unreadable.family.open({ code })]));
  }

  /** Series that found no room and are counted as `other`. */
  get droppedSeries(): number {
    return this.#budget.dropped;
  }

  /** A snapshot with this target has become current. Each is matched by one `retireTarget`. */
  admitTarget(target: TargetLabels): void {
    const rows = this.#targets.get(target.id) ?? [];
    const known = rows.find((row) => isSame(row.target, target));
    if (known !== undefined) {
      known.holders += 1;
      return;
    }
    // The same id with another model has series of its own; those without the model are shared, and go on.
    const row = new TargetRow(this.targetFamilies, target);
    row.openAhead();
    for (const older of rows) row.takeOver(older);
    this.#targets.set(target.id, [row, ...rows]);
  }

  /** A snapshot with this target has retired. When it was the last, the target's series go. */
  retireTarget(target: TargetLabels): void {
    const rows = this.#targets.get(target.id) ?? [];
    const row = rows.find((one) => isSame(one.target, target));
    if (row === undefined) return;
    row.holders -= 1;
    if (row.holders > 0) return;
    row.close();
    const others = rows.filter((one) => one !== row);
    if (others.length === 0) this.#targets.delete(target.id);
    else this.#targets.set(target.id, others);
  }

  /** Sets which state each target of the configuration is in; those that are in it no more are in none. */
  noteTargetStates(targets: readonly { readonly id: string; readonly state: TargetStateName }[]): void {
    for (const series of this.targetFamilies.states.family.series()) series.value = 0;
    for (const { id, state } of targets) {
      const series = this.#targets.get(id)?.[0]?.state(state);
      if (series !== undefined) series.value += 1;
    }
  }

  /** A snapshot whose policies ask these has become current. Matched by one `retireAdvisers`. */
  admitAdvisers(urls: readonly string[]): void {
    for (const url of urls) {
      const row = this.#advisers.get(url) ?? new AdviserRow(this.adviserFamilies, this.adviserStates, url);
      row.holders += 1;
      this.#advisers.set(url, row);
    }
  }

  retireAdvisers(urls: readonly string[]): void {
    for (const url of urls) {
      const row = this.#advisers.get(url);
      if (row === undefined) continue;
      row.holders -= 1;
      if (row.holders > 0) continue;
      row.close();
      this.#advisers.delete(url);
    }
  }

  noteAdviserStates(advisers: readonly { readonly url: string; readonly state: AdviserState }[]): void {
    for (const series of this.adviserStates.family.series()) series.value = 0;
    for (const { url, state } of advisers) {
      const series = this.#advisers.get(url)?.state(state);
      if (series !== undefined) series.value = 1;
    }
  }

  questioned(question: FinishedQuestion): void {
    this.#advisers.get(question.url)?.questioned(question);
  }

  record(exchange: FinishedExchange): void {
    const row = this.#rowOf(exchange);
    row.finished(exchange);
    if (this.exportsCallback) row.toldCallback(exchange);
    this.#overhead.observe(exchange.overheadMs);
    if (exchange.stream) this.#holdBack.observe(exchange.holdBackMs);
    if (exchange.stream && exchange.aborted !== undefined) bump(this.#aborted, exchange.aborted);
    for (const part of exchange.uninspected)
      bump(this.#uninspected, this.#uninspected.has(part) ? part : 'other');
    for (const attempt of exchange.attempts) this.#row(attempt.target).attempted(attempt.outcome);
    for (const evaluation of exchange.evaluations) this.#policy(evaluation.policy).evaluated(evaluation);
  }

  reloaded(result: ReloadResult): void {
    this.reloads[result] += 1;
  }

  /** Something came that never became a request, and was refused. */
  unreadable(code: FaultCode): void {
    bump(this.#unreadable, code);
  }

  #rowOf({ target, provider, model }: FinishedExchange): TargetRow {
    if (target === undefined) return this.#none;
    const rows = this.#targets.get(target);
    if (rows === undefined) return this.#unknown;
    const exact =
      rows.length === 1
        ? undefined
        : rows.find((row) => row.target.model === model && row.target.provider === provider);
    return exact ?? rows[0] ?? this.#unknown;
  }

  #row(id: string): TargetRow {
    return this.#targets.get(id)?.[0] ?? this.#unknown;
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

function bump(counts: ReadonlyMap<string | undefined, Count>, name: string): void {
  const count = counts.get(name);
  if (count !== undefined) count.value += 1;
}

function isSame(one: TargetLabels, other: TargetLabels): boolean {
  return one.provider === other.provider && one.model === other.model;
}
