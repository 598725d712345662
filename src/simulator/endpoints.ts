import { isMapping } from '../config/path.ts';
import { simulatedChat } from './chat.ts';
import { simulatedCompletions } from './completions.ts';
import { type Directives, noDirectives, readDirectives } from './directives.ts';
import { simulatedEmbeddings } from './embeddings.ts';
import { type Manner, mannerOf, type WritePace } from './manner.ts';
import { errorJson, SimulatorRefusal } from './refusal.ts';
import { created, type Endpoint, type SimulatorReply, wholeReply, type SimulatorWhole } from './reply.ts';
import { simulatedResponses } from './responses.ts';

/** Every endpoint that takes a body. */
const endpoints: ReadonlyMap<string, Endpoint> = new Map([
  ['/chat/completions', simulatedChat],
  ['/completions', simulatedCompletions],
  ['/embeddings', simulatedEmbeddings],
  ['/responses', simulatedResponses],
]);

interface SimulatedRequest {
  readonly method: string;
  readonly url: string;
  /** Undefined where it was too large. */
  readonly body: Buffer | undefined;
  /** Names the request: the same body has the same name. */
  readonly digest: string;
}

/** A reply, and how it is to travel. */
interface EndpointAnswer {
  readonly reply: SimulatorReply;
  readonly manner: Manner;
}

/** Answers a request. Whatever is wrong with it becomes an error body, as a real provider's would. */
export function answerRequest(
  request: SimulatedRequest,
  pace: WritePace,
  defaults: Directives,
): EndpointAnswer {
  try {
    const path = pathOf(request.url);
    const endpoint = endpoints.get(path);
    if (endpoint === undefined) return atOnce(get(request.method, path));
    if (request.method !== 'POST') throw new SimulatorRefusal(`${path} takes POST`, { status: 405 });
    if (request.body === undefined)
      throw new SimulatorRefusal('the request body is too large', { status: 413 });
    return answerCall(endpoint, { bytes: request.body, digest: request.digest, defaults }, pace);
  } catch (error) {
    return atOnce(refused(asRefusal(error)));
  }
}

/** The path without its query, and without the version: both spellings lead to the same endpoint. */
function pathOf(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return path.startsWith('/v1/') ? path.slice('/v1'.length) : path;
}

function get(method: string, path: string): SimulatorReply {
  const isModels = path === '/models' || path.startsWith('/models/');
  if (!isModels) throw new SimulatorRefusal(`Invalid URL (${method} ${path})`, { status: 404 });
  if (method !== 'GET') throw new SimulatorRefusal('/models takes GET', { status: 405 });
  return path === '/models' ? listModels() : showModel(path.slice('/models/'.length));
}

/** The models it names. It answers for any other name as well, so that a configuration need not be changed to try it. */
const models = ['simulator', 'simulator-embedding'].map((id) => ({
  id,
  object: 'model',
  created,
  owned_by: 'kt-sidecar',
}));

function listModels(): SimulatorReply {
  return wholeReply(JSON.stringify({ object: 'list', data: models }));
}

function showModel(id: string): SimulatorReply {
  const model = models.find((one) => one.id === id);
  if (model !== undefined) return wholeReply(JSON.stringify(model));
  const said = { status: 404, code: 'model_not_found', param: 'model' };
  throw new SimulatorRefusal(`The model '${id}' does not exist`, said);
}

function answerCall(
  endpoint: Endpoint,
  { bytes, digest, defaults }: { bytes: Buffer; digest: string; defaults: Directives },
  pace: WritePace,
): EndpointAnswer {
  const body = parse(bytes);
  const { text, directives: own } = readDirectives(endpoint.prompt(body));
  const directives = { ...defaults, ...own };
  const manner = mannerOf(directives, pace);
  const { status } = directives;
  if (status !== undefined) {
    const error = new SimulatorRefusal(`Simulated error ${status}`, { status, code: 'simulated' });
    return { reply: { ...refused(error), retryAfterSeconds: directives['retry-after'] }, manner };
  }
  return { reply: endpoint.answer({ body, text, directives, digest }), manner };
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  const body = parseJson(bytes);
  if (isMapping(body)) return body;
  throw new SimulatorRefusal('the body must be a JSON object');
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new SimulatorRefusal(`the body is not JSON: ${cause instanceof Error ? cause.message : ''}`);
  }
}

function refused(error: SimulatorRefusal): SimulatorWhole {
  return wholeReply(errorJson(error), { status: error.status });
}

/** What is none is a bug of the simulator's own, which must be visible: it stands in for a provider, and keeps no log. */
function asRefusal(error: unknown): SimulatorRefusal {
  if (error instanceof SimulatorRefusal) return error;
  const message = error instanceof Error ? error.message : 'unknown error';
  return new SimulatorRefusal(message, { status: 500, code: 'internal' });
}

function atOnce(reply: SimulatorReply): EndpointAnswer {
  return { reply, manner: mannerOf(noDirectives, { latencyMs: 0, tokensPerSecond: undefined }) };
}
