/** A question an operator has, and the queries that answer it. */
export interface Panel {
  readonly title: string;
  /** What to make of it. */
  readonly says?: string;
  readonly unit: 'reqps' | 's' | 'short' | 'currencyUSD' | 'bytes' | 'percentunit' | 'cores' | 'none';
  readonly kind?: 'timeseries' | 'stat' | 'table';
  readonly width?: number;
  readonly stacked?: true;
  /** Query and legend. */
  readonly queries: readonly (readonly [query: string, legend: string])[];
}

export interface PanelRow {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const of = '{namespace=~"$namespace", pod=~"$pod"}';
const where = (more: string): string => `{namespace=~"$namespace", pod=~"$pod", ${more}}`;
const rate = (metric: string, matchers = of): string =>
  `rate(keeptrusts_gateway_${metric}${matchers}[$__rate_interval])`;
const quantile = (share: number, metric: string): string =>
  `histogram_quantile(${share}, sum by (le) (${rate(`${metric}_bucket`)}))`;
const percentiles = (metric: string): Panel['queries'] => [
  [quantile(0.5, metric), 'median'],
  [quantile(0.95, metric), '95 %'],
  [quantile(0.99, metric), '99 %'],
];

/** The dashboard, from top to bottom. */
export const panelRows: readonly PanelRow[] = [
  {
    title: 'Traffic',
    panels: [
      {
        title: 'Calls per second',
        unit: 'reqps',
        queries: [[`sum by (verdict) (${rate('requests_total')})`, '{{verdict}}']],
        stacked: true,
      },
      {
        title: 'Calls per second, by status',
        unit: 'reqps',
        queries: [[`sum by (status) (${rate('requests_total')})`, '{{status}}']],
      },
      {
        title: 'Share of calls that fail',
        says: 'Faults only: refusals by policy are no failures.',
        unit: 'percentunit',
        queries: [
          [
            `(sum(${rate('requests_total', where('verdict="fault", status=~"5.."'))}) or vector(0)) / sum(${rate('requests_total')})`,
            'of all calls',
          ],
        ],
      },
      {
        title: 'Calls under way',
        unit: 'short',
        queries: [[`sum by (pod) (keeptrusts_gateway_inflight${of})`, '{{pod}}']],
      },
    ],
  },
  {
    title: 'Latency',
    panels: [
      { title: 'Whole call', unit: 's', queries: percentiles('request_duration_seconds') },
      { title: 'First byte', unit: 's', queries: percentiles('time_to_first_byte_seconds') },
      {
        title: 'Our own share',
        says: 'What a call took beyond waiting for its provider.',
        unit: 's',
        queries: percentiles('overhead_seconds'),
      },
      {
        title: 'Streamed text held back',
        says: 'How long text of a stream waited until it was decided.',
        unit: 's',
        queries: percentiles('policy_holdback_seconds'),
      },
    ],
  },
  {
    title: 'Policies',
    panels: [
      {
        title: 'What policies decided',
        unit: 'reqps',
        queries: [
          [
            `sum by (policy, result) (${rate('policy_evaluations_total', where('result!="allow"'))})`,
            '{{policy}} {{result}}',
          ],
        ],
        stacked: true,
      },
      {
        title: 'Redactions by entity',
        unit: 'reqps',
        queries: [
          [
            `sum by (rule) (${rate('findings_total', where('policy="pii-detector", result="rewrite"'))})`,
            '{{rule}}',
          ],
        ],
        stacked: true,
      },
      {
        title: 'Matches by rule',
        unit: 'reqps',
        queries: [[`topk(12, sum by (policy, rule) (${rate('findings_total')}))`, '{{policy}} {{rule}}']],
      },
      {
        title: 'Time of policies, 99 %',
        unit: 's',
        queries: [
          [
            `histogram_quantile(0.99, sum by (le, policy) (${rate('policy_duration_seconds_bucket')}))`,
            '{{policy}}',
          ],
        ],
      },
    ],
  },
  {
    title: 'Tokens and cost',
    panels: [
      {
        title: 'Tokens per second',
        unit: 'short',
        queries: [[`sum by (model, direction) (${rate('tokens_total')})`, '{{model}} {{direction}}']],
      },
      {
        title: 'Cost per hour',
        says: 'By the pricing of the targets.',
        unit: 'currencyUSD',
        queries: [[`sum by (target) (${rate('cost_usd_total')}) * 3600`, '{{target}}']],
        stacked: true,
      },
      {
        title: 'Calls without pricing or usage',
        unit: 'reqps',
        queries: [
          [`sum by (target) (${rate('unpriced_exchanges_total')})`, '{{target}} without pricing'],
          [`sum(${rate('usage_missing_total')}) or vector(0)`, 'without usage'],
        ],
      },
    ],
  },
  {
    title: 'Targets',
    panels: [
      {
        title: 'Tries and how they ended',
        unit: 'reqps',
        queries: [
          [`sum by (target, outcome) (${rate('upstream_attempts_total')})`, '{{target}} {{outcome}}'],
        ],
      },
      {
        title: 'Pods by state of the target',
        unit: 'short',
        queries: [[`sum by (target, state) (keeptrusts_gateway_target_state${of})`, '{{target}} {{state}}']],
      },
      {
        title: 'Streams that ended early',
        unit: 'reqps',
        queries: [[`sum by (reason) (${rate('streams_aborted_total')})`, '{{reason}}']],
      },
    ],
  },
  {
    title: 'Configuration',
    panels: [
      {
        title: 'Which policy runs where',
        says: 'Pods by the hash of the policy that they apply.',
        unit: 'short',
        queries: [[`count by (namespace, hash) (keeptrusts_config_info${of})`, '{{namespace}} {{hash}}']],
        stacked: true,
      },
      {
        title: 'Generation of each pod',
        unit: 'none',
        kind: 'table',
        queries: [[`keeptrusts_config_info${of}`, '{{pod}}']],
      },
      {
        title: 'Reloads',
        unit: 'short',
        queries: [
          [
            `sum by (result) (increase(keeptrusts_config_reloads_total${of}[$__rate_interval]))`,
            '{{result}}',
          ],
        ],
      },
      {
        title: 'Pods that do not run what their file says',
        unit: 'short',
        kind: 'stat',
        queries: [[`count(keeptrusts_config_last_reload_successful${of} == 0) or vector(0)`, 'pods']],
      },
    ],
  },
  {
    title: 'The process',
    panels: [
      {
        title: 'Memory',
        unit: 'bytes',
        queries: [[`sum by (pod) (process_resident_memory_bytes${of})`, '{{pod}}']],
      },
      {
        title: 'CPU',
        unit: 'cores',
        queries: [[`sum by (pod) (rate(process_cpu_seconds_total${of}[$__rate_interval]))`, '{{pod}}']],
      },
      {
        title: 'Event loop, longest delay since the last scrape',
        unit: 's',
        queries: [[`max by (pod) (nodejs_eventloop_lag_max_seconds${of})`, '{{pod}}']],
      },
      {
        title: 'Lost telemetry',
        unit: 'short',
        queries: [
          [`sum(increase(keeptrusts_gateway_log_lines_dropped_total${of}[$__rate_interval]))`, 'log lines'],
          [`sum(increase(keeptrusts_gateway_spans_dropped_total${of}[$__rate_interval]))`, 'spans'],
          [`sum(increase(keeptrusts_gateway_audit_failures_total${of}[$__rate_interval]))`, 'audit records'],
        ],
      },
    ],
  },
];
