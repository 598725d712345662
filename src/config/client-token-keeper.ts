import { parseTokens, type TokenList } from './client-tokens.ts';
import { readSource, type SourceReading } from './source.ts';
import { type SourceWatch, type WatchOptions, watchSource } from './watch.ts';

interface ClientTokenReport {
  /** Other tokens are in force from now on. */
  taken(count: number): void;
  /** The file cannot be used: the last good tokens stay in force. */
  kept(reason: string): void;
  /** Lines with tokens that can be guessed. */
  short(lines: readonly number[]): void;
  watch(isDegraded: boolean, cause: unknown): void;
}

/** The tokens of `--client-token-file`, followed as the configuration is. */
export class ClientTokenKeeper {
  /** Whether the file as it is now could not be used. */
  isStale = false;
  readonly #path: string;
  readonly #report: ClientTokenReport;
  #digest: string | undefined;
  #tokens: TokenList | undefined;
  #watch: SourceWatch | undefined;

  constructor(path: string, report: ClientTokenReport) {
    this.#path = path;
    this.#report = report;
  }

  has(token: string): boolean {
    return this.#tokens?.has(token) === true;
  }

  /** Reads the file for the first time. Resolves with why nobody could be let in, if so. */
  async start(): Promise<string | undefined> {
    return this.#take(await readSource({ path: this.#path, extraFiles: none }));
  }

  follow(pace: Pick<WatchOptions, 'pollMs' | 'debounceMs' | 'longestDebounceMs' | 'inPlaceMs'> = {}): void {
    this.#watch = watchSource({
      ...pace,
      path: this.#path,
      extraFiles: none,
      onRead: (reading) => this.#retake(reading),
      onDegraded: (isDegraded, cause) => this.#report.watch(isDegraded, cause),
    });
  }

  async close(): Promise<void> {
    await this.#watch?.close();
  }

  #retake(reading: SourceReading): void {
    const isKnown = reading.kind === 'read' && reading.digest === this.#digest;
    if (isKnown && !this.isStale) return; // the first look finds what start has read
    const reason = this.#take(reading);
    if (reason !== undefined) this.#report.kept(reason);
    else this.#report.taken(this.#tokens?.size ?? 0);
  }

  #take(reading: SourceReading): string | undefined {
    this.isStale = true;
    if (reading.kind !== 'read') return reading.reason;
    const parsed = parseTokens(reading.bytes);
    if (!parsed.ok) return `${this.#path}: ${parsed.reason}`;
    if (parsed.shortLines.length > 0) this.#report.short(parsed.shortLines);
    this.isStale = false;
    this.#digest = reading.digest;
    this.#tokens = parsed.tokens;
    return undefined;
  }
}

function none(): readonly string[] {
  return [];
}
