import type { StatusDocument } from '../record/status-document.ts';
import type { Logger } from './log.ts';
import type { SpanPipeline } from './span-pipeline.ts';
import { beginTrace, type Trace, type TraceHeaders } from './trace.ts';
import { TraceIds } from './trace-ids.ts';
import type { TraceSettings, FoundTraceSettings } from './trace-settings.ts';
import type { TracedExchange } from './traced-exchange.ts';

interface TracingOptions {
  readonly reading: FoundTraceSettings;
  readonly version: string;
  readonly log: () => Logger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

// A receiver that is away for a day must not fill the log.
const warnEveryMs = 60_000;
const flushMs = 2000;

/**
 * Continues and starts traces, and has spans made of those exchanges that are sampled. The library is loaded by `start`,
 * after the port is open. What cannot be exported in time is dropped and counted: no exchange waits for a receiver.
 */
export class Tracing {
  readonly #options: TracingOptions;
  readonly #settings: TraceSettings | undefined;
  readonly #ids = new TraceIds();
  /** Ended before the library was there. */
  #early: TracedExchange[] = [];
  #loading: Promise<void> | undefined;
  #pipeline: SpanPipeline | undefined;
  #isClosed = false;
  /** Spans that were never exported. */
  dropped = 0;
  #queued = 0;
  #exported = 0;
  #isFailing = false;
  #warnedAt = -Infinity;

  constructor(options: TracingOptions) {
    this.#options = options;
    this.#settings = options.reading.settings;
  }

  begin(headers: TraceHeaders): Trace {
    return beginTrace(headers, this.#ids, this.#settings?.sampler);
  }

  newSpanId(): string {
    return this.#ids.spanId();
  }

  /** Says what is wrong with the variables, and loads the library where tracing is on. */
  start(): void {
    const { reading, log } = this.#options;
    for (const warning of reading.warnings) log().warn('traces', warning);
    const settings = this.#settings;
    if (settings === undefined) return;
    const { protocol, samplerName: sampler, url } = settings;
    log().info('traces', 'spans are exported', { endpoint: url.origin, protocol, sampler });
    this.#loading = this.#load(settings);
  }

  /** Takes a sampled exchange that is over. */
  record(traced: TracedExchange): void {
    const spans = 1 + traced.questions.length + traced.attempts.length;
    const most = this.#settings?.queueSpans ?? 0;
    if (this.#isClosed || this.#queued + spans > most) return this.#overflow(spans);
    this.#queued += spans;
    if (this.#pipeline === undefined) this.#early.push(traced);
    else this.#pipeline.record(traced);
  }

  /** Sends what is left, for two seconds at most. */
  async close(): Promise<void> {
    await this.#loading;
    this.#isClosed = true;
    await this.#pipeline?.close(flushMs);
  }

  /** What /status tells. Never a header, and of the endpoint only its origin: its path may be a key. */
  standing(): StatusDocument['tracing'] {
    const settings = this.#settings;
    return {
      enabled: settings !== undefined,
      endpoint: settings?.url.origin ?? null,
      protocol: settings?.protocol ?? null,
      sampler: settings?.samplerName ?? null,
      exported_spans: this.#exported,
      queued_spans: this.#queued,
      dropped_spans: this.dropped,
      failing: this.#isFailing,
    };
  }

  async #load(settings: TraceSettings): Promise<void> {
    try {
      const { SpanPipeline } = await import('./span-pipeline.ts');
      this.#pipeline = new SpanPipeline(settings, this.#options.version, {
        taken: (spans) => (this.#queued -= spans),
        sent: (spans) => this.#sent(spans),
        lost: (spans, cause) => this.#lost(spans, cause),
      });
      for (const traced of this.#early) this.#pipeline.record(traced);
    } catch (error) {
      this.#lost(this.#queued, error); // a certificate that cannot be read, say; the gateway serves all the same
      this.#isClosed = true;
    }
    this.#early = [];
  }

  #sent(spans: number): void {
    this.#exported += spans;
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#options.log().info('traces', 'spans are exported again', { dropped: this.dropped });
  }

  #lost(spans: number, cause: unknown): void {
    this.dropped += spans;
    this.#isFailing = true;
    this.#warn('spans could not be exported and are dropped', cause);
  }

  #overflow(spans: number): void {
    this.dropped += spans;
    this.#warn('spans are dropped: the receiver does not keep up', undefined);
  }

  #warn(message: string, cause: unknown): void {
    const now = this.#options.now();
    if (now - this.#warnedAt < warnEveryMs) return;
    this.#warnedAt = now;
    const data = { endpoint: this.#settings?.url.origin, dropped: this.dropped };
    this.#options.log().warn('traces', message, data, cause);
  }
}
