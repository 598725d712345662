import { dirname, resolve } from 'node:path';
import { type WatchDirectories, watchDirectories } from './directory-watch.ts';
import { isPutWhole, type PlacedFile } from './put-in-place.ts';
import { readSource, type SourceOptions, type SourceRead, type SourceReading } from './source.ts';
import { WatchKeeper } from './watch-keeper.ts';
import { unreadable } from './whole-file.ts';

export interface WatchOptions extends SourceOptions {
  /** Pause between two looks at the content, on average; each is up to a fifth shorter or longer. */
  readonly pollMs?: number;
  /** Quiet that must follow an event before the files are read. */
  readonly debounceMs?: number;
  /** Even without that quiet the files are read after this long. */
  readonly longestDebounceMs?: number;
  /** A read that takes longer counts as failed, and the next one may begin. */
  readonly readTimeoutMs?: number;
  readonly retryMs?: number;
  /** How long a version that was perhaps written in place must stay as it is before it counts. */
  readonly inPlaceMs?: number;
  /** The same for one that drops or weakens a policy: no timer can tell a pause from an end, so this one is long. */
  readonly weakerMs?: number;
  readonly weakens?: (reading: SourceRead) => boolean;
  /** What runs already; without it the first reading counts as it is. */
  readonly running?: SourceReading | undefined;
  /** Milliseconds, from anywhere. */
  readonly now?: () => number;
  /** Called with the first reading, and then with each that differs from the one before. Must not throw. */
  readonly onRead: (reading: SourceReading) => void;
  /** Files cannot be watched (`cause` says why), or can again. Changes are then found by looking, only later. */
  readonly onDegraded: (isDegraded: boolean, cause: unknown) => void;
  readonly watchDirectories?: WatchDirectories;
  readonly read?: () => Promise<SourceReading>;
  /** From 0 to 1. */
  readonly random?: () => number;
}

const defaults = {
  pollMs: 3000,
  debounceMs: 100,
  longestDebounceMs: 1000,
  readTimeoutMs: 10_000,
  retryMs: 1000,
  inPlaceMs: 500,
  weakerMs: 10_000,
  weakens: (): boolean => false,
  now: () => performance.now(),
  watchDirectories,
  random: Math.random,
};

type Settings = WatchOptions & Required<Pick<WatchOptions, keyof typeof defaults>>;

interface Candidate {
  readonly id: string;
  readonly since: number;
  /** How long it must stay. */
  readonly holdMs: number;
}

const closePatienceMs = 1000;
const jitter = 0.2;

/**
 * Follows the configuration and its extra files. Events only make it look sooner: that a change is found at all rests on
 * looking at the content every `pollMs`.
 */
export class SourceWatch {
  readonly #options: Settings;
  readonly #read: () => Promise<SourceReading>;
  readonly #keeper: WatchKeeper;
  #poll: NodeJS.Timeout | undefined;
  #debounce: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #isWokenMeanwhile = false;
  /** Since when something has been going on that is not yet believed. */
  #restlessSince: number | undefined;
  /** What was seen and might be the middle of a write. */
  #candidate: Candidate | undefined;
  #hold: NodeJS.Timeout | undefined;
  /** The files of the last version that counted. */
  #places: readonly PlacedFile[] | undefined;
  readonly #events = { named: new Map<string, number>(), written: new Map<string, number>() };
  #heard = 0;
  #delivered: string | undefined;
  #isClosed = false;

  constructor(options: WatchOptions) {
    this.#options = { ...defaults, ...options };
    this.#read = patientRead(options.read ?? (() => readSource(options)), this.#options.readTimeoutMs);
    this.#keeper = new WatchKeeper({
      ...this.#options,
      onEvent: (change, path) => this.#hear(change, path),
      onOpened: () => this.#forget(),
    });
    if (options.running?.kind === 'read') this.#places = options.running.places;
    this.#keeper.follow([dirname(resolve(options.path))]);
    this.#schedulePoll();
  }

  /** Looks soon. */
  wake(): void {
    if (this.#isClosed) return;
    this.#isWokenMeanwhile = this.#reading !== undefined;
    const { debounceMs, longestDebounceMs } = this.#options;
    this.#restlessSince ??= performance.now();
    const leftMs = this.#restlessSince + longestDebounceMs - performance.now();
    clearTimeout(this.#debounce);
    const pauseMs = Math.max(0, Math.min(debounceMs, leftMs));
    this.#debounce = setTimeout(() => this.#afterQuiet(), pauseMs).unref();
  }

  /** After it, `onRead` is not called again and nothing is left open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#poll);
    clearTimeout(this.#debounce);
    clearTimeout(this.#hold);
    await Promise.all([this.#keeper.close(), this.#finishReading()]);
  }

  #schedulePoll(): void {
    const { pollMs, random } = this.#options;
    const pauseMs = pollMs * (1 - jitter + 2 * jitter * random());
    this.#poll = setTimeout(() => {
      this.#schedulePoll();
      // A look is due anyway, and must come after the quiet it waits for.
      if (this.#debounce === undefined) this.#look(false);
    }, pauseMs).unref();
  }

  #afterQuiet(): void {
    this.#debounce = undefined;
    this.#look(true);
  }

  #look(isQuiet: boolean): void {
    if (this.#reading !== undefined) this.#isWokenMeanwhile ||= isQuiet;
    else this.#reading = this.#readAndJudge(isQuiet);
  }

  async #readAndJudge(isQuiet: boolean): Promise<void> {
    const reading = await this.#read();
    this.#reading = undefined;
    if (this.#isClosed) return;
    const isDisturbed = this.#isWokenMeanwhile;
    this.#isWokenMeanwhile = false;
    if (reading.kind === 'read') this.#keeper.follow(reading.directories);
    this.#judge(reading, isQuiet && !isDisturbed);
    if (this.#candidate === undefined && !isDisturbed) this.#forget();
    if (isDisturbed) this.wake();
  }

  #judge(reading: SourceReading, isQuiet: boolean): void {
    const id = reading.kind === 'read' ? reading.digest : reading.code;
    const isNew = id !== this.#delivered;
    if (isNew && !this.#isBelievable(id, isQuiet)) {
      this.#consider(id, reading);
      return this.wake();
    }
    if (isNew && !this.#hasStayed(id, reading)) return;
    this.#candidate = undefined;
    this.#restlessSince = undefined;
    this.#delivered = id;
    if (reading.kind === 'read') this.#places = reading.places;
    if (isNew) this.#options.onRead(reading);
  }

  /** Seen after quiet, and not another content than a moment ago; or restless for so long that it has to do. */
  #isBelievable(id: string, isQuiet: boolean): boolean {
    if (isQuiet && (this.#candidate?.id ?? id) === id) return true;
    const since = this.#restlessSince;
    return since !== undefined && performance.now() - since >= this.#options.longestDebounceMs;
  }

  /** Whether it has stayed the same for as long as it has to. If not, it is looked at again then. */
  #hasStayed(id: string, reading: SourceReading): boolean {
    const { since, holdMs } = this.#consider(id, reading);
    const leftMs = since + holdMs - this.#options.now();
    clearTimeout(this.#hold);
    if (leftMs <= 0) return true;
    this.#hold = setTimeout(() => this.wake(), leftMs).unref();
    return false;
  }

  #consider(id: string, reading: SourceReading): Candidate {
    if (this.#candidate?.id !== id)
      this.#candidate = { id, since: this.#options.now(), holdMs: this.#holdMs(reading) };
    return this.#candidate;
  }

  #holdMs(reading: SourceReading): number {
    if (reading.kind !== 'read' || this.#places === undefined) return 0;
    if (isPutWhole(this.#places, reading.places, this.#events)) return 0;
    return this.#options.weakens(reading) ? this.#options.weakerMs : this.#options.inPlaceMs;
  }

  #hear(change?: 'named' | 'written', path?: string): void {
    this.#heard += 1;
    if (change !== undefined && path !== undefined) this.#events[change].set(path, this.#heard);
    this.wake();
  }

  #forget(): void {
    this.#events.named.clear();
    this.#events.written.clear();
  }

  /** A read that hangs must not keep the process from ending. */
  async #finishReading(): Promise<void> {
    if (this.#reading === undefined) return;
    const { promise, resolve: giveUp } = Promise.withResolvers<void>();
    const timer = setTimeout(giveUp, closePatienceMs);
    await Promise.race([this.#reading, promise]);
    clearTimeout(timer);
  }
}

/** Each abandoned read may hold one of four I/O threads; with this many of them, none is added. */
const abandonedLimit = 2;

/**
 * Bounds a read that may hang, as one on a dead network volume does: it is given up after `timeoutMs`, and what it says
 * later is not listened to. The result never rejects.
 */
function patientRead(read: () => Promise<SourceReading>, timeoutMs: number): () => Promise<SourceReading> {
  let abandoned = 0;
  return () => {
    if (abandoned >= abandonedLimit) {
      return Promise.resolve(unreadable('timeout', `${abandoned} earlier reads have not returned`));
    }
    const { promise, resolve: settle } = Promise.withResolvers<SourceReading>();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      abandoned += 1;
      settle(unreadable('timeout', `reading took longer than ${timeoutMs} ms`));
    }, timeoutMs).unref();
    const finish = (reading: SourceReading): void => {
      clearTimeout(timer);
      if (isLate) abandoned -= 1;
      settle(reading);
    };
    read().then(finish, (error: unknown) => finish(unreadable('failed', String(error))));
    return promise;
  };
}
