import type { CommonSettings } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Evidence, Place } from './evidence.ts';
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
}

export function chainPolicy(policy: Policy, common: CommonSettings): ChainedPolicy {
  return {
    policy,
    isShadow: common.enforcement === 'shadow',
    isLenient: common.onError === 'allow',
    roles: new Set(common.appliesTo.roles),
    directions: new Set(common.appliesTo.directions),
    judgesCalls:
      common.appliesTo.directions.includes('request') &&
      (policy.judgeCall !== undefined || policy.guard !== undefined),
  };
}

/** Stops the exchange, unless the policy's `on_error` lets the text pass. */
export function failed(link: ChainedPolicy, place: Place, evidence: Evidence, cause: unknown): undefined {
  evidence.fail(place);
  if (link.isLenient || link.isShadow) return undefined;
  throw new GatewayError('policy_failed', `policy "${link.policy.kind}" failed`, { cause });
}
