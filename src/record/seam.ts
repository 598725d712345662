/** Why a file of audit records is continued at another place, or after a break. */
export const seamReasons = ['replaced', 'moved', 'removed', 'truncated', 'foreign', 'failed'] as const;
/**
 * `replaced`: the path leads to another file; `moved`, `removed`: to none; `truncated`: the file was cut; `foreign`: somebody
 * else wrote into it; `failed`: it could not be written for a while.
 */
export type SeamReason = (typeof seamReasons)[number];

/** A chain of audit records went on at another place, or after a break. */
export interface Seam {
  readonly path: string;
  readonly reason: SeamReason;
  /** Records refused since it was last well. */
  readonly lost: number;
  /** Records that stand in the file again, as they may not be in the old one. */
  readonly repeated: number;
  readonly movedTo: string | undefined;
}
