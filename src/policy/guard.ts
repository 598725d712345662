/** One match of a rule. `sample` is fingerprinted for the record and never stored, logged or traced. */
export interface Finding {
  /** Stable rule id, for instance `email` or `override.ignore-previous`. */
  readonly rule: string;
  /** UTF-16 offsets in the text the policy was given; end exclusive. */
  readonly start: number;
  readonly end: number;
  /** 0 to 1 where the rule has a score. */
  readonly score?: number;
  /** The matched text itself. */
  readonly sample: string;
}

/** What a guard decides about its field, in UTF-16 offsets from the start of the field's original text. */
export interface GuardOut {
  /** All text before `upTo` is decided and may leave. Never goes backwards; never falls inside an edit. */
  release(upTo: number): void;
  /**
   * Replaces [start, end) when it leaves. `start` is at or after everything released or edited before.
   * An edit decides nothing about the text before `start`; release(end) lets the edit itself leave.
   */
  edit(start: number, end: number, replacement: string): void;
  /** Records that a rule matched. */
  report(finding: Finding): void;
  /** The field must not be delivered any further. Nothing more is pushed after this. */
  deny(message: string): void;
}

/** Where a guard writes that is given no text. */
export const unheard: GuardOut = { release() {}, edit() {}, report() {}, deny() {} };

/**
 * Incremental enforcement of one text field. Synchronous and bounded. For any split of a text into pushes the edits,
 * findings and denial are the same: a guard decides about a position only when no later text could change the decision.
 */
export interface Guard {
  push(text: string, out: GuardOut): void;
  /** The field is complete: everything still undecided is decided now. */
  end(out: GuardOut): void;
}
