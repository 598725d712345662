import { errorJson } from './refusal.ts';
import { created, type Reply } from './reply.ts';

/** The models it names. It answers for any other name as well, so that a configuration need not be changed to try it. */
const models = ['simulator', 'simulator-embedding'].map((id) => ({
  id,
  object: 'model',
  created,
  owned_by: 'kt-sidecar',
}));

export function listModels(): Reply {
  return { kind: 'whole', status: 200, body: JSON.stringify({ object: 'list', data: models }), tokens: 0 };
}

export function showModel(id: string): Reply {
  const model = models.find((one) => one.id === id);
  if (model !== undefined) return { kind: 'whole', status: 200, body: JSON.stringify(model), tokens: 0 };
  const message = `The model '${id}' does not exist`;
  const body = errorJson({ message, status: 404, code: 'model_not_found', param: 'model' });
  return { kind: 'whole', status: 404, body, tokens: 0 };
}
