/** What a policy did about one match. `shadow_…`: what it would have done. */
export type DecisionResult =
  | 'flag'
  | 'rewrite'
  | 'deny'
  | 'shadow_flag'
  | 'shadow_rewrite'
  | 'shadow_deny'
  | 'failed';

/** Evidence of one match, safe to store: the matched text itself appears only as an HMAC under the install's key. */
export interface Decision {
  readonly policy: string;
  readonly result: DecisionResult;
  readonly direction: 'request' | 'answer';
  readonly rule: string;
  /** Where in the body, for instance `messages[1].content`; in streams the choice and field. */
  readonly path: string;
  /** UTF-16 offsets in the field as the policy saw it; end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly score?: number;
  /** HMAC-SHA-256 of the matched text under the per-install key, hex. */
  readonly digest: string;
}
