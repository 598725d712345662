import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  type IdGenerator,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { exchangeSpans } from './exchange-spans.ts';
import { schemaUrl } from './gen-ai-conventions.ts';
import { type ExportWatch, OtlpExporter } from './otlp-exporter.ts';
import type { Attributes, AttributeValue, Span } from './span.ts';
import type { TraceSettings } from './trace-settings.ts';
import type { TracedExchange } from './traced-exchange.ts';

// Longer than the exporter's own deadline, which is the one that counts.
const graceMs = 5000;

/**
 * Makes the library's spans of finished exchanges and hands them on in batches. Loaded only where tracing is on. The
 * provider is ours alone: nothing is registered globally, nothing is read from the process, nothing is instrumented.
 */
export class SpanPipeline {
  readonly #mostEvents: number;
  readonly #ids = new GivenIds();
  readonly #exporter: OtlpExporter;
  readonly #provider: TracerProvider;
  readonly #tracer: ReturnType<TracerProvider['getTracer']>;

  constructor(settings: TraceSettings, version: string, watch: ExportWatch) {
    this.#mostEvents = settings.spanEvents;
    this.#exporter = new OtlpExporter(settings, watch);
    const processor = new BatchSpanProcessor({
      exporter: this.#exporter,
      maxQueueSize: settings.queueSpans,
      maxExportBatchSize: settings.batchSpans,
      scheduledDelayMillis: settings.delayMs,
      exportTimeoutMillis: settings.timeoutMs + graceMs,
    });
    this.#provider = new TracerProvider({
      resource: defaultResource().merge(
        resourceFromAttributes({
          'service.version': version,
          'service.instance.id': randomUUID(),
          ...settings.resource,
        }),
      ),
      sampler: new AlwaysOnSampler(), // what comes here was sampled on arrival
      idGenerator: this.#ids,
      spanLimits: { attributeValueLengthLimit: settings.valueChars, eventCountLimit: settings.spanEvents },
      spanProcessors: [processor],
    });
    this.#tracer = this.#provider.getTracer('kt-sidecar', version, { schemaUrl });
  }

  record(traced: TracedExchange): void {
    for (const span of exchangeSpans(traced, this.#mostEvents)) this.#make(span, traced);
  }

  /** Sends what is left; gives up what is not through by then. */
  async close(withinMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    await Promise.race([this.#provider.shutdown(), late]);
    clearTimeout(timer);
    await this.#exporter.close();
    await this.#exporter.shutdown(); // what was given up is counted
  }

  #make(span: Span, { trace: place }: TracedExchange): void {
    this.#ids.next(place.traceId, span.spanId);
    const made = this.#tracer.startSpan(
      span.name,
      {
        kind: span.kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
        startTime: hrTime(span.start),
        attributes: present(span.attributes),
      },
      span.parentId === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parentOf(span, place)),
    );
    for (const { name, at, attributes } of span.events) made.addEvent(name, present(attributes), hrTime(at));
    if (span.isError) made.setStatus({ code: SpanStatusCode.ERROR });
    made.end(hrTime(span.end));
  }
}

function parentOf({ parentId = '', kind }: Span, place: TracedExchange['trace']): SpanContext {
  const parent = { traceId: place.traceId, spanId: parentId, traceFlags: place.flags };
  const isRemote = kind === 'server';
  return place.state === undefined
    ? { ...parent, isRemote }
    : { ...parent, isRemote, traceState: new TraceState(place.state) };
}

/** The ids of the next span were given long before: the upstream has seen them. */
class GivenIds implements IdGenerator {
  #traceId = '';
  #spanId = '';

  next(traceId: string, spanId: string): void {
    this.#traceId = traceId;
    this.#spanId = spanId;
  }

  generateTraceId(): string {
    return this.#traceId;
  }

  generateSpanId(): string {
    return this.#spanId;
  }
}

function present(attributes: Attributes): Record<string, AttributeValue> {
  const found: Record<string, AttributeValue> = {};
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** Seconds and nanoseconds: a number would be taken for a reading of the monotonic clock where it is small. */
function hrTime(epochMs: number): [number, number] {
  const seconds = Math.floor(epochMs / 1000);
  return [seconds, Math.min(Math.round((epochMs - seconds * 1000) * 1e6), 999_999_999)];
}
