import type { FinishedExchange } from '../record/finished-exchange.ts';
import type { Usage } from '../record/usage.ts';
import { type CountFamily, type DurationFamily, FamilyMaker, nanosPerUsd } from './metric-families.ts';
import { bounds, statusLabel } from './metric-labels.ts';
import type { Count, Durations, SeriesBudget } from './tally.ts';

/** The metrics of a callback `{type: prometheus}`, under the names that its users know. */
export interface CallbackFamilies {
  readonly requests: CountFamily;
  readonly tokens: CountFamily;
  readonly cost: CountFamily;
  readonly latency: DurationFamily;
}

export function createCallbackFamilies(budget: SeriesBudget): CallbackFamilies {
  const maker = new FamilyMaker('keeptrusts_llm', budget);
  const of = ['model', 'provider'] as const;
  return {
    requests: maker.count('requests_total', 'Calls by what the client was told.', [
      ...of,
      'status',
      'verdict',
    ]),
    tokens: maker.count('tokens_total', 'Tokens of calls (input) and answers (output).', [
      ...of,
      'direction',
    ]),
    cost: maker.count('cost_total', 'Cost of calls in USD.', of, nanosPerUsd),
    latency: maker.durations('latency_seconds', bounds.request, {
      help: 'Arrival of a call to the end of its reply.',
      labelNames: of,
    }),
  };
}

/** The callback series of one target. Targets of one provider and model share them. */
export class CallbackRow {
  readonly #families: CallbackFamilies;
  readonly #labels: { readonly model: string; readonly provider: string };
  readonly #requests = new Map<string, Count>();
  readonly #latency: Durations;
  readonly #input: Count;
  readonly #output: Count;
  readonly #cost: Count;

  constructor(families: CallbackFamilies, { model, provider }: { model: string; provider: string }) {
    const labels = { model, provider };
    this.#families = families;
    this.#labels = labels;
    this.#latency = families.latency.family.open(labels);
    this.#input = families.tokens.family.open({ ...labels, direction: 'input' });
    this.#output = families.tokens.family.open({ ...labels, direction: 'output' });
    this.#cost = families.cost.family.open(labels);
  }

  finished({ status, verdict, durationMs, usage, costNanoUsd }: FinishedExchange): void {
    this.#request(statusLabel(status), verdict).value += 1;
    this.#latency.observe(durationMs);
    if (usage !== undefined) this.#count(usage);
    this.#cost.value += costNanoUsd ?? 0;
  }

  close(): void {
    const { requests, tokens, cost, latency } = this.#families;
    for (const series of this.#requests.values()) requests.family.close(series);
    tokens.family.close(this.#input);
    tokens.family.close(this.#output);
    cost.family.close(this.#cost);
    latency.family.close(this.#latency);
  }

  #request(status: string, verdict: FinishedExchange['verdict']): Count {
    const key = `${status} ${verdict}`;
    const known = this.#requests.get(key);
    if (known !== undefined) return known;
    const series = this.#families.requests.family.open({ ...this.#labels, status, verdict });
    this.#requests.set(key, series);
    return series;
  }

  #count({ inputTokens, outputTokens }: Usage): void {
    this.#input.value += inputTokens;
    this.#output.value += outputTokens;
  }
}
