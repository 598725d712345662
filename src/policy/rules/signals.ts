/** A run of consecutive words none of which the rules or the list of common words know. */
export interface StrangeRun {
  readonly start: number;
  readonly end: number;
}

export const longWord = 16;
/** Letters in a row that are more than initials and list marks. */
export const leastSpelling = 4;
const strangeTokens = 4;
const mostStrangeRuns = 256;

/** How often something was seen, and where first. */
export interface Sighting {
  count: number;
  from: number;
}

/**
 * What a pass noticed by the way about how a text is written, enough to know which other readings of it are worth
 * making. An ordinary word costs it nothing: it is told only of the words that stand out.
 */
export class Signals {
  /** Words mixing letters and digits. */
  readonly mixedWords: Sighting = { count: 0, from: 0 };
  readonly longWords: Sighting = { count: 0, from: 0 };
  /** Here `count` is the most one-letter words in a row, with at most three characters between them. */
  readonly spelling: Sighting = { count: 0, from: 0 };
  readonly tags: Sighting = { count: 0, from: 0 };
  readonly selectors: Sighting = { count: 0, from: 0 };
  readonly otherInvisible: Sighting = { count: 0, from: 0 };
  readonly #sightings = [
    this.mixedWords,
    this.longWords,
    this.spelling,
    this.tags,
    this.selectors,
    this.otherInvisible,
  ];
  knownWords = 0;
  strangeRuns: StrangeRun[] = [];
  #spelling = 0;
  #letterAt = -1;
  #knownToken = 0;
  #knownEnd = 0;

  reset(token: number): void {
    for (const sighting of this.#sightings) {
      sighting.count = 0;
      sighting.from = 0;
    }
    this.knownWords = 0;
    if (this.strangeRuns.length > 0) this.strangeRuns = [];
    this.#spelling = 0;
    this.#letterAt = -5;
    this.#knownToken = token;
    this.#knownEnd = 0;
  }

  letter(at: number): void {
    this.#spelling = at - this.#letterAt <= 4 ? this.#spelling + 1 : 1;
    this.#letterAt = at;
    if (this.#spelling <= this.spelling.count) return;
    this.spelling.count = this.#spelling;
    if (this.#spelling === leastSpelling) this.spelling.from = at;
  }

  known(token: number, start: number, end: number): void {
    this.knownWords += 1;
    if (token - this.#knownToken > strangeTokens) this.#keepRun(start);
    this.#knownToken = token;
    this.#knownEnd = end;
  }

  invisible(codePoint: number, at: number): void {
    if (codePoint >= 0xe0020 && codePoint <= 0xe007e) see(this.tags, at);
    else if (codePoint >= 0xfe00 && codePoint <= 0xfe0f) see(this.selectors, at);
    else if (codePoint >= 0xe0100 && codePoint <= 0xe01ef) see(this.selectors, at);
    else see(this.otherInvisible, at);
  }

  end(token: number, end: number): void {
    const isStrange = token - this.#knownToken >= (this.knownWords === 0 ? 2 : strangeTokens);
    if (isStrange) this.#keepRun(end);
  }

  #keepRun(end: number): void {
    if (this.strangeRuns.length < mostStrangeRuns) this.strangeRuns.push({ start: this.#knownEnd, end });
  }
}

export function see(sighting: Sighting, at: number): void {
  if (sighting.count === 0) sighting.from = at;
  sighting.count += 1;
}
