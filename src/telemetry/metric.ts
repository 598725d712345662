/** A figure as it is shown. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Where it is not the name of the metric. */
  readonly metricName?: string;
}

/** What is declared of a metric: once, where it is counted or read. Scrapes are made of nothing else. */
export interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labelNames: readonly string[];
}

export interface Metric {
  readonly described: Described;
  /** What a scrape shows of it now. */
  samples(): readonly Sample[];
}

export const gateway = 'keeptrusts_gateway';
