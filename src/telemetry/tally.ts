import { Held } from '../held.ts';
import type { Described, Metric, Sample } from './metric.ts';

/** The labels of one series: names and values, all of them from the configuration or a closed set. */
export type Labels = Readonly<Record<string, string>>;

/** A counter of one label set. Plain fields: this is what an exchange pays for. */
export class Count {
  readonly labels: Labels;
  value = 0;
  /** What is counted for each unit that is shown: sums of whole numbers stay exact. */
  readonly #perUnit: number;

  constructor(labels: Labels, perUnit: number) {
    this.labels = labels;
    this.#perUnit = perUnit;
  }

  samples(): readonly Sample[] {
    return [{ labels: this.labels, value: this.value / this.#perUnit }];
  }
}

/** A histogram of one label set, in milliseconds; seconds only when it is scraped. */
export class Durations {
  readonly labels: Labels;
  readonly #boundsMs: Float64Array;
  /** One for each bound and one for what is above them all; not cumulative. */
  readonly #counts: Float64Array;
  #sumMs = 0;

  constructor(labels: Labels, boundsMs: Float64Array) {
    this.labels = labels;
    this.#boundsMs = boundsMs;
    this.#counts = new Float64Array(boundsMs.length + 1);
  }

  observe(durationMs: number): void {
    const boundsMs = this.#boundsMs;
    const counts = this.#counts;
    let bucket = 0;
    while (bucket < boundsMs.length && durationMs > (boundsMs[bucket] ?? 0)) bucket += 1;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    this.#sumMs += durationMs;
  }

  samples(name: string): readonly Sample[] {
    const { labels } = this;
    let count = 0;
    const buckets = Array.from(this.#counts, (inBucket, index) => {
      count += inBucket;
      const bound = this.#boundsMs[index];
      const le = bound === undefined ? '+Inf' : bound / 1000;
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
    });
    const sum = { metricName: `${name}_sum`, labels, value: this.#sumMs / 1000 };
    return [...buckets, sum, { metricName: `${name}_count`, labels, value: count }];
  }
}

/** The cap on label sets over all families; a histogram counts once for each line it exports. */
export class SeriesBudget {
  readonly #limit: number;
  #used = 0;
  /** Label sets that were folded into `other` because there was no room. */
  dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(series: number): boolean {
    if (this.#used + series > this.#limit) {
      this.dropped += 1;
      return false;
    }
    this.#used += series;
    return true;
  }

  give(series: number): void {
    this.#used -= series;
  }
}

/** The series of one metric, by label set. Beyond the budget they are all one, which says `other` throughout. */
export class Family<Series extends Count | Durations> implements Metric {
  readonly described: Described;
  readonly #create: (labels: Labels) => Series;
  readonly #other: Series;
  readonly #lines: number;
  readonly #budget: SeriesBudget;
  readonly #held = new Held<string, Series>((series) => {
    if (series !== this.#other) this.#budget.give(this.#lines);
  });

  constructor(described: Described, budget: SeriesBudget, create: (labels: Labels) => Series) {
    this.described = described;
    this.#budget = budget;
    this.#create = create;
    this.#other = create(Object.fromEntries(described.labelNames.map((label) => [label, 'other'])));
    this.#lines = this.#other.samples(described.name).length;
  }

  all(): readonly Series[] {
    return this.#held.entries().map(([, series]) => series);
  }

  samples(): readonly Sample[] {
    return this.all().flatMap((series) => series.samples(this.described.name));
  }

  /**
   * The series of these labels, as far as the metric has them, for one holder more. Holders keep what they are given: this
   * is not for every call.
   */
  open(given: Labels): Series {
    const labels = Object.fromEntries(this.described.labelNames.map((label) => [label, given[label] ?? '']));
    const key = keyOf(labels);
    if (key === keyOf(this.#other.labels)) return this.#openOther();
    if (this.#held.get(key) === undefined && !this.#budget.take(this.#lines)) return this.#openOther();
    return this.#held.hold(key, () => this.#create(labels));
  }

  /** One holder less; without holders a series goes. */
  close(series: Series): void {
    this.#held.release(keyOf(series.labels));
  }

  /** It has one holder more than it is given, for what it counted must not be lost. */
  #openOther(): Series {
    const key = keyOf(this.#other.labels);
    if (this.#held.get(key) === undefined) this.#held.hold(key, () => this.#other);
    return this.#held.hold(key, () => this.#other);
  }
}

function keyOf(labels: Labels): string {
  return Object.values(labels).join('\0');
}

/** Those series of one metric that one holder has, such as a target: found without building labels. */
export class OwnSeries<Series extends Count | Durations> {
  readonly #family: Family<Series>;
  readonly #labels: Labels;
  /** By the value of the last label, or by whatever number stands for several. */
  readonly #byKey = new Map<string | number, Series>();

  constructor(family: Family<Series>, labels: Labels) {
    this.#family = family;
    this.#labels = labels;
  }

  get(key: string | number): Series | undefined {
    return this.#byKey.get(key);
  }

  /** The series whose last label has this value; without one, the only series the holder has. */
  of(value = ''): Series {
    return this.#byKey.get(value) ?? this.open(value, lastLabel(this.#family.described, value));
  }

  open(key: string | number, more: Labels): Series {
    const series = this.#family.open({ ...this.#labels, ...more });
    this.#byKey.set(key, series);
    return series;
  }

  /** Holds on to what another holder shares with this one: it goes on when that one closes. */
  takeOver(other: OwnSeries<Series>): void {
    for (const key of other.#byKey.keys()) this.of(`${key}`);
  }

  close(): void {
    for (const series of this.#byKey.values()) this.#family.close(series);
  }
}

function lastLabel({ labelNames }: Described, value: string): Labels {
  const name = labelNames.at(-1);
  return value === '' || name === undefined ? {} : { [name]: value };
}
