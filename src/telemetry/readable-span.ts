import { type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { type InstrumentationScope, TraceState } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Attributes, AttributeValue, Span } from './span.ts';
import type { Trace } from './trace.ts';

/** What all spans of a process have in common. */
export interface SpanOrigin {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  /** Longest text of an attribute. */
  readonly valueChars: number;
}

type HrTime = ReadableSpan['startTime'];
type Written = ReadableSpan['attributes'];

const noLinks: ReadableSpan['links'] = [];
const noEvents: ReadableSpan['events'] = [];
const unset: ReadableSpan['status'] = { code: SpanStatusCode.UNSET };
const failed: ReadableSpan['status'] = { code: SpanStatusCode.ERROR };
const never: HrTime = [0, 0];

/**
 * A span as exporters of the library read it. Plain data: what its own spans do besides (ids, sampling, clocks, limits,
 * a lock for each) is done long before, and costs as much as writing them out.
 */
export function readableSpan(span: Span, trace: Trace, origin: SpanOrigin): ReadableSpan {
  const { valueChars } = origin;
  const parentSpanContext = span.parentId === undefined ? undefined : parentOf(span.parentId, span, trace);
  const context: SpanContext = {
    traceId: trace.traceId,
    spanId: span.spanId,
    traceFlags: TraceFlags.SAMPLED,
    ...(parentSpanContext?.traceState === undefined ? {} : { traceState: parentSpanContext.traceState }),
  };
  return {
    name: span.name,
    kind: span.kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
    spanContext: () => context,
    ...(parentSpanContext === undefined ? {} : { parentSpanContext }),
    startTime: hrTime(span.start),
    endTime: hrTime(Math.max(span.start, span.end)),
    status: span.isError ? failed : unset,
    attributes: written(span.attributes, valueChars),
    links: noLinks,
    events:
      span.events.length === 0
        ? noEvents
        : span.events.map(({ name, at, attributes }) => ({
            name,
            time: hrTime(at),
            attributes: written(attributes, valueChars),
            droppedAttributesCount: 0,
          })),
    duration: never, // no part of OTLP, which has both ends
    ended: true,
    resource: origin.resource,
    instrumentationScope: origin.scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function parentOf(spanId: string, { kind }: Span, { traceId, flags, state }: Trace): SpanContext {
  const parent = { traceId, spanId, traceFlags: flags, isRemote: kind === 'server' };
  return state === undefined ? parent : { ...parent, traceState: new TraceState(state) };
}

function written(attributes: Attributes, most: number): Written {
  const found: Written = {};
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) found[name] = bounded(value, most);
  }
  return found;
}

function bounded(value: AttributeValue, most: number): AttributeValue {
  if (typeof value === 'string') return value.length > most ? value.slice(0, most) : value;
  return Array.isArray(value) ? value.map((each) => each.slice(0, most)) : value;
}

/** Seconds and nanoseconds. */
function hrTime(epochMs: number): HrTime {
  const seconds = Math.floor(epochMs / 1000);
  return [seconds, Math.min(Math.round((epochMs - seconds * 1000) * 1e6), 999_999_999)];
}
