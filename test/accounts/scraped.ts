import { type Book, type Counts, Tally } from './books.ts';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const linePattern = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const labelPattern = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** The figures of a scrape. Label values of these tests need no unescaping. */
export function readScrape(text: string): readonly Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = linePattern.exec(line) ?? [];
      if (name === '') throw new Error(`no figure: ${line}`);
      const pairs = [...labels.matchAll(labelPattern)].map(([, label = '', is = '']) => [label, is] as const);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

/** The sum of a metric by some of its labels. */
export function sumBy(samples: readonly Sample[], name: string, by: readonly string[], times = 1): Counts {
  const tally = new Tally();
  for (const sample of samples) {
    if (sample.name !== name) continue;
    tally.add(by.map((label) => sample.labels[label] ?? '').join(' '), Math.round(sample.value * times));
  }
  return tally.counts;
}

const nanosPerUsd = 1e9;

/** What the metrics say. */
export function metricsBook(samples: readonly Sample[]): Book {
  const of = (name: string, by: readonly string[], times = 1): Counts =>
    sumBy(samples, `keeptrusts_gateway_${name}`, by, times);
  return {
    name: 'metrics',
    accounts: {
      calls: of('requests_total', ['endpoint', 'status', 'verdict', 'code', 'target']),
      statuses: of('requests_total', ['status', 'verdict']),
      'aborted streams': of('streams_aborted_total', ['reason']),
      attempts: of('upstream_attempts_total', ['target', 'outcome']),
      tokens: of('tokens_total', ['target', 'direction']),
      'nano-dollars': of('cost_usd_total', ['target'], nanosPerUsd),
      unpriced: of('unpriced_exchanges_total', ['target']),
      'usage missing': of('usage_missing_total', ['target']),
      evaluations: of('policy_evaluations_total', ['policy', 'result']),
      uninspected: of('uninspected_exchanges_total', ['part']),
      unreadable: of('unreadable_requests_total', ['code']),
      reloads: sumBy(samples, 'keeptrusts_config_reloads_total', ['result']),
    },
  };
}

/** What the metrics of the callback say. */
export function callbackBook(samples: readonly Sample[]): Book {
  return {
    name: 'metrics of the callback',
    accounts: { statuses: sumBy(samples, 'keeptrusts_llm_requests_total', ['status', 'verdict']) },
  };
}
