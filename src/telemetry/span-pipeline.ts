import { randomUUID } from 'node:crypto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { exchangeSpans } from './exchange-spans.ts';
import { schemaUrl } from './gen-ai-conventions.ts';
import { type ExportWatch, OtlpExporter } from './otlp-exporter.ts';
import { readableSpan, type SpanOrigin } from './readable-span.ts';
import type { TraceSettings } from './trace-settings.ts';
import type { TracedExchange } from './traced-exchange.ts';

// Longer than the exporter's own deadline, which is the one that counts.
const graceMs = 5000;

/**
 * Makes the spans of finished exchanges and hands them on in batches. Loaded only where tracing is on. Nothing is
 * registered globally, nothing is read from the process, nothing is instrumented.
 */
export class SpanPipeline {
  readonly #mostEvents: number;
  readonly #exporter: OtlpExporter;
  readonly #processor: BatchSpanProcessor;
  readonly #origin: SpanOrigin;

  constructor(settings: TraceSettings, version: string, watch: ExportWatch) {
    this.#mostEvents = settings.spanEvents;
    this.#exporter = new OtlpExporter(settings, watch);
    this.#processor = new BatchSpanProcessor({
      exporter: this.#exporter,
      maxQueueSize: settings.queueSpans,
      maxExportBatchSize: settings.batchSpans,
      scheduledDelayMillis: settings.delayMs,
      exportTimeoutMillis: settings.timeoutMs + graceMs,
    });
    const own = { 'service.version': version, 'service.instance.id': randomUUID(), ...settings.resource };
    this.#origin = {
      resource: defaultResource().merge(resourceFromAttributes(own)),
      scope: { name: 'kt-sidecar', version, schemaUrl },
      valueChars: settings.valueChars,
    };
  }

  record(traced: TracedExchange): void {
    for (const span of exchangeSpans(traced, this.#mostEvents))
      this.#processor.onEnd(readableSpan(span, traced.trace, this.#origin));
  }

  /** Sends what is left; gives up what is not through by then. */
  async close(withinMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    await Promise.race([this.#processor.shutdown(), late]);
    clearTimeout(timer);
    await this.#exporter.close();
    await this.#exporter.shutdown(); // what was given up is counted
  }
}
