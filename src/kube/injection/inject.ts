import type { V1Pod } from '@kubernetes/client-node';
import type { ExtraEnv, InjectionSettings } from './injection-settings.ts';
import { specHash } from './injection-settings.ts';
import { type Addition, parseAdditions } from './json-patch.ts';
import { type SkipReason, skipReasons } from './names.ts';
import { compileRules } from './rule-evaluation.ts';
import { injectionRules } from './rules.ts';

/** What of a pod is looked at. */
export type PodLike = Pick<V1Pod, 'metadata' | 'spec'>;

export type Injection =
  | { readonly kind: 'injected'; readonly patch: readonly Addition[] }
  | {
      readonly kind: 'skipped';
      readonly reason: SkipReason;
      /** What is wrong, where the reason alone does not tell. */
      readonly detail: string;
      /** Says on the pod that it was skipped; empty where that is no news. */
      readonly patch: readonly Addition[];
    };

export interface InjectionInput {
  readonly settings: InjectionSettings;
  readonly extraEnv: ExtraEnv;
  /** Who does it: told in an annotation. */
  readonly by: 'webhook' | 'kt';
}

/** Gives the sidecar to pods, by the rules that the API server runs as an admission policy. Pure: the same pod, the same patch. */
export function createInjector({ settings, extraEnv, by }: InjectionInput): (pod: PodLike) => Injection {
  const evaluate = compileRules(injectionRules);
  const given = { settings: { ...settings, specHash: specHash(settings, extraEnv), by }, extraEnv };
  return (pod) => {
    const found = evaluate(withoutNothing(pod), given);
    const patch = parseAdditions(found['patches']);
    const reason = skipReasons.find((one) => one === found['skip']);
    if (reason === undefined) return { kind: 'injected', patch };
    return { kind: 'skipped', reason, detail: String(found['invalid']), patch };
  };
}

/** Fields that are null are as if they were not there: the API server drops them before any policy sees them. */
function withoutNothing(pod: PodLike): object {
  const text = JSON.stringify(pod, (_key, value: unknown) => (value === null ? undefined : value));
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null ? parsed : {};
}
