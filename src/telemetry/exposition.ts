import type { Registry } from 'prom-client';
import type { MetricSources } from './metric-sources.ts';

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
