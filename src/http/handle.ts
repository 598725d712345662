import { type Call, type CallChanges, readCall, writeCall } from '../dialect/call.ts';
import { asksForUsage } from '../dialect/call.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { formatPath } from '../dialect/path.ts';
import { GatewayError } from '../errors.ts';
import { type PlacedText, type Screened, screenCall } from '../policy/chain.ts';
import type { ChainedPolicy } from '../policy/chained-policy.ts';
import { roomForSystemMessage, tellsModel } from '../policy/system-message.ts';
import { longText, run, type Work } from '../work.ts';
import { planTargets } from '../routing/plan.ts';
import { attempt, type Attempting } from '../upstream/attempt.ts';
import { traceHeaders } from '../telemetry/trace.ts';
import type { Sending } from '../upstream/send.ts';
import type { Target } from '../upstream/target.ts';
import { type BodyLimits, type BufferBudget, readBody } from './body.ts';
import { isPreflight, preflightReply } from './caller.ts';
import { type BodyDecoding, readableCoding } from './encoded-body.ts';
import { denialRefusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { requestHeaders } from './headers.ts';
import { jsonLimits } from './json-limits.ts';
import { describeModel, listModels } from './models.ts';
import { relay } from './relay.ts';
import { type CommitAudit, jsonReply, refusalReply, replyWhole } from './reply.ts';
import { crossingQuery } from './request-target.ts';
import { pickRoute, type Route } from './route.ts';
import { denyUninspected } from './uninspected.ts';

/** What handling a request needs besides its exchange. */
export interface HandleParts {
  readonly budget: BufferBudget;
  readonly decoding: BodyDecoding;
  readonly commitAudit: CommitAudit;
  /** A new id for the span of an attempt. */
  readonly newSpanId: () => string;
  /** A health document and its status, for the probes on the data port. */
  readonly health: (path: '/healthz' | '/readyz') => { readonly status: number; readonly body: string };
}

/** The life of a request. Every step is a call; no step hides another. */
export async function handle(exchange: Exchange, parts: HandleParts): Promise<void> {
  const { method = '', url = '' } = exchange.request;
  if (isPreflight(exchange.request)) return answerPreflight(exchange);
  const route = pickRoute(method, url);
  if (route.kind !== 'call') return answerFromHere(exchange, route, parts);
  exchange.dialect = route.dialect;
  refuseDisabledPack(exchange);
  const { snapshot, evidence } = exchange;
  const body = await receiveBody(exchange, parts);
  const call = await run(receiveCall(exchange, route.dialect, body), evidence);
  denyUninspected(exchange, call.texts.uninspected, 'request');
  const screened = evidence.denial ?? (await run(screenTexts(exchange, call), evidence));
  if (screened.kind === 'deny') {
    const refusal = denialRefusal(screened, snapshot.config.denialStatus);
    return replyWhole(exchange, refusalReply(exchange, refusal), parts.commitAudit);
  }
  const rewritten = rewrittenTexts(call, screened);
  const plan = planTargets(snapshot.targets, snapshot.config.strategy, {
    dialect: call.dialect,
    model: call.model,
  });
  const answered = await attempt(plan, attempting(exchange, call, rewritten, parts.newSpanId)); // commit point
  return relay(answered, call, exchange, parts.commitAudit);
}

async function answerPreflight(exchange: Exchange): Promise<void> {
  exchange.isProbe = true;
  return replyWhole(exchange, preflightReply(exchange), noAudit);
}

async function answerFromHere(
  exchange: Exchange,
  route: Exclude<Route, { kind: 'call' }>,
  parts: HandleParts,
): Promise<void> {
  if (route.kind === 'health') {
    exchange.isProbe = true;
    const { status, body } = parts.health(route.path);
    const headers = ['content-type', 'application/json'];
    return replyWhole(exchange, { status, headers, body: Buffer.from(body) }, noAudit);
  }
  exchange.isModels = true;
  const { snapshot } = exchange;
  const document = route.id === undefined ? listModels(snapshot) : describeModel(snapshot, route.id);
  return replyWhole(exchange, jsonReply(exchange, 200, document), parts.commitAudit);
}

function noAudit(): undefined {
  return undefined;
}

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

/** The call that a body is. */
function* receiveCall(exchange: Exchange, dialect: Dialect, body: Buffer): Work<Call> {
  const { config } = exchange.snapshot;
  exchange.requestBytes = body.length;
  const how = { json: jsonLimits(exchange.snapshot), judgeUnknown: config.unknownFields === 'judge' };
  const call = yield* readCall(dialect, body, how);
  exchange.call = call;
  exchange.isStream = call.isStream;
  exchange.uninspected = call.texts.uninspected;
  return call;
}

function awaitsContinue({ request }: Exchange): boolean {
  return request.headers.expect !== undefined && request.httpVersion === '1.1';
}

function* screenTexts({ snapshot: { chain }, evidence }: Exchange, call: Call): Work<Screened> {
  const screened = yield* screenCall(chain, placedTexts(call, chain), evidence);
  if (call.body.length >= longText) yield; // it is written out next
  return screened;
}

function placedTexts(call: Call, chain: readonly ChainedPolicy[]): readonly PlacedText[] {
  const placed = call.texts.sites.map(({ role, form, text, path }) => ({
    role,
    form,
    text,
    path: () => formatPath(path),
  }));
  const hasRoom = call.dialect.systemPlace !== undefined && tellsModel(chain);
  return hasRoom ? [...placed, roomForSystemMessage] : placed;
}

/** What the policies made of the texts, and what they want said besides. */
type Rewritten = Pick<CallChanges, 'texts' | 'system'>;

function rewrittenTexts(call: Call, { isRewritten, texts }: Extract<Screened, { kind: 'pass' }>): Rewritten {
  if (!isRewritten) return { texts: undefined };
  const said = texts[call.texts.sites.length] ?? '';
  const place = said === '' ? undefined : call.dialect.systemPlace?.(call.root);
  return place === undefined ? { texts } : { texts, system: { text: said, place } };
}

function attempting(
  exchange: Exchange,
  call: Call,
  rewritten: Rewritten,
  newSpanId: HandleParts['newSpanId'],
): Attempting {
  return {
    newSpan: () => (exchange.trace.passedOn === undefined ? newSpanId() : undefined),
    prepare: (target, spanId) => sending(exchange, call, target, { rewritten, spanId }),
    onCancel: (cancel) => exchange.onCancel(cancel),
    ended: () => exchange.ended(),
    settled: (finished) => exchange.settled(finished),
  };
}

interface Outgoing {
  readonly rewritten: Rewritten;
  readonly spanId: string | undefined;
}

function sending(exchange: Exchange, call: Call, target: Target, { rewritten, spanId }: Outgoing): Sending {
  const { config } = exchange.snapshot;
  const { headers: given, url = '' } = exchange.request;
  const { spec, crossing } = target;
  const asksUsage = call.isStream && call.dialect.asksUsage && spec.usageInStream && !asksForUsage(call);
  const totalMs = call.isStream ? spec.streamTimeoutMs : spec.timeoutMs;
  const setting = call.isStream ? 'stream_timeout_seconds' : 'timeout_seconds';
  const leftMs =
    config.deadlineMs === undefined ? totalMs : config.deadlineMs - (performance.now() - exchange.startedAt);
  return {
    target,
    path: spec.basePath + call.dialect.path + crossingQuery(url, crossing.parameters),
    headers: [
      ...target.headers,
      ...requestHeaders(given, crossing.headers, exchange.id),
      ...traceHeaders(exchange.trace, spanId),
    ],
    body: writeCall(call, { ...rewritten, model: spec.model, asksUsage }),
    dialect: call.dialect,
    isStream: call.isStream,
    clocks: {
      firstByteMs: spec.firstByteTimeoutMs,
      idleMs: spec.idleTimeoutMs,
      totalMs: Math.min(totalMs, leftMs),
      totalSetting: leftMs < totalMs ? 'deadline_seconds' : setting,
    },
    answerBytes: config.limits.answerBytes,
    hold: (bytes) => exchange.hold(bytes),
    eventChars: config.limits.sseEventBytes,
    json: jsonLimits(exchange.snapshot),
    commitAfterMs: config.commitAfterMs,
  };
}
