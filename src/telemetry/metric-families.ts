import { gateway } from './metric.ts';
import { bounds } from './metric-labels.ts';
import { Count, Durations, Family, SeriesBudget } from './tally.ts';

export type Families = ReturnType<typeof createFamilies>;
export type CallbackFamilies = ReturnType<typeof createCallbackFamilies>;

const nanosPerUsd = 1e9;
const model = ['target', 'provider', 'model'] as const;

/** Declares metrics that are counted, all of them under one budget. */
class FamilyMaker {
  readonly #budget: SeriesBudget;

  constructor(budget: SeriesBudget) {
    this.#budget = budget;
  }

  count(name: string, help: string, labelNames: readonly string[], perUnit = 1): Family<Count> {
    const described = { name, help, type: 'counter', labelNames } as const;
    return new Family(described, this.#budget, (labels) => new Count(labels, perUnit));
  }

  /** Not counted: set before it is read. */
  state(name: string, help: string, labelNames: readonly string[]): Family<Count> {
    const described = { name, help, type: 'gauge', labelNames } as const;
    return new Family(described, this.#budget, (labels) => new Count(labels, 1));
  }

  durations(name: string, help: string, labelNames: readonly string[], ms: readonly number[]) {
    const boundsMs = Float64Array.from(ms);
    const described = { name, help, type: 'histogram', labelNames } as const;
    return new Family(described, this.#budget, (labels): Durations => new Durations(labels, boundsMs));
  }
}

/** Every metric that is counted. */
export function createFamilies(budget: SeriesBudget) {
  const of = new FamilyMaker(budget);
  const closed = new FamilyMaker(new SeriesBudget(Number.POSITIVE_INFINITY)); // nothing that comes opens more of these
  return {
    requests: of.count(
      `${gateway}_requests_total`,
      'Exchanges by target, endpoint and what the client was told.',
      [...model, 'endpoint', 'status', 'verdict', 'code'],
    ),
    request: of.durations(
      `${gateway}_request_duration_seconds`,
      'Arrival of a call to the end of its reply.',
      ['provider', 'endpoint'],
      bounds.request,
    ),
    firstByte: of.durations(
      `${gateway}_time_to_first_byte_seconds`,
      'Arrival of a call to the first byte of its reply.',
      ['target'],
      bounds.firstByte,
    ),
    overhead: of.durations(
      `${gateway}_overhead_seconds`,
      'Time an exchange took beyond waiting for its upstream.',
      [],
      bounds.overhead,
    ),
    holdBack: of.durations(
      `${gateway}_policy_holdback_seconds`,
      'Time the text of a streamed answer was withheld until it was decided.',
      [],
      bounds.holdBack,
    ),
    evaluations: of.count(
      `${gateway}_policy_evaluations_total`,
      'What a policy made of a call or an answer.',
      ['policy', 'result'],
    ),
    policy: of.durations(
      `${gateway}_policy_duration_seconds`,
      'Time a policy took for a call or an answer.',
      ['policy'],
      bounds.policy,
    ),
    attempts: of.count(`${gateway}_upstream_attempts_total`, 'Tries at a target and how they ended.', [
      'target',
      'outcome',
    ]),
    tokens: of.count(`${gateway}_tokens_total`, 'Tokens of calls (input) and answers (output).', [
      ...model,
      'direction',
    ]),
    cost: of.count(
      `${gateway}_cost_usd_total`,
      'What the tokens of calls and answers cost, by the pricing of their targets.',
      model,
      nanosPerUsd,
    ),
    unpriced: of.count(
      `${gateway}_unpriced_exchanges_total`,
      'Exchanges with tokens at a target without pricing.',
      ['target'],
    ),
    usageMissing: of.count(
      `${gateway}_usage_missing_total`,
      'Complete answers that reported no token usage. Tokens of streams are estimated then, others not counted.',
      ['target'],
    ),
    uninspected: of.count(
      `${gateway}_uninspected_exchanges_total`,
      'Exchanges with parts that no policy can judge.',
      ['part'],
    ),
    unreadable: of.count(
      `${gateway}_unreadable_requests_total`,
      'Connections refused before there was a request: broken or oversized heads, slow senders, tunnels.',
      ['code'],
    ),
    aborted: of.count(
      `${gateway}_streams_aborted_total`,
      'Streamed answers that ended early, by who ended them.',
      ['reason'],
    ),
    questions: of.count(
      `${gateway}_questions_total`,
      'Questions that policies had for another service, such as a recogniser, and how they ended.',
      ['url', 'outcome'],
    ),
    question: of.durations(
      `${gateway}_question_duration_seconds`,
      'Time another service took for a question, or until it was given up.',
      ['url'],
      bounds.question,
    ),
    questionTexts: of.count(
      `${gateway}_question_texts_total`,
      'Texts that another service was asked about.',
      ['url'],
    ),
    targetState: of.state(
      `${gateway}_target_state`,
      'State of a target of the configuration: 1 where it is so. Unavailable: its credential is missing.',
      ['target', 'state'],
    ),
    adviserState: of.state(
      `${gateway}_adviser_state`,
      'State of another service that policies ask: 1 where it is so. Open: it failed five times in a row, and is asked once in five seconds.',
      ['url', 'state'],
    ),
    seams: closed.count(
      `${gateway}_audit_seams_total`,
      'Times the audit file was continued at another place, or after a break, by why.',
      ['reason'],
    ),
    reloads: closed.count('keeptrusts_config_reloads_total', 'Configurations taken up or rejected.', [
      'result',
    ]),
    weakened: closed.count(
      'keeptrusts_config_weakened_total',
      'Policies and settings that reloads dropped or weakened.',
      [],
    ),
  };
}

/** The metrics of a callback `{type: prometheus}`, under the names that its users know. */
export function createCallbackFamilies(budget: SeriesBudget) {
  const of = new FamilyMaker(budget);
  const labels = ['model', 'provider'] as const;
  return {
    requests: of.count('keeptrusts_llm_requests_total', 'Calls by what the client was told.', [
      ...labels,
      'status',
      'verdict',
    ]),
    tokens: of.count('keeptrusts_llm_tokens_total', 'Tokens of calls (input) and answers (output).', [
      ...labels,
      'direction',
    ]),
    cost: of.count('keeptrusts_llm_cost_total', 'Cost of calls in USD.', labels, nanosPerUsd),
    latency: of.durations(
      'keeptrusts_llm_latency_seconds',
      'Arrival of a call to the end of its reply.',
      labels,
      bounds.request,
    ),
  };
}
