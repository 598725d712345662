import type { Registry } from 'prom-client';
import { type MetricSources, readMetrics, type Scrape } from './read-metrics.ts';

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** The text that Prometheus reads. The client library is loaded when it is idle, or by the first scrape: 24 ms, 4 MB. */
export class Exposition {
  readonly #sources: MetricSources;
  #scrape: Scrape | undefined;
  #registries: Promise<Registries> | undefined;

  constructor(sources: MetricSources) {
    this.#sources = sources;
  }

  /** Loads what the first scrape needs, ahead of it. */
  load(): Promise<Registries> {
    const { families, callbackFamilies } = this.#sources.metrics;
    this.#registries ??= import('./metric-registry.ts').then(({ createRegistry }) => ({
      own: createRegistry([...Object.values(families), ...readMetrics(() => this.#scrape ?? this.#read())]),
      callback: createRegistry(Object.values(callbackFamilies)),
    }));
    return this.#registries;
  }

  async text(): Promise<string> {
    const { metrics, targets, advisers } = this.#sources;
    const { own, callback } = await this.load();
    this.#scrape = this.#read();
    metrics.noteStates(targets(), advisers());
    const text = await own.metrics();
    return metrics.exportsCallback ? `${text}${await callback.metrics()}` : text;
  }

  #read(): Scrape {
    const sources = this.#sources;
    return { sources, config: sources.config(), process: sources.process.read() };
  }
}

interface Registries {
  readonly own: Registry;
  readonly callback: Registry;
}
