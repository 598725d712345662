import { join } from 'node:path';

/** One running watch. */
export interface OpenWatch {
  close(): Promise<void>;
}

export interface WatchListener {
  /** Something in a directory is another than before. With a path: that name came or went, or that file was written to. */
  onEvent(change?: 'named' | 'written', path?: string): void;
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
  watcher.on('raw', (event: unknown, name: unknown, details: unknown) => {
    const directory = watchedPath(details);
    if (typeof name !== 'string' || directory === undefined || !directories.includes(directory)) return;
    listener.onEvent(event === 'rename' ? 'named' : 'written', join(directory, name));
  });
  watcher.on('ready', () => listener.onReady());
  watcher.on('error', (cause) => listener.onError(cause));
  return watcher;
};

function watchedPath(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return undefined;
  return typeof details.watchedPath === 'string' ? details.watchedPath : undefined;
}
