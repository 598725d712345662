import { Counter, Gauge, type Registry } from 'prom-client';
import type { ProcessFigures, ProcessGauge } from './process-gauge.ts';

interface Described {
  readonly name: string;
  readonly help: string;
  readonly read: (figures: ProcessFigures) => number | undefined;
}

const gauges: readonly Described[] = [
  { name: 'process_resident_memory_bytes', help: 'Resident memory size.', read: (now) => now.residentBytes },
  { name: 'process_open_fds', help: 'Number of open file descriptors.', read: (now) => now.openFds },
  { name: 'nodejs_heap_size_used_bytes', help: 'Heap in use.', read: (now) => now.heapUsedBytes },
  { name: 'nodejs_heap_size_total_bytes', help: 'Heap reserved.', read: (now) => now.heapTotalBytes },
  {
    name: 'nodejs_external_memory_bytes',
    help: 'Memory held outside the heap.',
    read: (now) => now.externalBytes,
  },
  {
    name: 'nodejs_eventloop_lag_p50_seconds',
    help: 'How late the event loop was since the last scrape, median.',
    read: (now) => now.loopDelay.p50,
  },
  {
    name: 'nodejs_eventloop_lag_p99_seconds',
    help: 'How late the event loop was since the last scrape, 99th percentile.',
    read: (now) => now.loopDelay.p99,
  },
  {
    name: 'nodejs_eventloop_lag_max_seconds',
    help: 'How late the event loop was at most since the last scrape.',
    read: (now) => now.loopDelay.max,
  },
];

/**
 * The usual metrics of a process, under their usual names. The library's own set is not used: it watches every garbage
 * collection, ticks every 10 ms, and names gauges `_total`, which promtool's lint refuses.
 */
export function processMetrics(registry: Registry, source: ProcessGauge): void {
  let figures = source.read();
  registry.registerMetric(
    new Counter({
      name: 'process_cpu_seconds_total',
      help: 'Total user and system CPU time spent in seconds.',
      registers: [],
      // The registry asks in the order of registration: this one reads for all below.
      collect() {
        figures = source.read();
        this.reset();
        this.inc(figures.cpuSeconds);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'process_start_time_seconds',
      help: 'Start time of the process since unix epoch in seconds.',
      registers: [],
      collect() {
        this.set(source.startedAtSeconds);
      },
    }),
  );
  // What the system does not tell is left out, not shown as none.
  for (const { name, help, read } of gauges.filter((gauge) => gauge.read(figures) !== undefined)) {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          const value = read(figures);
          if (value !== undefined) this.set(value);
        },
      }),
    );
  }
}
