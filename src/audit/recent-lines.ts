interface Written {
  readonly at: number;
  readonly lines: readonly string[];
  readonly chars: number;
}

const longestMs = 10_000;
const mostChars = 1024 * 1024;

/**
 * The lines of the last seconds. Where a file is copied and then cut, as `copytruncate` does, what was written in between is
 * in neither: only who still has it can write it again.
 */
export class RecentLines {
  readonly #now: () => number;
  #kept: Written[] = [];
  #chars = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(lines: readonly string[]): void {
    const chars = lines.reduce((sum, line) => sum + line.length, 0);
    this.#kept.push({ at: this.#now(), lines, chars });
    this.#chars += chars;
    this.#forget();
  }

  all(): readonly string[] {
    this.#forget();
    return this.#kept.flatMap(({ lines }) => lines);
  }

  #forget(): void {
    const since = this.#now() - longestMs;
    let [oldest] = this.#kept;
    while (oldest !== undefined && (oldest.at < since || this.#chars > mostChars)) {
      this.#kept.shift();
      this.#chars -= oldest.chars;
      [oldest] = this.#kept;
    }
  }
}
