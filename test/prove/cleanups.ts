import type { Cleanup } from '../support/cleanup.ts';

/** What a test's context does at its end, for code that runs outside of a test. */
export function cleanups(): { readonly t: Cleanup; readonly undoAll: () => Promise<void> } {
  const all: (() => unknown)[] = [];
  const undoAll = async (): Promise<void> => {
    for (const undo of all.toReversed()) await undo();
  };
  return { t: { after: (undo) => void all.push(undo) }, undoAll };
}
