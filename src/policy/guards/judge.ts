/** What is done about one match. */
export type Judgement =
  | { readonly kind: 'keep' }
  | { readonly kind: 'replace'; readonly replacement: string }
  | { readonly kind: 'deny'; readonly message: string };

/** Where a match stands in the text held, with some of what is around it. */
export interface MatchPlace {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Decides about a match. `complete` is false for a candidate cut off at the hold-back limit. */
export type Judge = (entity: string, sample: string, complete: boolean, place: MatchPlace) => Judgement;
