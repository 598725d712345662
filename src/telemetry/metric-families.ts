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
}

export interface DurationFamily extends Described {
  readonly family: Family<Durations>;
  readonly boundsMs: readonly number[];
}

export type Families = ReturnType<typeof createFamilies>;

/** Every metric that exchanges feed. */
export function createFamilies(budget: SeriesBudget) {
  const count = (name: string, help: string, labelNames: readonly string[]): CountFamily => ({
    name: `${gateway}_${name}`,
    help,
    labelNames,
    family: new Family(budget, labelNames, (labels) => new Count(labels)),
  });
  const durations = (
    name: string,
    boundsMs: readonly number[],
    about: Omit<Described, 'name'>,
  ): DurationFamily => {
    const shared = Float64Array.from(boundsMs);
    const family = new Family(budget, about.labelNames, (labels) => new Durations(labels, shared));
    return { name: `${gateway}_${name}`, ...about, boundsMs, family };
  };
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
    aborted: count('streams_aborted_total', 'Streamed answers that ended early, by who ended them.', [
      'reason',
    ]),
  };
}
