import { costOf } from '../record/usage.ts';
import type { FinishedExchange } from '../record/finished-exchange.ts';
import { knownTrace } from '../telemetry/trace.ts';
import type { Target } from '../upstream/target.ts';
import type { ReadRequest, Exchange } from './exchange.ts';
import type { Route } from './route.ts';

type Told = 'status' | 'code' | 'aborted' | 'usage' | 'holdBackMs' | 'replyBytes' | 'firstByteMs';

/** How an exchange went, as far as it has. Only its `Reply` writes it; to everybody else it shows as `finished`. */
export interface Outcome extends Pick<FinishedExchange, Told> {
  readonly isStream: boolean;
  /** The one that answered. */
  readonly target: Target | undefined;
  /** Of the answer; undefined where there was none to look at. */
  readonly uninspected: readonly string[] | undefined;
  /** As they were told first: when an exchange is recorded, every policy has said its word. */
  readonly evaluations: FinishedExchange['evaluations'] | undefined;
}

/** Everything that metrics, log and audit record need to know, as it stands now. */
export function finishedExchange(exchange: Exchange, outcome: Outcome, replyBytes: number): FinishedExchange {
  const { snapshot, evidence, life } = exchange;
  const { route, bytes, call } = exchange.asked;
  const spec = outcome.target?.spec;
  const durationMs = performance.now() - life.startedAt;
  const hasLeft = life.hasLeft && life.refused === undefined;
  return {
    requestId: exchange.id,
    trace: knownTrace(exchange.trace),
    startedAt: exchange.arrivedAt,
    endpoint: endpointOf(route),
    generation: snapshot.generation,
    configHash: snapshot.hash,
    requestedModel: call?.model,
    target: spec?.id,
    provider: spec?.provider,
    model: spec?.model,
    stream: outcome.isStream || call?.isStream === true,
    status: hasLeft ? 499 : outcome.status,
    verdict: verdictOf(exchange, outcome),
    code: hasLeft ? 'client_closed' : outcome.code,
    durationMs,
    firstByteMs: outcome.firstByteMs,
    overheadMs: life.overheadMs(durationMs),
    holdBackMs: outcome.holdBackMs,
    attempts: life.attempts,
    evaluations: outcome.evaluations ?? evidence.evaluations,
    decisions: evidence.decisions,
    usage: outcome.usage,
    costNanoUsd: costOfAnswer(outcome),
    requestBytes: bytes,
    replyBytes,
    uninspected: uninspectedOf(exchange.asked, outcome),
    aborted: hasLeft ? 'client' : outcome.aborted,
  };
}

function endpointOf(route: Route | undefined): FinishedExchange['endpoint'] {
  if (route?.kind === 'models') return 'models';
  return route?.kind === 'call' ? route.dialect.endpoint : 'other';
}

function verdictOf({ evidence, life }: Exchange, { code }: Outcome): FinishedExchange['verdict'] {
  if (evidence.denial !== undefined) return 'deny';
  if (code !== undefined || life.hasLeft) return 'fault';
  return evidence.acted.size > 0 ? 'rewrite' : 'allow';
}

function costOfAnswer({ target, usage }: Outcome): number | undefined {
  const pricing = target?.spec.pricing;
  return pricing === undefined || usage === undefined ? undefined : costOf(usage, pricing);
}

function uninspectedOf({ call }: ReadRequest, { uninspected }: Outcome): readonly string[] {
  const asked = call?.texts.uninspected ?? none;
  return uninspected === undefined || uninspected.length === 0
    ? asked
    : [...new Set([...asked, ...uninspected])];
}

const none: readonly string[] = [];
