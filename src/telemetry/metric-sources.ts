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
