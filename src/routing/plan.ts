import type { Dialect } from '../dialect/dialect.ts';
import type { Target } from '../upstream/target.ts';

type Strategy = 'single' | 'fallback';

/** What a plan is made for. */
export interface PlanRequest {
  readonly dialect: Dialect;
  /** The model the client named: a target's id or model is preferred to the others. */
  readonly model: string | undefined;
}

/** The targets that may be asked at all, best first. */
function eligible(targets: readonly Target[], asked: PlanRequest): readonly Target[] {
  const able = targets.filter(
    ({ spec }) => spec.available && (spec.kind === undefined || spec.kind === asked.dialect.serves),
  );
  const { model } = asked;
  if (model === undefined || able.length < 2) return able;
  const named = able.filter(({ spec }) => spec.id === model);
  const chosen = named.length > 0 ? named : able.filter(({ spec }) => spec.model === model);
  return chosen.length === 0 ? able : [...chosen, ...able.filter((target) => !chosen.includes(target))];
}

/** The order in which targets are asked. Naming one twice would retry it; naming the next falls back to it. */
export function planTargets(
  targets: readonly Target[],
  strategy: Strategy,
  asked: PlanRequest,
): readonly Target[] {
  const candidates = eligible(targets, asked);
  switch (strategy) {
    case 'single':
      return candidates.slice(0, 1);
    case 'fallback':
      return candidates;
  }
}
