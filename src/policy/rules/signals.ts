export const longWord = 18;
/** Letters in a row that are more than initials and list marks. */
const leastSpelling = 4;
/** Sightings this close together are one disguise. */
const near = 128;

/**
 * What a pass noticed by the way about how a text is written, enough to know which other readings of it are worth
 * making. An ordinary word costs it nothing: it is told only of the words that stand out.
 */
export class Signals {
  /** Words with a digit between letters. */
  readonly mixedWords = new Spots(near);
  readonly longWords = new Spots(0);
  /** One-letter words, `leastSpelling` or more in a row with at most three characters between them. */
  readonly spelling = new Spots(near);
  readonly tags = new Spots(near);
  readonly selectors = new Spots(near);
  readonly otherInvisible = new Spots(near);
  readonly #all = [
    this.mixedWords,
    this.longWords,
    this.spelling,
    this.tags,
    this.selectors,
    this.otherInvisible,
  ];
  #spelling = 0;
  #letterAt = 0;

  /** Nothing stands out. */
  get isEmpty(): boolean {
    return this.#all.every(({ isEmpty }) => isEmpty);
  }

  reset(): void {
    for (const spots of this.#all) spots.reset();
    this.#spelling = 0;
    this.#letterAt = -near;
  }

  letter(at: number): void {
    this.#spelling = at - this.#letterAt <= 4 ? this.#spelling + 1 : 1;
    this.#letterAt = at;
    if (this.#spelling >= leastSpelling) this.spelling.add(at, at + 1);
  }

  invisible(codePoint: number, at: number): void {
    if (codePoint >= 0xe0020 && codePoint <= 0xe007e) this.tags.add(at, at + 2);
    else if (codePoint >= 0xfe00 && codePoint <= 0xfe0f) this.selectors.add(at, at + 1);
    else if (codePoint >= 0xe0100 && codePoint <= 0xe01ef) this.selectors.add(at, at + 2);
    else this.otherInvisible.add(at, at + 1);
  }
}

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

  constructor(most: number) {
    this.#near = most;
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
