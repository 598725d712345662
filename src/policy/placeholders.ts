/** Letters only, and no vowels: neither a word nor a number, so that no detector and no model takes it for one. */
export const codeLetters = 'BCDFGHJKLMNPQRSTVWXZ';

/** 20^12 codes: nobody guesses one, and two values of one exchange do not share one. */
export const codeLength = 12;

/** What stands for a value that one exchange took out of its call, and the way back. */
export class Placeholders {
  readonly #values = new Map<string, string>();
  readonly #names = new Set<string>();

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  /** What stands for `value`, a match of `entity`. `digest` (hex) makes its code: the same digest, the same placeholder. */
  put(entity: string, value: string, digest: string): string {
    const name = normalised(entity);
    const key = `${name}-${codeOf(digest)}`;
    this.#names.add(`${name}-`);
    this.#values.set(key, value);
    return `[${entity}-${codeOf(digest)}]`;
  }

  /** The value of a placeholder without its brackets, however it is written; undefined where this exchange made none such. */
  valueOf(written: string): string | undefined {
    return this.#values.get(normalised(written));
  }

  /** What every placeholder begins with, as `normalised` writes it. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }
}

// oxlint-disable-next-line no-control-regex -- exactly what a JSON string must escape (RFC 8259, section 7)
const needsEscape = /["\\\u0000-\u001f]/;

/**
 * Whether a value can be put back wherever its placeholder stands. An app may parse any text of an answer as JSON, whether
 * it said so or not, so a value that no JSON string holds as it is must not come back.
 */
export function isRestorable(value: string): boolean {
  return !needsEscape.test(value);
}

/** Models write `EMAIL\_bcd…` or `Email-Bcd…` for what they were given. */
export function normalised(written: string): string {
  return written.replaceAll('_', '-').toUpperCase();
}

/** The code of a digest (hex): the same digest, the same code. */
export function codeOf(digest: string, length = codeLength): string {
  let code = '';
  for (let at = 0; code.length < length; at += 1) {
    const byte = Number.parseInt(digest.slice(2 * at, 2 * at + 2), 16);
    code += codeLetters.charAt(byte % codeLetters.length);
  }
  return code;
}
