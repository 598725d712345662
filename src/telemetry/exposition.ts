import type { Registry } from 'prom-client';
import type { ConfigStanding } from './config-standing.ts';
import type { AdviserState, TargetStateName } from './metric-labels.ts';
import type { Metrics } from './metrics.ts';
import type { ProcessGauge } from './process-gauge.ts';

/** Where figures come from that nobody counts: they are read when they are asked for. */
export interface MetricSources {
  readonly metrics: Metrics;
  readonly process: ProcessGauge;
  /** Exchanges under way. */
  readonly inFlight: () => number;
  readonly droppedLogLines: () => number;
  readonly auditFailures: () => number;
  readonly isAuditFailing: () => boolean;
  /** Targets of the configuration that applies. */
  readonly targets: () => readonly { readonly id: string; readonly state: TargetStateName }[];
  /** Whom the policies of live configurations ask. */
  readonly advisers: () => readonly { readonly url: string; readonly state: AdviserState }[];
  readonly droppedSpans: () => number;
  readonly config: () => ConfigStanding;
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** The text that Prometheus reads. The client library is loaded when it is idle, or by the first scrape: 24 ms, 4 MB. */
export class Exposition {
  readonly #sources: MetricSources;
  #registries: Promise<Registries> | undefined;

  constructor(sources: MetricSources) {
    this.#sources = sources;
  }

  /** Loads what the first scrape needs, ahead of it. */
  async load(): Promise<void> {
    await this.#load();
  }

  async text(): Promise<string> {
    const { own, callback } = await this.#load();
    const text = await own.metrics();
    return this.#sources.metrics.exportsCallback ? `${text}${await callback.metrics()}` : text;
  }

  #load(): Promise<Registries> {
    this.#registries ??= import('./metric-registry.ts').then((module) => ({
      own: module.createRegistry(this.#sources),
      callback: module.createCallbackRegistry(this.#sources),
    }));
    return this.#registries;
  }
}

interface Registries {
  readonly own: Registry;
  readonly callback: Registry;
}
