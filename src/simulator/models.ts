import { SimulatorRefusal } from './refusal.ts';
import { created, type SimulatorReply, wholeReply } from './reply.ts';

/** The models it names. It answers for any other name as well, so that a configuration need not be changed to try it. */
const models = ['simulator', 'simulator-embedding'].map((id) => ({
  id,
  object: 'model',
  created,
  owned_by: 'kt-sidecar',
}));

export function simulatedModels(): SimulatorReply {
  return wholeReply(JSON.stringify({ object: 'list', data: models }));
}

export function showModel(id: string): SimulatorReply {
  const model = models.find((one) => one.id === id);
  if (model !== undefined) return wholeReply(JSON.stringify(model));
  const said = { status: 404, code: 'model_not_found', param: 'model' };
  throw new SimulatorRefusal(`The model '${id}' does not exist`, said);
}
