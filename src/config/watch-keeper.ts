import type { OpenWatch, WatchDirectories, WatchListener } from './directory-watch.ts';

interface WatchKeeperOptions {
  readonly watchDirectories: WatchDirectories;
  /** The first pause before a failed watch is tried again; it doubles up to 60 times that. */
  readonly retryMs: number;
  readonly onEvent: WatchListener['onEvent'];
  /** Events before this are not to be relied on. */
  readonly onOpened: () => void;
  readonly onDegraded: (isDegraded: boolean, cause: unknown) => void;
}

const longestBackoff = 60;

/** Keeps a watch on the directories last asked for: opens it, replaces it, and tries again when it fails. */
export class WatchKeeper {
  readonly #options: WatchKeeperOptions;
  #wanted: readonly string[] = [];
  /** Only the newest watch is listened to. */
  #epoch = 0;
  #open: Promise<OpenWatch | undefined> = Promise.resolve(undefined);
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #readyAt: number | undefined;
  #isDegraded = false;

  constructor(options: WatchKeeperOptions) {
    this.#options = options;
  }

  /** Watches exactly these directories; asked for what it does already, it does nothing. */
  follow(directories: readonly string[]): void {
    if (directories.join('\0') === this.#wanted.join('\0')) return;
    this.#wanted = directories;
    this.#reopen();
  }

  close(): Promise<void> {
    this.#epoch += 1;
    clearTimeout(this.#retry);
    return this.#shut();
  }

  #reopen(): void {
    this.#epoch += 1;
    clearTimeout(this.#retry);
    const epoch = this.#epoch;
    const shut = this.#shut();
    this.#open = shut.then(() => (epoch === this.#epoch ? this.#start(epoch) : undefined));
  }

  async #start(epoch: number): Promise<OpenWatch | undefined> {
    const ifNewest = (act: () => void) => () => {
      if (epoch === this.#epoch) act();
    };
    try {
      return await this.#options.watchDirectories(this.#wanted, {
        onEvent: (change, path) => ifNewest(() => this.#options.onEvent(change, path))(),
        onReady: ifNewest(() => this.#succeed()),
        onError: (cause) => ifNewest(() => this.#fail(cause))(),
      });
    } catch (cause) {
      ifNewest(() => this.#fail(cause))();
      return undefined;
    }
  }

  #succeed(): void {
    this.#readyAt = performance.now();
    if (this.#isDegraded) this.#options.onDegraded(false, undefined);
    this.#isDegraded = false;
    this.#options.onOpened();
    // What changed while nobody watched had no event.
    this.#options.onEvent();
  }

  #fail(cause: unknown): void {
    const { retryMs, onDegraded } = this.#options;
    const longest = retryMs * longestBackoff;
    const lastedMs = this.#readyAt === undefined ? 0 : performance.now() - this.#readyAt;
    this.#readyAt = undefined;
    // A watch that fails soon after each success must not be tried every second for ever.
    const pauseMs = Math.min(lastedMs > longest ? retryMs : retryMs * 2 ** this.#failures, longest);
    this.#failures = lastedMs > longest ? 1 : this.#failures + 1;
    this.#epoch += 1;
    this.#open = this.#shut();
    this.#retry = setTimeout(() => this.#reopen(), pauseMs).unref();
    if (!this.#isDegraded) onDegraded(true, cause);
    this.#isDegraded = true;
  }

  async #shut(): Promise<undefined> {
    const open = await this.#open;
    try {
      await open?.close();
    } catch {
      // A watch that cannot even be closed is given up; the polling goes on without it.
    }
  }
}
