import type { Registry } from 'prom-client';
import type { ConfigStanding } from './config-standing.ts';
import type { Metrics } from './metrics.ts';
import type { ProcessGauge } from './process-gauge.ts';

/** Where figures come from that nobody counts: they are read when they are asked for. */
export interface MetricSources {
  readonly metrics: Metrics;
  readonly process: ProcessGauge;
  /** Exchanges under way. */
  readonly inFlight: () => number;
  readonly droppedLogLines: () => number;
  readonly config: () => ConfigStanding;
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** The text that Prometheus reads. The client library is loaded by the first scrape: it costs 24 ms and 4 MB. */
export class Exposition {
  readonly #sources: MetricSources;
  #registry: Promise<Registry> | undefined;

  constructor(sources: MetricSources) {
    this.#sources = sources;
  }

  async text(): Promise<string> {
    this.#registry ??= import('./metric-registry.ts').then((module) => module.createRegistry(this.#sources));
    const registry = await this.#registry;
    return registry.metrics();
  }
}
