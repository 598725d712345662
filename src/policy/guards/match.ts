import type { Detector, Rest, View } from './detector.ts';

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
