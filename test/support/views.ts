import { foldCharacter } from '../../src/policy/guards/characters.ts';
import type { View } from '../../src/policy/guards/detector.ts';

/** A view of a text of its own, in which nothing is passed over. */
export function viewOf(text: string, { final }: Pick<View, 'final'>): View {
  const codes = Uint8Array.from({ length: text.length }, (_, index) => foldCharacter(text.charCodeAt(index)));
  return { text, codes, runs: new Uint8Array(text.length), end: text.length, final };
}
