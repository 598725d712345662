import {
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValueWithName,
  Registry,
} from 'prom-client';
import { seamReasons } from '../record/seam.ts';
import { type CountFamily, type DurationFamily, gateway } from './metric-families.ts';
import { reloadResults } from './metric-labels.ts';
import type { MetricSources } from './metric-sources.ts';
import { processMetrics } from './process-metrics.ts';
import type { Durations } from './tally.ts';

/** A registry of its own whose metrics read the tallies when they are scraped. */
export function createRegistry(sources: MetricSources): Registry {
  const registry = new Registry();
  registerTallies(registry, Object.values(sources.metrics.families));
  registerTallies(registry, Object.values(sources.metrics.adviserFamilies));
  ownMetrics(registry, sources);
  auditMetrics(registry, sources);
  configMetrics(registry, sources);
  processMetrics(registry, sources.process);
  return registry;
}

/** The metrics of a callback, which are exported only where the configuration asks for them. */
export function createCallbackRegistry({ metrics }: MetricSources): Registry {
  const registry = new Registry();
  registerTallies(registry, Object.values(metrics.targetFamilies.callback));
  return registry;
}

function registerTallies(registry: Registry, all: readonly (CountFamily | DurationFamily)[]): void {
  for (const described of all) {
    registry.registerMetric(
      'boundsMs' in described ? new TalliedHistogram(described) : talliedCounter(described),
    );
  }
}

function talliedCounter({ name, help, labelNames, family, perUnit }: CountFamily): Counter<string> {
  return new Counter({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const { labels, value } of family.series()) this.inc(labels, value / perUnit);
    },
  });
}

/** A histogram whose buckets are filled elsewhere: the library's own can only be observed one value at a time. */
class TalliedHistogram extends Histogram<string> {
  readonly #described: DurationFamily;

  constructor(described: DurationFamily) {
    const { name, help, labelNames, boundsMs } = described;
    super({ name, help, labelNames, buckets: boundsMs.map((bound) => bound / 1000), registers: [] });
    this.#described = described;
  }

  override get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    const { name, help, family } = this.#described;
    const values = [...family.series()].flatMap((series) => histogramLines(name, series));
    return Promise.resolve({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      collect: () => undefined,
      values,
    });
  }

  /** The registry prefers this to `get` where a metric has it, and the library's histogram does. */
  getForPromString(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    return this.get();
  }
}

function histogramLines(name: string, series: Durations): readonly MetricValueWithName<string>[] {
  const { labels, boundsMs, counts, sumMs } = series;
  const metricName = `${name}_bucket`;
  let count = 0;
  const buckets = Array.from(counts, (inBucket, index) => {
    count += inBucket;
    const bound = boundsMs[index];
    const le = bound === undefined ? '+Inf' : bound / 1000;
    return { metricName, labels: { ...labels, le }, value: count };
  });
  const sum = { metricName: `${name}_sum`, labels, value: sumMs / 1000 };
  return [...buckets, sum, { metricName: `${name}_count`, labels, value: count }];
}

function ownMetrics(registry: Registry, sources: MetricSources): void {
  const { metrics, inFlight } = sources;
  registry.registerMetric(
    new Gauge({
      name: `${gateway}_inflight`,
      help: 'Exchanges under way.',
      registers: [],
      collect() {
        this.set(inFlight());
      },
    }),
  );
  const { advisers, targets } = sources;
  registry.registerMetric(
    stateGauge(metrics.targetFamilies.states, () => metrics.noteTargetStates(targets())),
  );
  registry.registerMetric(stateGauge(metrics.adviserStates, () => metrics.noteAdviserStates(advisers())));
  const counter = (name: string, help: string, read: () => number): void => {
    registry.registerMetric(
      new Counter({
        name: `${gateway}_${name}`,
        help,
        registers: [],
        collect() {
          this.reset();
          this.inc(read());
        },
      }),
    );
  };
  counter(
    'log_lines_dropped_total',
    'Log lines dropped because the reader of the output did not keep up.',
    sources.droppedLogLines,
  );
  counter(
    'spans_dropped_total',
    'Spans dropped because their receiver did not take them in time.',
    sources.droppedSpans,
  );
  counter('audit_failures_total', 'Audit records that could not be stored.', sources.auditFailures);
  counter(
    'metrics_dropped_series_total',
    'Series beyond the limit, which are counted as other.',
    () => metrics.droppedSeries,
  );
}

function stateGauge({ name, help, labelNames, family }: CountFamily, note: () => void): Gauge<string> {
  return new Gauge({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      note();
      this.reset();
      for (const { labels, value } of family.series()) this.set(labels, value);
    },
  });
}

function auditMetrics(registry: Registry, { metrics, isAuditFailing }: MetricSources): void {
  registry.registerMetric(
    new Gauge({
      name: `${gateway}_audit_failing`,
      help: 'Whether audit records cannot be stored now.',
      registers: [],
      collect() {
        this.set(isAuditFailing() ? 1 : 0);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: `${gateway}_audit_seams_total`,
      help: 'Times the audit file was continued at another place, or after a break, by why.',
      labelNames: ['reason'],
      registers: [],
      collect() {
        this.reset();
        for (const reason of seamReasons) this.inc({ reason }, metrics.auditSeams[reason]);
      },
    }),
  );
}

function configMetrics(registry: Registry, { metrics, config }: MetricSources): void {
  registry.registerMetric(
    new Gauge({
      name: 'keeptrusts_config_info',
      help: 'The configuration that applies, by hash and generation.',
      labelNames: ['hash', 'generation'],
      registers: [],
      collect() {
        const { appliedHash: hash, generation } = config();
        this.reset();
        if (hash !== undefined) this.set({ hash, generation }, 1);
      },
    }),
  );
  const gauge = (name: string, help: string, read: () => number): void => {
    registry.registerMetric(
      new Gauge({
        name: `keeptrusts_config_${name}`,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  };
  gauge('last_reload_successful', 'Whether the configuration on disk is the one that applies.', () =>
    config().lastReloadSuccessful ? 1 : 0,
  );
  gauge(
    'last_reload_success_timestamp_seconds',
    'When the configuration that applies was taken up.',
    () => (config().lastSuccessAt ?? 0) / 1000,
  );
  gauge(
    'desired_since_timestamp_seconds',
    'When the configuration on disk was first seen.',
    () => (config().desiredSince ?? 0) / 1000,
  );
  gauge('watch_degraded', 'Whether the file is only polled because watching it failed.', () =>
    config().isWatchDegraded ? 1 : 0,
  );
  registry.registerMetric(
    new Counter({
      name: 'keeptrusts_config_weakened_total',
      help: 'Policies and settings that reloads dropped or weakened.',
      registers: [],
      collect() {
        this.reset();
        this.inc(metrics.weakened);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'keeptrusts_config_reloads_total',
      help: 'Configurations taken up or rejected.',
      labelNames: ['result'],
      registers: [],
      collect() {
        this.reset();
        for (const result of reloadResults) this.inc({ result }, metrics.reloads[result]);
      },
    }),
  );
}
