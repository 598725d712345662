import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { OtlpTransport } from './otlp-transport.ts';
import type { TraceSettings } from './trace-settings.ts';

/** Who hears what became of the spans. */
export interface ExportWatch {
  /** They have left the queue. */
  taken(spans: number): void;
  sent(spans: number): void;
  lost(spans: number, cause: unknown): void;
}

/** Writes batches as OTLP and sends them, and says of every span what became of it. */
export class OtlpExporter implements SpanExporter {
  readonly #transport: OtlpTransport;
  readonly #serializer: typeof ProtobufTraceSerializer;
  readonly #watch: ExportWatch;
  readonly #underWay = new Set<Promise<void>>();

  constructor(settings: TraceSettings, watch: ExportWatch) {
    this.#transport = new OtlpTransport(settings);
    this.#serializer = settings.protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
    this.#watch = watch;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#watch.taken(spans.length);
    const sending = this.#send(spans).then(done);
    this.#underWay.add(sending);
    void sending.then(() => this.#underWay.delete(sending));
  }

  /** Resolves when nothing is under way. */
  async shutdown(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Gives up what is still under way. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  async #send(spans: ReadableSpan[]): Promise<ExportResult> {
    try {
      const batch = this.#serializer.serializeRequest(spans);
      if (batch === undefined) throw new Error('a batch of spans could not be written');
      const rejected = this.#rejected(await this.#transport.send(batch));
      if (rejected > 0) this.#watch.lost(rejected, new Error('the receiver rejected some of the spans'));
      this.#watch.sent(spans.length - rejected);
    } catch (cause) {
      this.#watch.lost(spans.length, cause);
    }
    // Nothing is left to do about a lost batch, and the processor would only report it once more.
    return { code: ExportResultCode.SUCCESS };
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
