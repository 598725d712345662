export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Another way to read a text, or a part of it: what a model might make of it though it is not written plainly. */
export interface Reading {
  readonly name: string;
  readonly text: string;
  /** Where in the original text the reading's offset lies; best effort where they do not correspond one to one. */
  readonly origin: (offset: number) => number;
}

/** A reading with a character for each of the original's, from the span's start on. */
export function aligned(name: string, text: string, { start }: Span): Reading {
  return { name, text, origin: (offset) => start + offset };
}

/** A reading of [start, end) as a whole: what is found in it was found there. */
export function decoded(name: string, text: string, span: Span): Reading {
  return { name, text, origin: (offset) => (offset < text.length ? span.start : span.end) };
}

/** A reading made of characters kept from the original: `origins` says where each was. */
export function gathered(name: string, text: string, origins: readonly number[]): Reading {
  return {
    name,
    text,
    origin: (offset) => origins[offset] ?? (origins.at(-1) ?? -1) + 1,
  };
}
