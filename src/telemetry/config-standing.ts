import type { Weakening } from '../config/weaker.ts';

/** Which configuration is wanted, and which one applies. */
export interface ConfigStanding {
  /** 0 while none applies. */
  readonly generation: number;
  /** SHA-256 of the file's bytes, hex; undefined while there is none. */
  readonly appliedHash: string | undefined;
  readonly desiredHash: string | undefined;
  /** What runs is what the files say. */
  readonly lastReloadSuccessful: boolean;
  /** Epoch milliseconds. */
  readonly lastSuccessAt: number | undefined;
  readonly desiredSince: number | undefined;
  /** What it dropped or weakened of the one before. */
  readonly weakened: readonly Weakening[];
  /** The files are only polled, because watching them failed. */
  readonly isWatchDegraded: boolean;
}
