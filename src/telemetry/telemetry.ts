import { Exposition } from './exposition.ts';
import type { FinishedExchange } from '../record/finished-exchange.ts';
import { type LogFormat, Logger, type LogLevel } from './log.ts';
import { Metrics } from './metrics.ts';
import { openOutput } from './output.ts';
import { OutputQueue } from './output-queue.ts';
import { ProcessGauge } from './process-gauge.ts';
import type { MetricSources } from './read-metrics.ts';
import { readTraceSettings } from './trace-settings.ts';
import { Tracing } from './tracing.ts';

type Figures = Omit<MetricSources, 'metrics' | 'process' | 'droppedLogLines' | 'droppedSpans'>;

export interface TelemetryOptions extends Figures {
  readonly log: { readonly format: LogFormat; readonly level: LogLevel };
  /** Where log lines and stdout records go. */
  readonly outputFd: number;
  readonly policies: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/** Everything the gateway tells of itself while it runs. */
export class Telemetry {
  readonly output: OutputQueue;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly exposition: Exposition;
  /** Exchanges that are over. */
  processed = 0;
  readonly #process = new ProcessGauge();

  constructor(options: TelemetryOptions) {
    this.output = new OutputQueue({
      output: openOutput(options.outputFd),
      notice: (dropped) => this.log.notice(dropped),
    });
    this.log = new Logger({ ...options.log, now: Date.now, write: (line) => this.output.log(line) });
    this.metrics = new Metrics(options.policies);
    this.tracing = new Tracing({
      reading: readTraceSettings(options.env),
      version: options.version,
      log: () => this.log,
      now: () => performance.now(),
    });
    this.exposition = new Exposition({
      ...options,
      metrics: this.metrics,
      process: this.#process,
      droppedLogLines: () => this.output.dropped,
      droppedSpans: () => this.tracing.dropped,
    });
  }

  /** Runs once for each exchange, when it is over. */
  record(finished: FinishedExchange): void {
    this.processed += 1;
    this.metrics.record(finished);
    this.log.exchange(finished);
    for (const { isNews, target, result } of finished.attempts)
      if (isNews === true) this.#misconfigured(target, String(result));
  }

  #misconfigured(target: string, result: string): void {
    const message =
      'a target refuses the key, model or address of the configuration: check its key, model and base_url';
    this.log.warn('upstream', message, { code: 'target_misconfigured', upstream: target, result });
  }

  async close(): Promise<void> {
    this.#process.close();
    await this.output.flush(2000);
  }
}
