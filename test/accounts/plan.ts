import type { CallFacts } from './call-facts.ts';

/** What a provider does with one call. `outcome`: what that makes of the attempt. */
export type Act = { readonly outcome: 'success' | 'failure' | 'void' } & (
  | { readonly kind: 'whole'; readonly status: number; readonly body: string }
  /** `silence`: nothing more, until the gateway lets go. */
  | {
      readonly kind: 'stream';
      readonly events: readonly string[];
      readonly ending: 'end' | 'cut' | 'silence';
    }
  /** Half a head and a reset, half a body, or nothing at all. */
  | { readonly kind: 'broken'; readonly how: 'reset' | 'cut' | 'silence' }
  /** Answers when the test says so. */
  | { readonly kind: 'gated'; readonly body: string }
);

export type TargetName = 'a' | 'b';

/** When the client leaves, if it does; the provider is silent by then, so that nothing races. */
export type Leaving = 'never' | 'while sending' | 'before the answer' | 'within the stream';

/** One call of the script: what is sent, what the providers do, and what must be known of it afterwards. */
export interface Plan {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly acts: Readonly<Partial<Record<TargetName, Act>>>;
  readonly leaving: Leaving;
  readonly expected: Omit<CallFacts, 'id' | 'replyBytes'>;
}
