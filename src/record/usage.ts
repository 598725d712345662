/** The tokens of an exchange. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** True where the upstream reported nothing and the figures were counted here. */
  readonly estimated: boolean;
}

/** Nano-dollars for a million tokens, whole numbers: sums of them have no rounding of their own. */
export interface Pricing {
  readonly promptNanos: number;
  readonly completionNanos: number;
}

const tokensPerPrice = 1_000_000;

/** Nano-dollars, rounded once. A provider may claim any number of tokens: beyond exact numbers big ones take over. */
export function costOf({ inputTokens, outputTokens }: Usage, pricing: Pricing): number {
  const { promptNanos, completionNanos } = pricing;
  const exact = inputTokens * promptNanos + outputTokens * completionNanos;
  if (exact <= Number.MAX_SAFE_INTEGER) return Math.round(exact / tokensPerPrice);
  const big = BigInt(inputTokens) * BigInt(promptNanos) + BigInt(outputTokens) * BigInt(completionNanos);
  return Number((big + BigInt(tokensPerPrice / 2)) / BigInt(tokensPerPrice));
}
