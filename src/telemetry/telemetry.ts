import type { ConfigStanding } from './config-standing.ts';
import { Exposition } from './exposition.ts';
import type { FinishedExchange } from '../record/finished-exchange.ts';
import { type LogFormat, Logger, type LogLevel } from './log.ts';
import type { MetricSources } from './metric-sources.ts';
import { Metrics } from './metrics.ts';
import { openOutput } from './output.ts';
import { OutputQueue } from './output-queue.ts';
import { ProcessGauge } from './process-gauge.ts';
import { readTraceSettings } from './trace-settings.ts';
import { Tracing } from './tracing.ts';

export interface TelemetryOptions {
  readonly log: { readonly format: LogFormat; readonly level: LogLevel };
  /** Where log lines and stdout records go. */
  readonly outputFd: number;
  readonly policies: readonly string[];
  readonly inFlight: () => number;
  readonly config: () => ConfigStanding;
  readonly auditFailures: () => number;
  readonly isAuditFailing: () => boolean;
  readonly targets: MetricSources['targets'];
  readonly advisers: MetricSources['advisers'];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/** Everything the gateway tells of itself while it runs. */
export class Telemetry {
  readonly output: OutputQueue;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Exchanges that are over. */
  processed = 0;
  readonly #process = new ProcessGauge();
  readonly #exposition: Exposition;

  constructor(options: TelemetryOptions) {
    this.output = new OutputQueue({
      output: openOutput(options.outputFd),
      notice: (dropped) => this.log.notice(dropped),
    });
    this.log = new Logger({ ...options.log, now: Date.now, write: (line) => this.output.log(line) });
    this.metrics = new Metrics({ policies: options.policies });
    this.tracing = new Tracing({
      reading: readTraceSettings(options.env),
      version: options.version,
      log: () => this.log,
      now: () => performance.now(),
    });
    this.#exposition = new Exposition({
      metrics: this.metrics,
      process: this.#process,
      inFlight: options.inFlight,
      droppedLogLines: () => this.output.dropped,
      droppedSpans: () => this.tracing.dropped,
      config: options.config,
      auditFailures: options.auditFailures,
      isAuditFailing: options.isAuditFailing,
      targets: options.targets,
      advisers: options.advisers,
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
    const message = 'a target refuses what the configuration sends it: look at its key, model and base_url';
    this.log.warn('upstream', message, { code: 'target_misconfigured', upstream: target, result });
  }

  /** The text that Prometheus reads. */
  scrape(): Promise<string> {
    return this.#exposition.text();
  }

  /** Loads what the first scrape needs: better while nobody waits. */
  loadExposition(): Promise<void> {
    return this.#exposition.load();
  }

  async close(): Promise<void> {
    this.#process.close();
    await this.output.flush(2000);
  }
}
