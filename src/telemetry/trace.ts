import type { KnownTrace } from '../record/finished-exchange.ts';
import {
  formatTraceparent,
  parseTraceparent,
  readTracestate,
  sampledFlag,
  type TraceParent,
} from './trace-context.ts';
import type { TraceIds } from './trace-ids.ts';
import type { Sampler } from './trace-sampler.ts';

/** The place of one exchange in a trace. */
export interface Trace {
  readonly traceId: string;
  /** The span of the exchange itself. */
  readonly spanId: string;
  /** The client's span, where it named one. */
  readonly parentId: string | undefined;
  readonly flags: number;
  /** The client's `tracestate`. */
  readonly state: string | undefined;
  /** Whether spans are made of it. */
  readonly isSampled: boolean;
  /** The client's `traceparent`, passed on as it came: there are no spans of ours to stand between. */
  readonly passedOn: string | undefined;
}

export type TraceHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Continues the trace of the client, or starts one. Without a sampler there are no spans, and so what the client sent is
 * passed on as it came; a parent that nobody will ever hear of would tear the trace apart.
 */
export function beginTrace(headers: TraceHeaders, ids: TraceIds, sampler: Sampler | undefined): Trace {
  const { traceparent, tracestate } = headers;
  const given = typeof traceparent === 'string' ? traceparent : undefined;
  const parent = given === undefined ? undefined : parseTraceparent(given);
  if (parent === undefined) return newTrace(ids, sampler);
  const state = typeof tracestate === 'string' ? readTracestate(tracestate) : undefined;
  const trace = { traceId: parent.traceId, spanId: ids.spanId(), parentId: parent.spanId, state };
  if (sampler === undefined) return { ...trace, flags: parent.flags, isSampled: false, passedOn: given };
  const isSampled = sampler(parent.traceId, (parent.flags & sampledFlag) !== 0);
  return { ...trace, flags: withSampled(parent, isSampled), isSampled, passedOn: undefined };
}

function newTrace(ids: TraceIds, sampler: Sampler | undefined): Trace {
  const traceId = ids.traceId();
  const isSampled = sampler?.(traceId, undefined) ?? false;
  return {
    traceId,
    spanId: ids.spanId(),
    parentId: undefined,
    flags: isSampled ? sampledFlag : 0,
    state: undefined,
    isSampled,
    passedOn: undefined,
  };
}

function withSampled({ flags }: TraceParent, isSampled: boolean): number {
  return isSampled ? flags | sampledFlag : flags & ~sampledFlag;
}

/** Names and values in turn: what tells the upstream of the trace. `spanId` is the attempt's own, where it has one. */
export function traceHeaders(trace: Trace, spanId: string | undefined): string[] {
  const { traceId, flags, state, passedOn } = trace;
  const parent = { traceId, spanId: spanId ?? trace.spanId, flags };
  const headers = ['traceparent', passedOn ?? formatTraceparent(parent)];
  if (state !== undefined) headers.push('tracestate', state);
  return headers;
}

/** What a log line names of it. */
export function knownTrace({ traceId, spanId, parentId, isSampled }: Trace): KnownTrace | undefined {
  if (isSampled) return { traceId, spanId };
  return parentId === undefined ? undefined : { traceId, spanId: undefined };
}
