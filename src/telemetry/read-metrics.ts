import type { ReloadStatus } from '../runtime/reloader.ts';
import { type Described, gateway, type Metric, type Sample } from './metric.ts';
import type { AdviserState, TargetStateName } from './metric-labels.ts';
import type { Metrics } from './metrics.ts';
import type { ProcessGauge } from './process-gauge.ts';

/** Which configuration is wanted, and which one applies. */
export interface ConfigStanding extends Omit<
  ReloadStatus<unknown>,
  'trouble' | 'issues' | 'notes' | 'counts'
> {
  /** The files are only polled, because watching them failed. */
  readonly isWatchDegraded: boolean;
}

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

/** What is read once for each scrape. */
export interface Scrape {
  readonly sources: MetricSources;
  readonly config: ConfigStanding;
  readonly process: ReturnType<ProcessGauge['read']>;
}

interface Readable extends Described {
  /** Undefined: the system does not tell. */
  readonly read: (scrape: Scrape) => number | undefined;
}

function gauge(name: string, help: string, read: Readable['read']): Readable {
  return { name, help, type: 'gauge', labelNames: [], read };
}

function counter(name: string, help: string, read: Readable['read']): Readable {
  return { name, help, type: 'counter', labelNames: [], read };
}

/**
 * Those of the process are the usual ones, under their usual names. The library's own set is not used: it watches every
 * garbage collection, ticks every 10 ms, and names gauges `_total`, which promtool's lint refuses.
 */
const table: readonly Readable[] = [
  gauge(`${gateway}_inflight`, 'Exchanges under way.', ({ sources }) => sources.inFlight()),
  counter(
    `${gateway}_log_lines_dropped_total`,
    'Log lines dropped because the reader of the output did not keep up.',
    ({ sources }) => sources.droppedLogLines(),
  ),
  counter(
    `${gateway}_spans_dropped_total`,
    'Spans dropped because their receiver did not take them in time.',
    ({ sources }) => sources.droppedSpans(),
  ),
  counter(`${gateway}_audit_failures_total`, 'Audit records that could not be stored.', ({ sources }) =>
    sources.auditFailures(),
  ),
  counter(
    `${gateway}_metrics_dropped_series_total`,
    'Series beyond the limit, which are counted as other.',
    ({ sources }) => sources.metrics.droppedSeries,
  ),
  gauge(`${gateway}_audit_failing`, 'Whether audit records cannot be stored now.', ({ sources }) =>
    Number(sources.isAuditFailing()),
  ),
  gauge(
    'keeptrusts_config_last_reload_successful',
    'Whether the configuration on disk is the one that applies.',
    ({ config }) => Number(config.lastReloadSuccessful),
  ),
  gauge(
    'keeptrusts_config_last_reload_success_timestamp_seconds',
    'When the configuration that applies was taken up.',
    ({ config }) => (config.lastSuccessAt ?? 0) / 1000,
  ),
  gauge(
    'keeptrusts_config_desired_since_timestamp_seconds',
    'When the configuration on disk was first seen.',
    ({ config }) => (config.desiredSince ?? 0) / 1000,
  ),
  gauge(
    'keeptrusts_config_watch_degraded',
    'Whether the file is only polled because watching it failed.',
    ({ config }) => Number(config.isWatchDegraded),
  ),
  counter(
    'process_cpu_seconds_total',
    'Total user and system CPU time spent in seconds.',
    ({ process: own }) => own.cpuSeconds,
  ),
  gauge(
    'process_start_time_seconds',
    'Start time of the process since unix epoch in seconds.',
    ({ sources }) => sources.process.startedAtSeconds,
  ),
  gauge('process_resident_memory_bytes', 'Resident memory size.', ({ process: own }) => own.residentBytes),
  gauge('process_open_fds', 'Number of open file descriptors.', ({ process: own }) => own.openFds),
  gauge('nodejs_heap_size_used_bytes', 'Heap in use.', ({ process: own }) => own.heapUsedBytes),
  gauge('nodejs_heap_size_total_bytes', 'Heap reserved.', ({ process: own }) => own.heapTotalBytes),
  gauge(
    'nodejs_external_memory_bytes',
    'Memory held outside the heap.',
    ({ process: own }) => own.externalBytes,
  ),
  gauge(
    'nodejs_eventloop_lag_p50_seconds',
    'How late the event loop was since the last scrape, median.',
    ({ process: own }) => own.loopDelay.p50,
  ),
  gauge(
    'nodejs_eventloop_lag_p99_seconds',
    'How late the event loop was since the last scrape, 99th percentile.',
    ({ process: own }) => own.loopDelay.p99,
  ),
  gauge(
    'nodejs_eventloop_lag_max_seconds',
    'How late the event loop was at most since the last scrape.',
    ({ process: own }) => own.loopDelay.max,
  ),
];

const configInfo: Described = {
  name: 'keeptrusts_config_info',
  help: 'The configuration that applies, by hash and generation.',
  type: 'gauge',
  labelNames: ['hash', 'generation'],
};

/** Every metric that is read. What the system does not tell is left out, not shown as none. */
export function readMetrics(scrape: () => Scrape): readonly Metric[] {
  const told = table.filter(({ read }) => read(scrape()) !== undefined);
  return [
    ...told.map((described) => ({ described, samples: () => shown(described.read(scrape())) })),
    { described: configInfo, samples: () => standing(scrape()) },
  ];
}

function shown(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels: {}, value }];
}

function standing({ config: { appliedHash: hash, generation } }: Scrape): readonly Sample[] {
  return hash === undefined ? [] : [{ labels: { hash, generation }, value: 1 }];
}
