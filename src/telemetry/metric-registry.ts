import { Gauge, type MetricObjectWithValues, type MetricValueWithName, Registry } from 'prom-client';
import type { Metric } from './metric.ts';

/** A registry of its own, which asks these metrics when it is scraped. */
export function createRegistry(metrics: readonly Metric[]): Registry {
  const registry = new Registry();
  for (const metric of metrics) registry.registerMetric(new Scraped(metric));
  return registry;
}

/**
 * A metric that is counted elsewhere, whatever its type: the library asks it, and writes what it says. The library's own
 * would hold every figure a second time, and its histogram can only be observed one value at a time.
 */
class Scraped extends Gauge<string> {
  readonly #metric: Metric;

  constructor(metric: Metric) {
    const { name, help, labelNames } = metric.described;
    super({ name, help, labelNames, registers: [] });
    this.#metric = metric;
  }

  override get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    const { name, help, type } = this.#metric.described;
    const values = [...this.#metric.samples()];
    return Promise.resolve({ name, help, type, aggregator: 'sum', collect: () => undefined, values });
  }
}
