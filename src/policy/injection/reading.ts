export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** Another way to read a text, or a part of it: what a model might make of it though it is not written plainly. */
export interface Reading {
  readonly name: string;
  readonly text: string;
  /** Where in the original text a span of the reading lies. */
  readonly locate: (span: TextSpan) => TextSpan;
}

/** A reading with a character for each of the original's, from the part's start on. */
export function aligned(name: string, text: string, part: TextSpan): Reading {
  return { name, text, locate: ({ start, end }) => ({ start: part.start + start, end: part.start + end }) };
}

/** A reading with a character for each of the original's, from the part's end backwards. */
export function mirrored(name: string, text: string, part: TextSpan): Reading {
  return { name, text, locate: ({ start, end }) => ({ start: part.end - end, end: part.end - start }) };
}

/** A reading of a part as a whole: what is found in it was found somewhere there. */
export function decoded(name: string, text: string, part: TextSpan): Reading {
  return { name, text, locate: () => part };
}

/** A reading made of characters kept from the original: `origins` says where each was. */
export function gathered(name: string, text: string, origins: readonly number[]): Reading {
  const at = (offset: number): number => origins[offset] ?? 0;
  return { name, text, locate: ({ start, end }) => ({ start: at(start), end: at(end - 1) + 1 }) };
}
