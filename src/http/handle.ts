import { type Call, type CallLimits, readCall } from '../dialect/call.ts';
import { formatBodyPath } from '../dialect/path.ts';
import { GatewayError } from '../errors.ts';
import { type Screened, screenCall } from '../policy/chain.ts';
import type { PlacedText } from '../policy/policy.ts';
import type { ChainedPolicy } from '../policy/chained-policy.ts';
import { roomForSystemMessage, tellsModel } from '../policy/system-message.ts';
import { planTargets } from '../routing/plan.ts';
import { traceHeaders } from '../telemetry/trace.ts';
import { attempt } from '../upstream/attempt.ts';
import type { Outgoing, Rewritten } from '../upstream/prepare.ts';
import { longText, nextTurn, run } from '../work.ts';
import { type BodyLimits, type BufferBudget, readBody } from './body.ts';
import { preflightReply } from './caller.ts';
import { type BodyDecoding, readableCoding } from './encoded-body.ts';
import { denialRefusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { describeModel, listModels } from './models.ts';
import { relay } from './relay.ts';
import type { Reply } from './reply.ts';
import { pickRoute, type Route } from './route.ts';
import { uninspectedDenial } from './uninspected.ts';

/** What handling a request needs besides its exchange. */
export interface HandleParts {
  readonly budget: BufferBudget;
  readonly decoding: BodyDecoding;
  /** A health document and its status, for the probes on the data port. */
  readonly health: (path: '/healthz' | '/readyz') => { readonly status: number; readonly body: string };
}

/** The life of a request. Every step is a call; no step hides another. */
export async function handle(exchange: Exchange, reply: Reply, parts: HandleParts): Promise<void> {
  const { snapshot, evidence, life, asked } = exchange;
  const route = pickRoute(exchange.request);
  asked.route = route;
  if (route.kind !== 'call') return answerFromHere(exchange, reply, route, parts);
  refuseDisabledPack(exchange);
  const body = await receiveBody(exchange, parts);
  asked.bytes = body.length;
  const call = await run(readCall(route.dialect, body, callLimits(exchange)), evidence);
  asked.call = call;
  const screened =
    uninspectedDenial(exchange, call.texts.uninspected, 'request') ??
    (await run(screenCall(snapshot.chain, placedTexts(call, snapshot.chain), evidence), evidence));
  if (screened.kind === 'deny') return reply.refuse(denialRefusal(screened, snapshot.config.denialStatus));
  if (call.body.length >= longText) await nextTurn(evidence); // it is written out next
  const plan = planTargets(snapshot.targets, snapshot.config.strategy, {
    dialect: call.dialect,
    model: call.model,
  });
  const answered = await attempt(plan, outgoing(exchange, call, screened), life); // commit point
  return run(relay(answered, call, exchange, reply), evidence);
}

function answerFromHere(
  exchange: Exchange,
  reply: Reply,
  route: Exclude<Route, { kind: 'call' }>,
  parts: HandleParts,
): Promise<void> | undefined {
  switch (route.kind) {
    case 'preflight':
      return reply.send(preflightReply(exchange));
    case 'health': {
      const { status, body } = parts.health(route.path);
      return reply.send({ status, headers: jsonHead, body: Buffer.from(body) });
    }
    case 'models': {
      const { snapshot } = exchange;
      const document = route.id === undefined ? listModels(snapshot) : describeModel(snapshot, route.id);
      const headers = [...jsonHead, 'x-request-id', exchange.id];
      return reply.whole({ status: 200, headers, body: Buffer.from(JSON.stringify(document)) });
    }
  }
}

const jsonHead = ['content-type', 'application/json'];

function refuseDisabledPack({ snapshot }: Exchange): void {
  if (snapshot.config.pack.enabled) return;
  throw new GatewayError(
    'pack_disabled',
    `pack "${snapshot.config.pack.name}" is disabled (pack.enabled: false)`,
  );
}

function receiveBody(exchange: Exchange, { budget, decoding }: HandleParts): Promise<Buffer> {
  const coding = readableCoding(exchange.request.headers['content-encoding']);
  const proceed = awaitsContinue(exchange) ? (): void => exchange.response.writeContinue() : undefined;
  const limits: BodyLimits = { bytes: exchange.snapshot.config.limits.bodyBytes, budget, proceed };
  const body = readBody(exchange.request, limits);
  return coding === undefined ? body : body.then((encoded) => decoding.decode(encoded, coding, limits));
}

function callLimits({ json, snapshot }: Exchange): CallLimits {
  return { json, judgeUnknown: snapshot.config.unknownFields === 'judge' };
}

function awaitsContinue({ request }: Exchange): boolean {
  return request.headers.expect !== undefined && request.httpVersion === '1.1';
}

function placedTexts(call: Call, chain: readonly ChainedPolicy[]): readonly PlacedText[] {
  if (!chain.some(judges)) return []; // nobody looks at them
  const placed = call.texts.sites.map(({ role, form, text, path }) => ({
    role,
    form,
    text,
    path: () => formatBodyPath(path),
  }));
  const hasRoom = call.dialect.systemPlace !== undefined && tellsModel(chain);
  return hasRoom ? [...placed, roomForSystemMessage] : placed;
}

function rewrittenTexts(call: Call, { isRewritten, texts }: Extract<Screened, { kind: 'pass' }>): Rewritten {
  if (!isRewritten) return { texts: undefined };
  const said = texts[call.texts.sites.length] ?? '';
  const place = said === '' ? undefined : call.dialect.systemPlace?.(call.root);
  return place === undefined ? { texts } : { texts, system: { text: said, place } };
}

function judges({ judgesCalls }: ChainedPolicy): boolean {
  return judgesCalls;
}

/** What goes out of the call, whichever target is asked. */
function outgoing(exchange: Exchange, call: Call, screened: Extract<Screened, { kind: 'pass' }>): Outgoing {
  const { id, request, trace, snapshot, json, life } = exchange;
  return {
    call,
    rewritten: rewrittenTexts(call, screened),
    requestId: id,
    headers: request.headers,
    url: request.url ?? '',
    traceHeaders: (spanId) => traceHeaders(trace, spanId),
    config: snapshot.config,
    json,
    deadlineAt: life.deadlineAt,
    hold: (bytes) => life.hold(bytes),
  };
}
