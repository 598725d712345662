import type { Clock } from '../clock.ts';
import type { ApiCalls } from './api-calls.ts';
import { ApiRefusal } from './api-refusal.ts';
import { backoffMs } from './backoff.ts';
import { readWatchEvent, readPage, versionOf, type WatchEvent } from './watch-document.ts';

/** What is kept of an object, instead of the object. */
export interface Reduced<T> {
  /** `namespace/name`. */
  readonly key: string;
  readonly value: T;
}

export interface WatchChange<T> {
  readonly key: string;
  /** Undefined: it is gone. */
  readonly value: T | undefined;
  /** Undefined: it was not known. */
  readonly previous: T | undefined;
  /** It was there when the watch began: nothing is known of when it became so. */
  readonly isFirst: boolean;
}

interface WatchTiming {
  /** A list is made afresh at least this often, whatever the watch says. */
  readonly relistMs: number;
  /** For how long the API server is asked to keep one watch. */
  readonly watchSeconds: number;
  /** A watch without a byte for so long is given up. Bookmarks come about every 60 s. */
  readonly idleMs: number;
}

export interface WatchedOptions<T> {
  readonly api: ApiCalls;
  /** `/api/v1/pods`, `/api/v1/namespaces/NAME/configmaps`. */
  readonly path: string;
  /** Selectors. */
  readonly query?: Readonly<Record<string, string>>;
  /** Only metadata is asked for: no content ever comes. */
  readonly isMetadataOnly?: boolean;
  /** Undefined: it cannot be read, and is passed over. */
  readonly reduce: (object: unknown) => Reduced<T> | undefined;
  readonly onChange: (change: WatchChange<T>) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly timing?: Partial<WatchTiming>;
}

interface Known<T> {
  readonly version: string;
  readonly value: T;
}

const pageSize = 500;
/** What went well for so long has recovered. */
const steadyMs = 60_000;
const defaultTiming: WatchTiming = { relistMs: 600_000, watchSeconds: 290, idleMs: 100_000 };

/**
 * What an API server has of one kind, kept up to date until the signal: list, then watch from there. Whatever goes wrong,
 * it waits a little and lists afresh; it never gives up. Of each object only what `reduce` makes of it is kept.
 */
export class WatchedObjects<T> {
  readonly #options: WatchedOptions<T>;
  readonly #timing: WatchTiming;
  readonly #known = new Map<string, Known<T>>();
  #isListed = false;
  #lastHeardAt: number | undefined;

  constructor(options: WatchedOptions<T>) {
    this.#options = options;
    this.#timing = { ...defaultTiming, ...options.timing };
  }

  /** When the API server last said anything, be it that nothing happened; undefined before the first list. */
  get lastHeardAt(): number | undefined {
    return this.#lastHeardAt;
  }

  get size(): number {
    return this.#known.size;
  }

  async run(): Promise<void> {
    const { signal, clock, random, onTrouble } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = clock.now();
      try {
        const version = await this.#list();
        await this.#watchUntil(version, clock.now() + this.#timing.relistMs * (0.9 + random() * 0.1));
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        // Lists that succeed and watches that fail at once are a failure all the same.
        failures = clock.now() - startedAt > steadyMs ? 1 : failures + 1;
        // Too old a version to go on from is no trouble: a list is the cure.
        if (!isGone(error)) onTrouble(error);
        await clock.wait(waitFor(error, failures, random), signal);
      }
    }
  }

  async #list(): Promise<string> {
    const seen = new Set<string>();
    let next = '';
    let version: string;
    do {
      const query = { limit: String(pageSize), ...(next === '' ? {} : { continue: next }) };
      const document = await this.#options.api.json(this.#call(query, 'List'));
      const page = readPage(document);
      for (const object of page.items) {
        const key = this.#put(object);
        if (key !== undefined) seen.add(key);
      }
      ({ next, version } = page);
    } while (next !== '');
    for (const key of this.#known.keys()) if (!seen.has(key)) this.#remove(key);
    this.#isListed = true;
    this.#heard();
    return version;
  }

  /** One watch after another, each from where the last one ended. */
  async #watchUntil(from: string, relistAt: number): Promise<void> {
    const { clock, signal, random } = this.#options;
    let version = from;
    while (!signal.aborted && clock.now() < relistAt) {
      const startedAt = clock.now();
      const before = version;
      version = await this.#watch(version);
      // A server that ends each watch at once is not asked again at once.
      if (version === before && clock.now() - startedAt < 1000)
        await clock.wait(backoffMs(1, random), signal);
    }
  }

  async #watch(from: string): Promise<string> {
    const { api } = this.#options;
    const { watchSeconds, idleMs } = this.#timing;
    const query = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: from,
      timeoutSeconds: String(watchSeconds),
    };
    let version = from;
    for await (const document of api.lines(this.#call(query, ''), idleMs)) {
      this.#heard();
      if (document === undefined) continue;
      version = this.#take(readWatchEvent(document));
    }
    return version;
  }

  #take(event: WatchEvent): string {
    if (event.type === 'ERROR')
      throw new ApiRefusal(`watch ${this.#options.path}`, event.object.code, { body: event.object.message });
    const version = event.object.metadata.resourceVersion;
    if (event.type === 'DELETED') this.#drop(event.object);
    else if (event.type !== 'BOOKMARK') this.#put(event.object);
    return version;
  }

  #put(object: unknown): string | undefined {
    const reduced = this.#options.reduce(object);
    if (reduced === undefined) return undefined;
    const { key, value } = reduced;
    const version = versionOf(object);
    const previous = this.#known.get(key);
    if (previous?.version === version) return key;
    this.#known.set(key, { version, value });
    this.#options.onChange({ key, value, previous: previous?.value, isFirst: !this.#isListed });
    return key;
  }

  #drop(object: unknown): void {
    const reduced = this.#options.reduce(object);
    if (reduced !== undefined) this.#remove(reduced.key);
  }

  #remove(key: string): void {
    const previous = this.#known.get(key);
    if (previous === undefined) return;
    this.#known.delete(key);
    this.#options.onChange({ key, value: undefined, previous: previous.value, isFirst: false });
  }

  #heard(): void {
    this.#lastHeardAt = this.#options.clock.now();
  }

  #call(query: Readonly<Record<string, string>>, list: 'List' | '') {
    const { path, isMetadataOnly = false, signal, query: selectors } = this.#options;
    const accept = isMetadataOnly
      ? `application/json;as=PartialObjectMetadata${list};g=meta.k8s.io;v=v1`
      : 'application/json';
    const search = new URLSearchParams({ ...selectors, ...query });
    return { method: 'GET', path: `${path}?${search.toString()}`, accept, signal } as const;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ApiRefusal && error.status === 410;
}

function waitFor(error: unknown, failures: number, random: () => number): number {
  const asked = error instanceof ApiRefusal ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(asked, backoffMs(failures, random));
}
