import { randomUUID } from 'node:crypto';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { exchangeSpans } from './exchange-spans.ts';
import { schemaUrl } from './gen-ai-conventions.ts';
import { OtlpTransport } from './otlp-transport.ts';
import { readableSpan, type SpanOrigin } from './readable-span.ts';
import type { TraceSettings } from './trace-settings.ts';
import type { TracedExchange } from './traced-exchange.ts';

/** Who hears what became of the spans. */
export interface ExportWatch {
  /** They have left the queue. */
  taken(spans: number): void;
  sent(spans: number): void;
  lost(spans: number, cause: unknown): void;
}

// Longer than the deadline of an export, which is the one that counts.
const graceMs = 5000;

/**
 * Makes the spans of finished exchanges, has the library gather them, sends its batches as OTLP and says of every span
 * what became of it. Loaded only where tracing is on. Nothing is registered globally, nothing is read from the process,
 * nothing is instrumented.
 */
export class SpanPipeline implements SpanExporter {
  readonly #mostEvents: number;
  readonly #transport: OtlpTransport;
  readonly #serializer: typeof ProtobufTraceSerializer;
  readonly #watch: ExportWatch;
  readonly #processor: BatchSpanProcessor;
  readonly #origin: SpanOrigin;
  readonly #underWay = new Set<Promise<void>>();

  constructor(settings: TraceSettings, version: string, watch: ExportWatch) {
    this.#mostEvents = settings.spanEvents;
    this.#transport = new OtlpTransport(settings);
    this.#serializer = settings.protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
    this.#watch = watch;
    this.#processor = new BatchSpanProcessor({
      exporter: this,
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
    await this.#transport.close();
    await this.shutdown(); // what was given up is counted
  }

  /** For the library: takes a batch. */
  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#watch.taken(spans.length);
    // Nothing is left to do about a lost batch, and the processor would only report it once more.
    const sending = this.#send(spans).then(() => done({ code: ExportResultCode.SUCCESS }));
    this.#underWay.add(sending);
    void sending.then(() => this.#underWay.delete(sending));
  }

  /** For the library: resolves when nothing is under way. */
  async shutdown(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #send(spans: ReadableSpan[]): Promise<void> {
    try {
      const batch = this.#serializer.serializeRequest(spans);
      if (batch === undefined) throw new Error('a batch of spans could not be written');
      const rejected = this.#rejected(await this.#transport.send(batch));
      if (rejected > 0) this.#watch.lost(rejected, new Error('the receiver rejected some of the spans'));
      this.#watch.sent(spans.length - rejected);
    } catch (cause) {
      this.#watch.lost(spans.length, cause);
    }
  }

  #rejected(reply: Buffer): number {
    if (reply.length === 0) return 0;
    try {
      const { partialSuccess } = this.#serializer.deserializeResponse(reply);
      const rejected: unknown = partialSuccess?.rejectedSpans; // in JSON a string, whatever its type says
      return Number(rejected ?? 0);
    } catch {
      return 0; // it said 2xx; what else it says is not for us to judge
    }
  }
}
