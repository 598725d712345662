import { type Described, gateway } from './metric.ts';
import { bounds } from './metric-labels.ts';
import { Count, Durations, Family, type Labels, SeriesBudget } from './tally.ts';

export type Families = ReturnType<typeof createFamilies>;
export type CallbackFamilies = ReturnType<typeof createCallbackFamilies>;

const nanosPerUsd = 1e9;
const model = ['target', 'provider', 'model'] as const;

/** Declares metrics that are counted, all of one prefix and under one budget. */
class FamilyMaker {
  readonly #prefix: string;
  readonly #budget: SeriesBudget;

  constructor(prefix: string, budget: SeriesBudget) {
    this.#prefix = prefix;
    this.#budget = budget;
  }

  count(name: string, help: string, labelNames: readonly string[], perUnit = 1): Family<Count> {
    return this.#make({ name, help, type: 'counter', labelNames }, (labels) => new Count(labels, perUnit));
  }

  /** Not counted: set before it is read. */
  state(name: string, help: string, labelNames: readonly string[]): Family<Count> {
    return this.#make({ name, help, type: 'gauge', labelNames }, (labels) => new Count(labels, 1));
  }

  durations(
    name: string,
    help: string,
    labelNames: readonly string[],
    ms: readonly number[],
  ): Family<Durations> {
    const boundsMs = Float64Array.from(ms);
    return this.#make(
      { name, help, type: 'histogram', labelNames },
      (labels) => new Durations(labels, boundsMs),
    );
  }

  #make<Series extends Count | Durations>(
    described: Described,
    create: (labels: Labels) => Series,
  ): Family<Series> {
    return new Family({ ...described, name: `${this.#prefix}_${described.name}` }, this.#budget, create);
  }
}

/** Every metric that is counted. */
export function createFamilies(budget: SeriesBudget) {
  const of = new FamilyMaker(gateway, budget);
  const unlimited = new SeriesBudget(Number.POSITIVE_INFINITY); // nothing that comes opens more of these
  const config = new FamilyMaker('keeptrusts_config', unlimited);
  return {
    requests: of.count('requests_total', 'Exchanges by target, endpoint and what the client was told.', [
      ...model,
      'endpoint',
      'status',
      'verdict',
      'code',
    ]),
    request: of.durations(
      'request_duration_seconds',
      'Arrival of a call to the end of its reply.',
      ['provider', 'endpoint'],
      bounds.request,
    ),
    firstByte: of.durations(
      'time_to_first_byte_seconds',
      'Arrival of a call to the first byte of its reply.',
      ['target'],
      bounds.firstByte,
    ),
    overhead: of.durations(
      'overhead_seconds',
      'Time an exchange took beyond waiting for its upstream.',
      [],
      bounds.overhead,
    ),
    holdBack: of.durations(
      'policy_holdback_seconds',
      'Time the text of a streamed answer was withheld until it was decided.',
      [],
      bounds.holdBack,
    ),
    evaluations: of.count('policy_evaluations_total', 'What a policy made of a call or an answer.', [
      'policy',
      'result',
    ]),
    findings: of.count(
      'findings_total',
      'Matches by the rule that found them, and what was done about them.',
      ['policy', 'rule', 'result'],
    ),
    policy: of.durations(
      'policy_duration_seconds',
      'Time a policy took for a call or an answer.',
      ['policy'],
      bounds.policy,
    ),
    attempts: of.count('upstream_attempts_total', 'Tries at a target and how they ended.', [
      'target',
      'outcome',
    ]),
    tokens: of.count('tokens_total', 'Tokens of calls (input) and answers (output).', [
      ...model,
      'direction',
    ]),
    cost: of.count(
      'cost_usd_total',
      'What the tokens of calls and answers cost, by the pricing of their targets.',
      model,
      nanosPerUsd,
    ),
    unpriced: of.count('unpriced_exchanges_total', 'Exchanges with tokens at a target without pricing.', [
      'target',
    ]),
    usageMissing: of.count(
      'usage_missing_total',
      'Complete answers that reported no token usage. Tokens of streams are estimated then, others not counted.',
      ['target'],
    ),
    uninspected: of.count('uninspected_exchanges_total', 'Exchanges with parts that no policy can judge.', [
      'part',
    ]),
    unreadable: of.count(
      'unreadable_requests_total',
      'Connections refused before there was a request: broken or oversized heads, slow senders, tunnels.',
      ['code'],
    ),
    aborted: of.count('streams_aborted_total', 'Streamed answers that ended early, by who ended them.', [
      'reason',
    ]),
    questions: of.count(
      'questions_total',
      'Questions that policies had for another service, such as a recogniser, and how they ended.',
      ['url', 'outcome'],
    ),
    question: of.durations(
      'question_duration_seconds',
      'Time another service took for a question, or until it was given up.',
      ['url'],
      bounds.question,
    ),
    questionTexts: of.count('question_texts_total', 'Texts that another service was asked about.', ['url']),
    targetState: of.state(
      'target_state',
      'State of a target of the configuration: 1 where it is so. Unavailable: its credential is missing.',
      ['target', 'state'],
    ),
    adviserState: of.state(
      'adviser_state',
      'State of another service that policies ask: 1 where it is so. Open: it failed five times in a row, and is asked once in five seconds.',
      ['url', 'state'],
    ),
    seams: new FamilyMaker(gateway, unlimited).count(
      'audit_seams_total',
      'Times the audit file was continued at another place, or after a break, by why.',
      ['reason'],
    ),
    reloads: config.count('reloads_total', 'Configurations taken up or rejected.', ['result']),
    weakened: config.count('weakened_total', 'Policies and settings that reloads dropped or weakened.', []),
  };
}

/** The metrics of a callback `{type: prometheus}`, under the names that its users know. */
export function createCallbackFamilies(budget: SeriesBudget) {
  const of = new FamilyMaker('keeptrusts_llm', budget);
  const labels = ['model', 'provider'] as const;
  return {
    requests: of.count('requests_total', 'Calls by what the client was told.', [
      ...labels,
      'status',
      'verdict',
    ]),
    tokens: of.count('tokens_total', 'Tokens of calls (input) and answers (output).', [
      ...labels,
      'direction',
    ]),
    cost: of.count('cost_total', 'Cost of calls in USD.', labels, nanosPerUsd),
    latency: of.durations(
      'latency_seconds',
      'Arrival of a call to the end of its reply.',
      labels,
      bounds.request,
    ),
  };
}
