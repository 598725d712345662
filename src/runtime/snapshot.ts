import { isDeepStrictEqual } from 'node:util';
import type { ChainEntry, Config, TargetSpec } from '../config/config.ts';
import { advisersOf } from '../policy/advisers.ts';
import { type Enforcement, enforcementOf } from '../policy/answer-guards.ts';
import { type ChainedPolicy, chainPolicy } from '../policy/chained-policy.ts';
import type { Policy, PolicyKind } from '../policy/policy.ts';
import type { Outside } from '../policy/question.ts';
import { crossingOf } from '../upstream/crossing.ts';
import { type Target, targetHeaders, type TargetState } from '../upstream/target.ts';
import type { CompileInput } from './reloader.ts';

/** One configuration, compiled: everything an exchange needs, and nothing that changes. */
export interface Snapshot {
  readonly generation: number;
  /** SHA-256 of the configuration's bytes, hex. */
  readonly hash: string;
  /** `generation-hash`, as replies show it. */
  readonly label: string;
  readonly config: Config;
  readonly chain: readonly ChainedPolicy[];
  /** How streamed answers are judged; `none`: no policy looks at answers, streamed or not. */
  readonly enforcement: Enforcement;
  readonly targets: readonly Target[];
  /** URLs of those whom its policies ask. */
  readonly advisers: readonly string[];
  /** Web pages that may call. */
  readonly origins: ReadonlySet<string>;
}

export interface Compilation extends CompileInput<Config, Snapshot> {
  readonly kinds: readonly PolicyKind[];
  /** The same for every generation: a policy that is kept goes on asking there. */
  readonly outside?: Outside;
  /** What was observed of an upstream so far; new where no live snapshot knows its identity. */
  readonly stateOf: (spec: TargetSpec) => TargetState;
}

/** A policy holds settings only, so one whose settings are unchanged is kept: compiling rules is what takes time. */
function policyFor(link: ChainEntry, { config, kinds, previous, outside }: Compilation): Policy {
  const holdBackLimit = config.limits.holdBackChars;
  const at = previous?.config.chain.findIndex((one) => isSame(one, link)) ?? -1;
  const known = previous?.chain[at]?.policy;
  if (known !== undefined && previous?.config.limits.holdBackChars === holdBackLimit) return known;
  const kind = kinds.find((one) => one.kind === link.kind);
  if (kind === undefined) throw new Error(`policy kind "${link.kind}" is not enforced by this version`);
  return kind.create(link.settings, { holdBackLimit, outside });
}

function isSame(one: ChainEntry, other: ChainEntry): boolean {
  return one.kind === other.kind && isDeepStrictEqual(one.settings, other.settings);
}

/** Compiles a configuration. Throws before anything has changed, or changes nothing. */
export function compile(compilation: Compilation): Snapshot {
  const { config, hash, generation } = compilation;
  const chain = config.chain.map((link) => chainPolicy(policyFor(link, compilation), link.common));
  const targets = config.targets.map((spec) => {
    const headers = targetHeaders(spec);
    return { spec, state: compilation.stateOf(spec), headers, crossing: crossingOf(spec, headers) };
  });
  const label = `${generation}-${hash.slice(0, 12)}`;
  return Object.freeze({
    generation,
    hash,
    label,
    config,
    chain,
    enforcement: enforcementOf(chain),
    targets,
    advisers: [...new Set(advisersOf(config.chain, compilation.kinds).map(({ url }) => url))],
    origins: new Set(config.cors.allowOrigins),
  });
}
