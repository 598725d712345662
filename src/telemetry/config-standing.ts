import type { ReloadStatus } from '../runtime/reloader.ts';

/** Which configuration is wanted, and which one applies. */
export interface ConfigStanding extends Omit<
  ReloadStatus<unknown>,
  'trouble' | 'issues' | 'notes' | 'counts'
> {
  /** The files are only polled, because watching them failed. */
  readonly isWatchDegraded: boolean;
}
