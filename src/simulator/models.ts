import { Refusal } from './refusal.ts';
import { created, type Reply, whole } from './reply.ts';

/** The models it names. It answers for any other name as well, so that a configuration need not be changed to try it. */
const models = ['simulator', 'simulator-embedding'].map((id) => ({
  id,
  object: 'model',
  created,
  owned_by: 'kt-sidecar',
}));

export function listModels(): Reply {
  return whole(JSON.stringify({ object: 'list', data: models }));
}

export function showModel(id: string): Reply {
  const model = models.find((one) => one.id === id);
  if (model !== undefined) return whole(JSON.stringify(model));
  const said = { status: 404, code: 'model_not_found', param: 'model' };
  throw new Refusal(`The model '${id}' does not exist`, said);
}
