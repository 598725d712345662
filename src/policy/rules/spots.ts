/** A stretch of a text and how often something was seen in it. */
interface Spot {
  readonly start: number;
  end: number;
  count: number;
}

const mostSpots = 256;

/** Where something was seen: sightings near each other are one spot. Once there are too many, the last one grows. */
export class Spots {
  readonly #near: number;
  all: Spot[] = [];

  constructor(near: number) {
    this.#near = near;
  }

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  reset(): void {
    if (this.all.length > 0) this.all = [];
  }

  add(start: number, end: number): void {
    const last = this.all.at(-1);
    if (last !== undefined && (start - last.end <= this.#near || this.all.length === mostSpots)) {
      last.end = end;
      last.count += 1;
    } else this.all.push({ start, end, count: 1 });
  }
}
