import { answerGuards } from '../../src/policy/answer-guards.ts';
import { type ChainedPolicy, chainPolicy } from '../../src/policy/chained-policy.ts';
import { Evidence } from '../../src/policy/evidence.ts';
import type { FieldGuards } from '../../src/policy/field-guards.ts';
import { fingerprintWith } from '../../src/policy/fingerprint.ts';
import type { Guard } from '../../src/policy/guard.ts';
import { piiDetector } from '../../src/policy/kinds/pii-detector.ts';
import { piiSettings } from '../../src/policy/pii/pii-settings.ts';
import {
  type Direction,
  directions,
  type Policy,
  type Role,
  roles,
  type StreamingMode,
} from '../../src/policy/policy.ts';

export interface Common {
  readonly enforcement?: 'enforce' | 'shadow';
  readonly onError?: 'block' | 'allow';
  readonly roles?: readonly Role[];
  readonly directions?: readonly Direction[];
  readonly streamingMode?: StreamingMode;
}

/** A policy in a chain, with its common keys as a configuration would give them. */
export function linked(policy: Policy, common: Common = {}): ChainedPolicy {
  return chainPolicy(policy, {
    enforcement: common.enforcement ?? 'enforce',
    onError: common.onError ?? 'block',
    appliesTo: { roles: common.roles ?? roles, directions: common.directions ?? directions },
    streamingMode: common.streamingMode ?? 'realtime',
  });
}

/** A policy that is nothing but a guard. */
export function guarding(open: () => Guard, kind = 'test-guard'): Policy {
  return { kind, guard: () => open() };
}

export function piiPolicy(settings: object = {}): Policy {
  return piiDetector.create(piiSettings.parse(settings), { holdBackLimit: 512 });
}

/** Evidence under a fixed key and a clock that does not run. */
export function evidence(): Evidence {
  return new Evidence(fingerprintWith('test'), () => 0);
}

/** The answer side of a chain, opened for one exchange. */
export function guardsOf(...chain: readonly ChainedPolicy[]): FieldGuards {
  return answerGuards(chain, evidence());
}
