import type { Detector, Rest, View } from './detector.ts';

/** What is done about one match. */
export type Treatment =
  | { readonly kind: 'allow' }
  | { readonly kind: 'rewrite'; readonly replacement: string }
  | { readonly kind: 'deny'; readonly message: string };

/** Where a match stands in the text held, with some of what is around it. */
export interface MatchPlace {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Decides about a match. `complete` is false for a candidate cut off at the hold-back limit. */
export type Judge = (entity: string, sample: string, complete: boolean, place: MatchPlace) => Treatment;

/** What a detector found, in indices of the text held. */
export interface Match {
  readonly detector: Detector;
  readonly start: number;
  readonly end: number;
  /** What may follow of it, where it was cut off. */
  readonly rest: Rest | undefined;
  readonly complete: boolean;
}

/** What the record calls a match. */
export function ruleOf({ detector, start, end, complete }: Match, view: View): string {
  const rule = complete ? detector.ruleAt?.(view, start, end) : undefined;
  return rule ?? detector.entity.toLowerCase();
}
