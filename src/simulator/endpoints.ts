import { chat } from './chat.ts';
import { completions } from './completions.ts';
import { type Directives, noDirectives, readDirectives } from './directives.ts';
import { embeddings } from './embeddings.ts';
import { isFields } from './fields.ts';
import { isPlain, type Manner, mannerOf, type Pace } from './manner.ts';
import { listModels, showModel } from './models.ts';
import { errorJson, Refusal } from './refusal.ts';
import { type Endpoint, type Reply, whole, type WholeReply } from './reply.ts';
import { responses } from './responses.ts';

/** Every endpoint that takes a body. */
const endpoints: ReadonlyMap<string, Endpoint> = new Map([
  ['/chat/completions', chat],
  ['/completions', completions],
  ['/embeddings', embeddings],
  ['/responses', responses],
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
export interface Answer {
  readonly reply: Reply;
  readonly manner: Manner;
  /** Whether it can be prepared: nothing but its text matters. */
  readonly isPlain: boolean;
  /** Whether the request says what goes into one write. */
  readonly hasOwnWrites: boolean;
}

/** Answers a request. Whatever is wrong with it becomes an error body, as a real provider's would. */
export function answerRequest(request: SimulatedRequest, pace: Pace, defaults: Directives): Answer {
  try {
    const path = pathOf(request.url);
    const endpoint = endpoints.get(path);
    if (endpoint === undefined) return atOnce(get(request.method, path));
    if (request.method !== 'POST') throw new Refusal(`${path} takes POST`, { status: 405 });
    if (request.body === undefined) throw new Refusal('the request body is too large', { status: 413 });
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

function get(method: string, path: string): Reply {
  const isModels = path === '/models' || path.startsWith('/models/');
  if (!isModels) throw new Refusal(`Invalid URL (${method} ${path})`, { status: 404 });
  if (method !== 'GET') throw new Refusal('/models takes GET', { status: 405 });
  return path === '/models' ? listModels() : showModel(path.slice('/models/'.length));
}

function answerCall(
  endpoint: Endpoint,
  { bytes, digest, defaults }: { bytes: Buffer; digest: string; defaults: Directives },
  pace: Pace,
): Answer {
  const body = parse(bytes);
  const { text, directives: own } = readDirectives(endpoint.prompt(body));
  const directives = { ...defaults, ...own };
  const how = {
    manner: mannerOf(directives, pace),
    isPlain: isPlain(directives, pace),
    hasOwnWrites: directives.per !== undefined,
  };
  const { status } = directives;
  if (status !== undefined) {
    const error = new Refusal(`Simulated error ${status}`, { status, code: 'simulated' });
    return { reply: { ...refused(error), retryAfterSeconds: directives['retry-after'] }, ...how };
  }
  return { reply: endpoint.answer({ body, text, directives, digest }), ...how };
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  const body = parseJson(bytes);
  if (isFields(body)) return body;
  throw new Refusal('the body must be a JSON object');
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new Refusal(`the body is not JSON: ${cause instanceof Error ? cause.message : ''}`);
  }
}

function refused(error: Refusal): WholeReply {
  return whole(errorJson(error), { status: error.status });
}

/** What is none is a bug of the simulator's own, which must be visible: it stands in for a provider, and keeps no log. */
function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : 'unknown error';
  return new Refusal(message, { status: 500, code: 'internal' });
}

function atOnce(reply: Reply): Answer {
  const pace = { latencyMs: 0, tokensPerSecond: undefined };
  return { reply, manner: mannerOf(noDirectives, pace), isPlain: true, hasOwnWrites: false };
}
