/** The labels of one series: names and values, all of them from the configuration or a closed set. */
type Labels = Readonly<Record<string, string>>;

/** A counter of one label set. Plain fields: this is what an exchange pays for. */
export class Count {
  readonly labels: Labels;
  value = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }
}

/** A histogram of one label set, in milliseconds; seconds only when it is scraped. */
export class Durations {
  readonly labels: Labels;
  readonly boundsMs: Float64Array;
  /** One for each bound and one for what is above them all; not cumulative. */
  readonly counts: Float64Array;
  sumMs = 0;

  constructor(labels: Labels, boundsMs: Float64Array) {
    this.labels = labels;
    this.boundsMs = boundsMs;
    this.counts = new Float64Array(boundsMs.length + 1);
  }

  observe(durationMs: number): void {
    const { boundsMs, counts } = this;
    let bucket = 0;
    while (bucket < boundsMs.length && durationMs > (boundsMs[bucket] ?? 0)) bucket += 1;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    this.sumMs += durationMs;
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

interface Held<Series> {
  readonly series: Series;
  holders: number;
}

/** The series of one metric, by label set. Beyond the budget they are all one, which says `other` throughout. */
export class Family<Series extends Count | Durations> {
  readonly #held = new Map<string, Held<Series>>();
  readonly #create: (labels: Labels) => Series;
  readonly #other: Series;
  readonly #lines: number;
  readonly #budget: SeriesBudget;

  constructor(budget: SeriesBudget, labelNames: readonly string[], create: (labels: Labels) => Series) {
    this.#budget = budget;
    this.#create = create;
    this.#other = create(Object.fromEntries(labelNames.map((name) => [name, 'other'])));
    this.#lines = this.#other instanceof Durations ? this.#other.counts.length + 2 : 1;
  }

  *series(): Iterable<Series> {
    for (const { series } of this.#held.values()) yield series;
  }

  /** The series of these labels, for one holder more. Holders keep what they are given: this is not for every call. */
  open(labels: Labels): Series {
    const held = this.#held.get(key(labels));
    if (held !== undefined) {
      held.holders += 1;
      return held.series;
    }
    const isOther = key(labels) === key(this.#other.labels);
    if (!isOther && !this.#budget.take(this.#lines)) return this.open(this.#other.labels);
    const series = isOther ? this.#other : this.#create(labels);
    this.#held.set(key(labels), { series, holders: 1 });
    return series;
  }

  /** One holder less; without holders a series goes. */
  close(series: Series): void {
    const held = this.#held.get(key(series.labels));
    if (held === undefined) return;
    held.holders -= 1;
    if (held.holders > 0 || series === this.#other) return;
    this.#held.delete(key(series.labels));
    this.#budget.give(this.#lines);
  }
}

function key(labels: Labels): string {
  return Object.values(labels).join('\0');
}
