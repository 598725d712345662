import type { FaultCode } from '../errors.ts';
import { Held } from '../held.ts';
import { abortReasons, type FinishedExchange } from '../record/finished-exchange.ts';
import type { FinishedQuestion } from '../record/finished-question.ts';
import { type SeamReason, seamReasons } from '../record/seam.ts';
import {
  type CallbackFamilies,
  createCallbackFamilies,
  createFamilies,
  type Families,
} from './metric-families.ts';
import {
  type AdviserState,
  type ReloadResult,
  reloadResults,
  type TargetStateName,
  uninspectedParts,
  unreadableCodes,
} from './metric-labels.ts';
import { AdviserRow, CallbackRow, PolicyRow, type TargetLabels, TargetRow } from './metric-rows.ts';
import { type Count, type Durations, type Family, OwnSeries, SeriesBudget } from './tally.ts';

const defaultSeriesLimit = 2000;

/**
 * What is counted. Plain fields and arrays, because it runs once a call: the client library would take 2.8 us and 3.9 KB
 * more (bench/metrics-timing.ts), and sees the figures only when they are scraped (exposition.ts).
 */
export class Metrics {
  readonly families: Families;
  readonly callbackFamilies: CallbackFamilies;
  /** Whether exchanges are counted under the names of the callback too. */
  exportsCallback = false;
  readonly #budget: SeriesBudget;
  readonly #rows = new Held<string, TargetRow>((row) => this.#forget(row));
  /** By id, newest first: while calls of an older generation go on, an id may stand for two models. */
  readonly #targets = new Map<string, readonly TargetRow[]>();
  readonly #callbacks = new Map<TargetRow, CallbackRow>();
  /** By URL. */
  readonly #advisers = new Held<string, AdviserRow>((row) => row.close());
  readonly #policies = new Map<string, PolicyRow>();
  /** Evaluations of anything else count as `other`. */
  readonly #knownPolicies: ReadonlySet<string>;
  readonly #none: TargetRow;
  readonly #unknown: TargetRow;
  readonly #overhead: Durations;
  readonly #holdBack: Durations;
  readonly #aborted: OwnSeries<Count>;
  readonly #uninspected: OwnSeries<Count>;
  readonly #unreadable: OwnSeries<Count>;
  readonly #reloads: OwnSeries<Count>;
  readonly #seams: OwnSeries<Count>;
  readonly #weakened: Count;

  /** `policies`: every kind there is. `seriesLimit`: most series that exchanges may open. */
  constructor(policies: readonly string[], seriesLimit = defaultSeriesLimit) {
    this.#budget = new SeriesBudget(seriesLimit);
    this.families = createFamilies(this.#budget);
    this.callbackFamilies = createCallbackFamilies(this.#budget);
    this.#knownPolicies = new Set(policies);
    const { families } = this;
    this.#none = new TargetRow(families, { id: 'none', provider: 'none', model: 'none' });
    this.#unknown = new TargetRow(families, { id: 'other', provider: 'other', model: 'other' });
    this.#overhead = families.overhead.open({});
    this.#holdBack = families.holdBack.open({});
    this.#weakened = families.weakened.open({});
    this.#aborted = openAll(families.aborted, abortReasons);
    this.#uninspected = openAll(families.uninspected, uninspectedParts);
    this.#unreadable = openAll(families.unreadable, unreadableCodes);
    this.#reloads = openAll(families.reloads, reloadResults);
    this.#seams = openAll(families.seams, seamReasons);
  }

  /** Series that found no room and are counted as `other`. */
  get droppedSeries(): number {
    return this.#budget.dropped;
  }

  /** A snapshot with this target has become current. Each is matched by one `retireTarget`. */
  admitTarget(target: TargetLabels): void {
    this.#rows.hold(keyOf(target), () => this.#admit(target));
  }

  /** A snapshot with this target has retired. When it was the last, the target's series go. */
  retireTarget(target: TargetLabels): void {
    this.#rows.release(keyOf(target));
  }

  /** A snapshot whose policies ask these has become current. Matched by one `retireAdvisers`. */
  admitAdvisers(urls: readonly string[]): void {
    for (const url of urls) this.#advisers.hold(url, () => new AdviserRow(this.families, url));
  }

  retireAdvisers(urls: readonly string[]): void {
    for (const url of urls) this.#advisers.release(url);
  }

  /** Sets which state each target and adviser is in now; those that are known no more are in none. */
  noteStates(
    targets: readonly { readonly id: string; readonly state: TargetStateName }[],
    advisers: readonly { readonly url: string; readonly state: AdviserState }[],
  ): void {
    const { targetState, adviserState } = this.families;
    for (const series of [...targetState.all(), ...adviserState.all()]) series.value = 0;
    for (const { id, state } of targets) bump(this.#targets.get(id)?.[0]?.state(state));
    for (const { url, state } of advisers) bump(this.#advisers.get(url)?.state(state));
  }

  questioned(question: FinishedQuestion): void {
    this.#advisers.get(question.url)?.questioned(question);
  }

  record(exchange: FinishedExchange): void {
    const row = this.#rowOf(exchange);
    row.finished(exchange);
    if (this.exportsCallback) this.#callbackOf(row).finished(exchange);
    this.#overhead.observe(exchange.overheadMs);
    if (exchange.stream) this.#holdBack.observe(exchange.holdBackMs);
    if (exchange.stream && exchange.aborted !== undefined) bump(this.#aborted.get(exchange.aborted));
    for (const part of exchange.uninspected)
      bump(this.#uninspected.get(part) ?? this.#uninspected.get('other'));
    for (const attempt of exchange.attempts) this.#row(attempt.target).attempted(attempt.outcome);
    for (const evaluation of exchange.evaluations) this.#policy(evaluation.policy).evaluated(evaluation);
    for (const decision of exchange.decisions) this.#policy(decision.policy).decided(decision);
  }

  reloaded(result: ReloadResult): void {
    bump(this.#reloads.get(result));
  }

  /** Reloads dropped or weakened so many settings. */
  weakened(settings: number): void {
    this.#weakened.value += settings;
  }

  /** The audit file was continued at another place, or after a break. */
  seam(reason: SeamReason): void {
    bump(this.#seams.get(reason));
  }

  /** Something came that never became a request, and was refused. */
  unreadable(code: FaultCode): void {
    bump(this.#unreadable.get(code));
  }

  /** The same id with another model has series of its own; those without the model are shared, and go on. */
  #admit(target: TargetLabels): TargetRow {
    const older = this.#targets.get(target.id) ?? [];
    const row = new TargetRow(this.families, target);
    row.openAhead();
    for (const one of older) row.takeOver(one);
    this.#targets.set(target.id, [row, ...older]);
    return row;
  }

  #forget(row: TargetRow): void {
    const { id } = row.target;
    const others = (this.#targets.get(id) ?? []).filter((one) => one !== row);
    if (others.length === 0) this.#targets.delete(id);
    else this.#targets.set(id, others);
    row.close();
    this.#callbacks.get(row)?.close();
    this.#callbacks.delete(row);
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

  #callbackOf(row: TargetRow): CallbackRow {
    const known = this.#callbacks.get(row);
    if (known !== undefined) return known;
    const opened = new CallbackRow(this.callbackFamilies, row.target);
    this.#callbacks.set(row, opened);
    return opened;
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

/** The series of a closed set: all are there from the start. */
function openAll(family: Family<Count>, values: readonly string[]): OwnSeries<Count> {
  const all = new OwnSeries(family, {});
  for (const value of values) all.of(value);
  return all;
}

function bump(count: Count | undefined): void {
  if (count !== undefined) count.value += 1;
}

function keyOf({ id, provider, model }: TargetLabels): string {
  return [id, provider, model].join('\0');
}
