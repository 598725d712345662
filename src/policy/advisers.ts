import type { PolicyKind } from './policy.ts';
import type { Adviser } from './question.ts';

interface Link {
  readonly kind: string;
  readonly settings: unknown;
}

/** Whom the policies of a chain ask. */
export function advisersOf(chain: readonly Link[], kinds: readonly PolicyKind[]): readonly Adviser[] {
  return chain.flatMap(({ kind, settings }) => {
    const known = kinds.find((one) => one.kind === kind);
    return known?.advisers?.(settings) ?? [];
  });
}
