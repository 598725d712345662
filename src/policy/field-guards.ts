import type { Guard } from './guard.ts';
import type { Role, TextForm } from './policy.ts';

/** The answer side of a chain, opened for one exchange. Paths are for evidence only. */
export interface FieldGuards {
  /** No text is judged: everything passes as it is. */
  readonly isIdle?: boolean;
  /**
   * A fresh guard over one field, or undefined where no policy looks at it, or where none would find anything in `whole`: all
   * of its text, where that is known. Its `report` never fires outward.
   */
  open(role: Role, path: string, form: TextForm, whole?: string): Guard | undefined;
}
