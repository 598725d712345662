import {
  attemptOutcomes,
  evaluationResults,
  exchangeVerdicts,
  type FinishedAttempt,
  type FinishedExchange,
  type PolicyEvaluation,
} from '../record/finished-exchange.ts';
import type { Usage } from '../record/usage.ts';
import { type CallbackFamilies, CallbackRow } from './callback-metrics.ts';
import type { CountFamily, Families } from './metric-families.ts';
import { codes, statusLabel, statusPlace, type TargetStateName, targetStates } from './metric-labels.ts';
import type { Count, Durations } from './tally.ts';

const codeIndex = new Map<string | undefined, number>(codes.map((code, index) => [code, index]));

/** A target as metrics name it. */
export interface TargetLabels {
  readonly id: string;
  readonly provider: string;
  /** As configured; what a client asked for is never a label. */
  readonly model: string;
}

/** The metrics that know of targets. */
export interface TargetFamilies {
  readonly own: Families;
  readonly states: CountFamily;
  readonly callback: CallbackFamilies;
}

/** The series of one target at one endpoint. */
interface EndpointSeries {
  readonly requests: Map<number, Count>;
  readonly duration: Durations;
}

/** The series of one target, found by small numbers so that an exchange builds no labels and no keys. */
export class TargetRow {
  readonly target: TargetLabels;
  /** Snapshots, or whoever else admitted the target and has not retired it. */
  holders = 1;
  readonly #families: Families;
  readonly #all: TargetFamilies;
  readonly #endpoints = new Map<string, EndpointSeries>();
  readonly #attempts = new Map<string, Count>();
  readonly #states = new Map<TargetStateName, Count>();
  #firstByte: Durations | undefined;
  #tokens: { readonly input: Count; readonly output: Count } | undefined;
  #cost: Count | undefined;
  #unpriced: Count | undefined;
  #usageMissing: Count | undefined;
  #callback: CallbackRow | undefined;

  constructor(families: TargetFamilies, target: TargetLabels) {
    this.#all = families;
    this.#families = families.own;
    this.target = target;
  }

  finished(exchange: FinishedExchange): void {
    const at = this.#endpoints.get(exchange.endpoint) ?? this.#openEndpoint(exchange.endpoint);
    const verdict = exchangeVerdicts.indexOf(exchange.verdict);
    const code = codeIndex.get(exchange.code) ?? 0;
    const key = (statusPlace(exchange.status) * 8 + verdict) * 64 + code;
    (at.requests.get(key) ?? this.#openRequest(at, key, exchange)).value += 1;
    at.duration.observe(exchange.durationMs);
    if (exchange.firstByteMs !== undefined) this.#openFirstByte().observe(exchange.firstByteMs);
    if (exchange.usage !== undefined) this.#count(exchange.usage, exchange.costNanoUsd);
    if (lacksUsage(exchange)) this.#openUsageMissing().value += 1;
  }

  /** The same under the names of the callback. */
  toldCallback(exchange: FinishedExchange): void {
    (this.#callback ??= new CallbackRow(this.#all.callback, this.target)).finished(exchange);
  }

  /** Holds on to the series that another row of the same target shares with it: they go on when that one closes. */
  takeOver(row: TargetRow): void {
    for (const endpoint of row.#endpoints.keys()) this.#openEndpoint(endpoint);
    if (row.#firstByte !== undefined) this.#openFirstByte();
    if (row.#unpriced !== undefined) this.#openUnpriced();
    if (row.#usageMissing !== undefined) this.#openUsageMissing();
  }

  attempted(outcome: FinishedAttempt['outcome']): void {
    (this.#attempts.get(outcome) ?? this.#openAttempt(outcome)).value += 1;
  }

  close(): void {
    const { requests, request, attempts, firstByte, tokens, cost, unpriced, usageMissing } = this.#families;
    for (const at of this.#endpoints.values()) {
      for (const series of at.requests.values()) requests.family.close(series);
      request.family.close(at.duration);
    }
    for (const series of this.#attempts.values()) attempts.family.close(series);
    if (this.#firstByte !== undefined) firstByte.family.close(this.#firstByte);
    for (const series of Object.values(this.#tokens ?? {})) tokens.family.close(series);
    for (const series of this.#states.values()) this.#all.states.family.close(series);
    if (this.#cost !== undefined) cost.family.close(this.#cost);
    if (this.#unpriced !== undefined) unpriced.family.close(this.#unpriced);
    if (this.#usageMissing !== undefined) usageMissing.family.close(this.#usageMissing);
    this.#callback?.close();
  }

  /** Series that are gauges: whoever reads them says first which state it is in. */
  state(name: TargetStateName): Count | undefined {
    return this.#states.get(name);
  }

  #count({ inputTokens, outputTokens }: Usage, costNanoUsd: number | undefined): void {
    if (costNanoUsd === undefined) this.#openUnpriced().value += 1;
    else this.#openCost().value += costNanoUsd;
    const tokens = (this.#tokens ??= {
      input: this.#openTokens('input'),
      output: this.#openTokens('output'),
    });
    tokens.input.value += inputTokens;
    tokens.output.value += outputTokens;
  }

  #openEndpoint(endpoint: string): EndpointSeries {
    const { provider } = this.target;
    const duration = this.#families.request.family.open({ provider, endpoint });
    const opened = { requests: new Map<number, Count>(), duration };
    this.#endpoints.set(endpoint, opened);
    return opened;
  }

  #openRequest({ requests }: EndpointSeries, key: number, exchange: FinishedExchange): Count {
    const { id: target, provider, model } = this.target;
    const { endpoint, verdict, code = '' } = exchange;
    const status = statusLabel(exchange.status);
    const labels = { target, provider, model, endpoint, status, verdict, code };
    const series = this.#families.requests.family.open(labels);
    requests.set(key, series);
    return series;
  }

  #openFirstByte(): Durations {
    return (this.#firstByte ??= this.#families.firstByte.family.open({ target: this.target.id }));
  }

  #openAttempt(outcome: FinishedAttempt['outcome']): Count {
    const series = this.#families.attempts.family.open({ target: this.target.id, outcome });
    this.#attempts.set(outcome, series);
    return series;
  }

  #openTokens(direction: 'input' | 'output'): Count {
    const { id: target, provider, model } = this.target;
    return this.#families.tokens.family.open({ target, provider, model, direction });
  }

  #openCost(): Count {
    const { id: target, provider, model } = this.target;
    return (this.#cost ??= this.#families.cost.family.open({ target, provider, model }));
  }

  #openUnpriced(): Count {
    return (this.#unpriced ??= this.#families.unpriced.family.open({ target: this.target.id }));
  }

  #openUsageMissing(): Count {
    return (this.#usageMissing ??= this.#families.usageMissing.family.open({ target: this.target.id }));
  }

  /** Every outcome is there from the start: an alert on a rate needs the zero before the first failure. */
  openAhead(): void {
    for (const outcome of attemptOutcomes) this.#openAttempt(outcome);
    for (const state of targetStates)
      this.#states.set(state, this.#all.states.family.open({ target: this.target.id, state }));
  }
}

// An answer that was cut short may have meant to report it.
function lacksUsage({ target, status, aborted, code, usage }: FinishedExchange): boolean {
  if (target === undefined || status >= 300 || aborted !== undefined || code !== undefined) return false;
  return usage === undefined || usage.estimated;
}

/** The series of one policy. */
export class PolicyRow {
  readonly #results: Readonly<Record<PolicyEvaluation['result'], Count>>;
  readonly #durations: Durations;

  constructor(families: Families, policy: string) {
    const open = (result: (typeof evaluationResults)[number]): Count =>
      families.evaluations.family.open({ policy, result });
    this.#results = {
      allow: open('allow'),
      flag: open('flag'),
      rewrite: open('rewrite'),
      deny: open('deny'),
      failed: open('failed'),
    };
    this.#durations = families.policy.family.open({ policy });
  }

  evaluated({ result, durationMs }: PolicyEvaluation): void {
    this.#results[result].value += 1;
    this.#durations.observe(durationMs);
  }
}
