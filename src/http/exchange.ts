import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call } from '../dialect/call.ts';
import { AnswerFacts } from '../dialect/facts.ts';
import type { JsonLimits } from '../json/scan.ts';
import { Evidence, type Fingerprint } from '../policy/evidence.ts';
import type { Snapshot } from '../runtime/snapshot.ts';
import type { Trace } from '../telemetry/trace.ts';
import { Life, type LifeParts } from './life.ts';
import type { Route } from './route.ts';

/** What a client asks for, as far as it has been read. `handle` writes it, each fact once. */
export interface ReadRequest {
  route: Route | undefined;
  /** Of the body. */
  bytes: number;
  call: Call | undefined;
}

/**
 * One HTTP request. It pins one snapshot on arrival and uses no other until it ends. Nobody changes it: what goes on around
 * it changes its life, what policies say their evidence, and how it went is for its `Reply` to write.
 */
export interface Exchange {
  readonly id: string;
  readonly snapshot: Snapshot;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly trace: Trace;
  /** Epoch milliseconds. */
  readonly arrivedAt: number;
  /** What its bodies may be as JSON. */
  readonly json: JsonLimits;
  readonly life: Life;
  readonly evidence: Evidence;
  /** What the answer says of itself; gathered only where spans are made of it. */
  readonly answerFacts: AnswerFacts | undefined;
  readonly asked: ReadRequest;
}

type Arrival = Pick<Exchange, 'id' | 'snapshot' | 'request' | 'response' | 'trace'>;

export function beginExchange(
  { id, snapshot, request, response, trace }: Arrival,
  fingerprint: Fingerprint,
  surroundings: LifeParts,
): Exchange {
  const { deadlineMs, limits } = snapshot.config;
  const life = new Life(response, trace, surroundings, deadlineMs);
  return {
    id,
    snapshot,
    request,
    response,
    trace,
    arrivedAt: Date.now(),
    json: { depth: limits.jsonDepth, nodes: limits.jsonNodes },
    life,
    evidence: new Evidence(fingerprint, now, request.headers, life),
    answerFacts: trace.isSampled ? new AnswerFacts() : undefined,
    asked: { route: undefined, bytes: 0, call: undefined },
  };
}

function now(): number {
  return performance.now();
}
