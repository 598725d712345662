import { GatewayError } from '../errors.ts';
import type { CommonSettings } from './common-settings.ts';
import { type Evidence, nowhere, type Place } from './evidence.ts';
import type { Direction, Policy, Role } from './policy.ts';

/** One policy of a compiled chain, with the keys that all kinds share. */
export interface ChainedPolicy {
  readonly policy: Policy;
  readonly isShadow: boolean;
  /** `on_error: allow`: a failure lets the text pass. */
  readonly isLenient: boolean;
  readonly roles: ReadonlySet<Role>;
  readonly directions: ReadonlySet<Direction>;
  /** Whether it has anything to say about calls. */
  readonly judgesCalls: boolean;
  /** Whether it has anything to say about answers. */
  readonly judgesAnswers: boolean;
  /** Whether streamed answers are held back whole for it. */
  readonly isBuffered: boolean;
}

export function chainPolicy(policy: Policy, common: CommonSettings): ChainedPolicy {
  const { roles, directions } = common.appliesTo;
  const judgesTexts = policy.guard !== undefined || policy.judgeTexts !== undefined;
  const judgesAnswers = directions.includes('answer') && judgesTexts;
  return {
    policy,
    isShadow: common.enforcement === 'shadow',
    isLenient: common.onError === 'allow',
    roles: new Set(roles),
    directions: new Set(directions),
    judgesCalls:
      directions.includes('request') &&
      (judgesTexts || policy.judgeCall !== undefined || policy.systemMessage !== undefined),
    judgesAnswers,
    isBuffered: judgesAnswers && (common.streamingMode === 'buffered' || policy.judgeTexts !== undefined),
  };
}

/** Where a policy finds something, or fails. */
export interface PolicyPlace extends Place {
  /** As it is of the policy. */
  readonly isLenient: boolean;
}

/** Without a path the policy speaks of the whole. */
export function placeOf(
  { policy, isShadow, isLenient }: ChainedPolicy,
  direction: Direction,
  path = nowhere,
): PolicyPlace {
  return { policy: policy.kind, direction, path, isShadow, isLenient };
}

/** Stops the exchange, unless the policy's `on_error` lets the text pass. */
export function failed(place: PolicyPlace, evidence: Evidence, cause: unknown): undefined {
  evidence.fail(place);
  if (place.isLenient || place.isShadow) return undefined;
  throw new GatewayError('policy_failed', `policy "${place.policy}" failed`, { cause });
}
