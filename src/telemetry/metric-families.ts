import { bounds } from './metric-labels.ts';
import { Count, Durations, Family, type SeriesBudget } from './tally.ts';

export const gateway = 'keeptrusts_gateway';

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

export interface CountFamily extends Described {
  readonly family: Family<Count>;
  /** What is counted for each unit that is exported: sums of whole numbers stay exact. */
  readonly perUnit: number;
}

export interface DurationFamily extends Described {
  readonly family: Family<Durations>;
  readonly boundsMs: readonly number[];
}

export type Families = ReturnType<typeof createFamilies>;

export const nanosPerUsd = 1e9;

/** Makes the families of one prefix, all of them under one budget. */
export class FamilyMaker {
  readonly #prefix: string;
  readonly #budget: SeriesBudget;

  constructor(prefix: string, budget: SeriesBudget) {
    this.#prefix = prefix;
    this.#budget = budget;
  }

  count(name: string, help: string, labelNames: readonly string[], perUnit = 1): CountFamily {
    const family = new Family(this.#budget, labelNames, (labels) => new Count(labels));
    return { name: `${this.#prefix}_${name}`, help, labelNames, family, perUnit };
  }

  durations(name: string, boundsMs: readonly number[], about: Omit<Described, 'name'>): DurationFamily {
    const shared = Float64Array.from(boundsMs);
    const family = new Family(this.#budget, about.labelNames, (labels) => new Durations(labels, shared));
    return { name: `${this.#prefix}_${name}`, ...about, boundsMs, family };
  }
}

/** In which state each target is: set when it is read, not counted. */
export function createStateFamily(budget: SeriesBudget): CountFamily {
  const help =
    'State of a target of the configuration: 1 where it is so. Unavailable: its credential is missing.';
  return new FamilyMaker(gateway, budget).count('target_state', help, ['target', 'state']);
}

/** Every metric that exchanges feed. */
export function createFamilies(budget: SeriesBudget) {
  const maker = new FamilyMaker(gateway, budget);
  const count = maker.count.bind(maker);
  const durations = maker.durations.bind(maker);
  return {
    requests: count('requests_total', 'Exchanges by target, endpoint and what the client was told.', [
      'target',
      'provider',
      'model',
      'endpoint',
      'status',
      'verdict',
      'code',
    ]),
    request: durations('request_duration_seconds', bounds.request, {
      help: 'Arrival of a call to the end of its reply.',
      labelNames: ['provider', 'endpoint'],
    }),
    firstByte: durations('time_to_first_byte_seconds', bounds.firstByte, {
      help: 'Arrival of a call to the first byte of its reply.',
      labelNames: ['target'],
    }),
    overhead: durations('overhead_seconds', bounds.overhead, {
      help: 'Time an exchange took beyond waiting for its upstream.',
      labelNames: [],
    }),
    holdBack: durations('policy_holdback_seconds', bounds.holdBack, {
      help: 'Time the text of a streamed answer was withheld until it was decided.',
      labelNames: [],
    }),
    evaluations: count('policy_evaluations_total', 'What a policy made of a call or an answer.', [
      'policy',
      'result',
    ]),
    policy: durations('policy_duration_seconds', bounds.policy, {
      help: 'Time a policy took for a call or an answer.',
      labelNames: ['policy'],
    }),
    attempts: count('upstream_attempts_total', 'Tries at a target and how they ended.', [
      'target',
      'outcome',
    ]),
    tokens: count('tokens_total', 'Tokens of calls (input) and answers (output).', [
      'target',
      'provider',
      'model',
      'direction',
    ]),
    cost: count(
      'cost_usd_total',
      'What the tokens of calls and answers cost, by the pricing of their targets.',
      ['target', 'provider', 'model'],
      nanosPerUsd,
    ),
    unpriced: count('unpriced_exchanges_total', 'Exchanges with tokens at a target without pricing.', [
      'target',
    ]),
    usageMissing: count(
      'usage_missing_total',
      'Complete answers that reported no token usage. Tokens of streams are estimated then, others not counted.',
      ['target'],
    ),
    uninspected: count('uninspected_exchanges_total', 'Exchanges with parts that no policy can judge.', [
      'part',
    ]),
    unreadable: count(
      'unreadable_requests_total',
      'Connections refused before there was a request: broken or oversized heads, slow senders, tunnels.',
      ['code'],
    ),
    aborted: count('streams_aborted_total', 'Streamed answers that ended early, by who ended them.', [
      'reason',
    ]),
  };
}
