import type { Fields } from './fields.ts';
import { hashText } from './hash.ts';

/** The chat shape of log probabilities, one entry a piece. */
export function likelihoods(pieces: readonly string[], alternatives: number): readonly Fields[] {
  return pieces.map((piece) => ({
    ...entry(piece, likelihood(piece)),
    top_logprobs: ranked(piece, alternatives).map(([token, value]) => entry(token, value)),
  }));
}

/** How sure the model claims to be of a piece: always the same, in (-1, 0]. */
export function likelihood(piece: string): number {
  return -(hashText(piece) % 1000) / 1000;
}

/** The piece itself and made-up rivals, each less likely than the one before. */
export function ranked(piece: string, count: number): readonly (readonly [string, number])[] {
  return Array.from({ length: count }, (_, rank) => [
    rank === 0 ? piece : `${piece}${rank}`,
    likelihood(piece) - rank,
  ]);
}

function entry(token: string, logprob: number): Fields {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}
