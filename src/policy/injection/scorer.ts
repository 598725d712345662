/** One reason for a score, in offsets of the text that was scored. */
export interface ScoreReason {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

export interface Assessment {
  /** 0 to 1; 0.8 is where one strong rule alone stands. */
  readonly score: number;
  readonly evidence: readonly ScoreReason[];
}

export const nothingFound: Assessment = { score: 0, evidence: [] };
