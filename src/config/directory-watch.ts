/** One running watch. */
export interface OpenWatch {
  close(): Promise<void>;
}

export interface WatchListener {
  /** Something in a directory is another than before. */
  onEvent(): void;
  /** From now on events arrive. */
  onReady(): void;
  /** Events may be missing from now on. May be called in any state, any number of times. */
  onError(cause: unknown): void;
}

export type WatchDirectories = (
  directories: readonly string[],
  listener: WatchListener,
) => Promise<OpenWatch>;

/**
 * Watches directories, never files: a watch on a file stays with the inode that the next update deletes. The library is
 * loaded here and now because nothing needs it before the gateway serves.
 */
export const watchDirectories: WatchDirectories = async (directories, listener) => {
  const { watch } = await import('chokidar');
  const watcher = watch([...directories], {
    depth: 0,
    followSymlinks: false,
    ignoreInitial: true,
    persistent: false,
    // It would hold deletions back and drop what looks like an editor's backup: every event is worth a look.
    atomic: false,
  });
  watcher.on('all', () => listener.onEvent());
  watcher.on('ready', () => listener.onReady());
  watcher.on('error', (cause) => listener.onError(cause));
  return watcher;
};
