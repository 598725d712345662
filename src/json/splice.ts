/** One replacement in a text, in UTF-16 offsets of the original; end exclusive. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** Applies splices that do not overlap; everything between them stays as it is. */
export function splice(text: string, splices: readonly Splice[]): string {
  if (splices.length === 0) return text;
  const ordered = splices.length === 1 ? splices : splices.toSorted((a, b) => a.start - b.start);
  let result = '';
  let at = 0;
  for (const one of ordered) {
    result += text.slice(at, one.start) + one.replacement;
    at = one.end;
  }
  return result + text.slice(at);
}
