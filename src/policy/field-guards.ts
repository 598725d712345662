import type { Guard } from './guard.ts';
import type { InParts } from './in-parts.ts';
import type { Role, TextForm } from './policy.ts';

/** The answer side of a chain, opened for one exchange. Paths are for evidence only. */
export interface FieldGuards {
  /** No text is judged: everything passes as it is. */
  readonly isIdle?: boolean;
  /** A fresh guard over one streamed field, or undefined where no policy looks at it. Its `report` never fires outward. */
  open(role: Role, path: string, form: TextForm): Guard | undefined;
  /** Enforces one whole text at once; undefined where it is denied. */
  whole(role: Role, path: string, text: string, form: TextForm): string | undefined;
  /** The same for a long one, so that others may come between. */
  wholeInParts(role: Role, path: string, text: string, form: TextForm): InParts<string | undefined>;
}
