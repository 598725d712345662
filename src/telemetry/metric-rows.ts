import type { Decision } from '../record/decision.ts';
import {
  attemptOutcomes,
  evaluationResults,
  exchangeVerdicts,
  type FinishedAttempt,
  type FinishedExchange,
  type PolicyEvaluation,
} from '../record/finished-exchange.ts';
import { type FinishedQuestion, questionOutcomes } from '../record/finished-question.ts';
import type { CallbackFamilies, Families } from './metric-families.ts';
import {
  adviserStates,
  type AdviserState,
  codes,
  statusLabel,
  statusPlace,
  type TargetStateName,
  targetStates,
} from './metric-labels.ts';
import { type Count, type Durations, type Family, type Labels, OwnSeries } from './tally.ts';

const codeIndex = new Map<string | undefined, number>(codes.map((code, index) => [code, index]));

/** A target as metrics name it. */
export interface TargetLabels {
  readonly id: string;
  readonly provider: string;
  /** As configured; what a client asked for is never a label. */
  readonly model: string;
}

/** What one holder has of several metrics, and gives back together. */
class Row<From extends object> {
  protected readonly families: From;
  readonly #labels: Labels;
  readonly #own: { close(): void }[] = [];

  constructor(families: From, labels: Labels) {
    this.families = families;
    this.#labels = labels;
  }

  protected own<Series extends Count | Durations>(
    family: Family<Series>,
    more: Labels = {},
  ): OwnSeries<Series> {
    const own = new OwnSeries(family, { ...this.#labels, ...more });
    this.#own.push(own);
    return own;
  }

  close(): void {
    for (const own of this.#own) own.close();
  }
}

/** The series of one target. */
export class TargetRow extends Row<Families> {
  readonly target: TargetLabels;
  /** By endpoint; in them by small numbers, so that an exchange builds no labels and no keys. */
  readonly #requests = new Map<string, OwnSeries<Count>>();
  readonly #durations = this.own(this.families.request);
  readonly #firstByte = this.own(this.families.firstByte);
  readonly #attempts = this.own(this.families.attempts);
  readonly #tokens = this.own(this.families.tokens);
  readonly #cost = this.own(this.families.cost);
  readonly #unpriced = this.own(this.families.unpriced);
  readonly #usageMissing = this.own(this.families.usageMissing);
  readonly #states = this.own(this.families.targetState);

  constructor(families: Families, target: TargetLabels) {
    super(families, labelsOf(target));
    this.target = target;
  }

  /** Every outcome is there from the start: an alert on a rate needs the zero before the first failure. */
  openAhead(): void {
    for (const outcome of attemptOutcomes) this.#attempts.of(outcome);
    for (const state of targetStates) this.#states.of(state);
  }

  /** Holds on to the series that another row of the same target shares with it: they go on when that one closes. */
  takeOver(row: TargetRow): void {
    this.#durations.takeOver(row.#durations);
    this.#firstByte.takeOver(row.#firstByte);
    this.#unpriced.takeOver(row.#unpriced);
    this.#usageMissing.takeOver(row.#usageMissing);
  }

  finished(exchange: FinishedExchange): void {
    const { endpoint, status, verdict, code, usage } = exchange;
    const requests = this.#requests.get(endpoint) ?? this.#openEndpoint(endpoint);
    const key =
      (statusPlace(status) * 8 + exchangeVerdicts.indexOf(verdict)) * 64 + (codeIndex.get(code) ?? 0);
    const request =
      requests.get(key) ?? requests.open(key, { status: statusLabel(status), verdict, code: code ?? '' });
    request.value += 1;
    this.#durations.of(endpoint).observe(exchange.durationMs);
    if (exchange.firstByteMs !== undefined) this.#firstByte.of().observe(exchange.firstByteMs);
    if (lacksUsage(exchange)) this.#usageMissing.of().value += 1;
    if (usage === undefined) return;
    if (exchange.costNanoUsd === undefined) this.#unpriced.of().value += 1;
    else this.#cost.of().value += exchange.costNanoUsd;
    this.#tokens.of('input').value += usage.inputTokens;
    this.#tokens.of('output').value += usage.outputTokens;
  }

  attempted(outcome: FinishedAttempt['outcome']): void {
    this.#attempts.of(outcome).value += 1;
  }

  /** Series that are gauges: whoever reads them says first which state it is in. */
  state(name: TargetStateName): Count | undefined {
    return this.#states.get(name);
  }

  #openEndpoint(endpoint: string): OwnSeries<Count> {
    const requests = this.own(this.families.requests, { endpoint });
    this.#requests.set(endpoint, requests);
    return requests;
  }
}

function labelsOf({ id, provider, model }: TargetLabels): Labels {
  return { target: id, provider, model };
}

// An answer that was cut short may have meant to report it.
function lacksUsage({ target, status, aborted, code, usage }: FinishedExchange): boolean {
  if (target === undefined || status >= 300 || aborted !== undefined || code !== undefined) return false;
  return usage === undefined || usage.estimated;
}

/** The callback series of one target. Targets of one provider and model share them. */
export class CallbackRow extends Row<CallbackFamilies> {
  readonly #requests = this.own(this.families.requests);
  readonly #latency = this.own(this.families.latency);
  readonly #tokens = this.own(this.families.tokens);
  readonly #cost = this.own(this.families.cost);

  constructor(families: CallbackFamilies, target: TargetLabels) {
    super(families, labelsOf(target));
  }

  finished({ status, verdict, durationMs, usage, costNanoUsd }: FinishedExchange): void {
    const key = `${status} ${verdict}`;
    const requests = this.#requests;
    (requests.get(key) ?? requests.open(key, { status: statusLabel(status), verdict })).value += 1;
    this.#latency.of().observe(durationMs);
    this.#tokens.of('input').value += usage?.inputTokens ?? 0;
    this.#tokens.of('output').value += usage?.outputTokens ?? 0;
    this.#cost.of().value += costNanoUsd ?? 0;
  }
}

/** The series of one policy. */
export class PolicyRow extends Row<Families> {
  readonly #results = this.own(this.families.evaluations);
  /** By result and rule. */
  readonly #findings = this.own(this.families.findings);
  readonly #durations = this.own(this.families.policy);

  constructor(families: Families, policy: string) {
    super(families, { policy });
    for (const result of evaluationResults) this.#results.of(result);
  }

  evaluated({ result, durationMs }: PolicyEvaluation): void {
    this.#results.of(result).value += 1;
    this.#durations.of().observe(durationMs);
  }

  decided({ rule, result }: Decision): void {
    const key = `${result} ${rule}`;
    (this.#findings.get(key) ?? this.#findings.open(key, { rule, result })).value += 1;
  }
}

/** The series of one adviser. All are there from the start, as those of attempts are. */
export class AdviserRow extends Row<Families> {
  readonly #questions = this.own(this.families.questions);
  readonly #durations = this.own(this.families.question);
  readonly #texts = this.own(this.families.questionTexts);
  readonly #states = this.own(this.families.adviserState);

  constructor(families: Families, url: string) {
    super(families, { url });
    for (const outcome of questionOutcomes) this.#questions.of(outcome);
    for (const state of adviserStates) this.#states.of(state);
    this.#durations.of();
    this.#texts.of();
  }

  questioned({ outcome, durationMs, texts }: FinishedQuestion): void {
    this.#questions.of(outcome).value += 1;
    if (outcome === 'unasked') return;
    this.#durations.of().observe(durationMs);
    this.#texts.of().value += texts;
  }

  state(name: AdviserState): Count | undefined {
    return this.#states.get(name);
  }
}
