// Printable ASCII without the quote and the backslash: such a string is its own JSON form.
const plain = /^[ !#-[\]-~]*$/;

/** A string as JSON. Most are plain and need no escaping; only the rest pay for it. */
export function quote(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** A list of strings as JSON. */
export function quoteAll(texts: readonly string[]): string {
  return texts.length === 0 ? '[]' : `[${texts.map(quote).join(',')}]`;
}

/** Milliseconds with three decimals: a microsecond is as fine as any clock here. */
export function milliseconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Cuts a text that a client chose to a length that a line can bear. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** RFC 3339 in UTC with milliseconds. The part up to the second is kept: lines come many a second. */
export class Timestamps {
  #second = Number.NaN;
  #prefix = '';

  text(epochMs: number): string {
    const second = Math.floor(epochMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#prefix = new Date(second * 1000).toISOString().slice(0, 20);
    }
    const rest = Math.floor(epochMs) - second * 1000;
    return `${this.#prefix}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
  }
}
