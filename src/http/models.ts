import type { Snapshot } from '../runtime/snapshot.ts';
import { GatewayError } from '../errors.ts';
import { withoutSpareSlashes } from './request-target.ts';

/** The configured models, never a provider's catalogue. Shape: https://platform.openai.com/docs/api-reference/models */
export function listModels(snapshot: Snapshot): unknown {
  const seen = new Set<string>();
  const data = snapshot.targets.flatMap(({ spec }) => {
    if (seen.has(spec.model)) return [];
    seen.add(spec.model);
    return [{ id: spec.model, object: 'model', created: 0, owned_by: spec.provider }];
  });
  return { object: 'list', data };
}

/** One configured model, by its name or its target's id. Slashes that a path loses make no other model. */
export function describeModel(snapshot: Snapshot, id: string): unknown {
  const target = snapshot.targets.find(({ spec }) => isNamed(spec.model, id) || isNamed(spec.id, id));
  if (target === undefined)
    throw new GatewayError('model_not_found', `no target serves a model of that name`);
  return { id, object: 'model', created: 0, owned_by: target.spec.provider };
}

function isNamed(name: string, id: string): boolean {
  return name === id || withoutSpareSlashes(`/${name}`) === withoutSpareSlashes(`/${id}`);
}
