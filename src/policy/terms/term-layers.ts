import { codesOf } from './term-codes.ts';

/**
 * Where a text stands in all terms at once, after so many characters: for each number of letters that differ and each
 * depth in the terms that this leaves, one bit for each term. A block of bits for `edits` letters and the depth `position -
 * edits + step` stands at `edits * edits + step`.
 */
export interface Layers {
  readonly position: number;
  readonly bits: Int32Array;
}

/** What a character is to the terms: their own code, or any letter or sign that stands in none of them. */
export interface TermCharacter {
  readonly code: number;
  /** Letters may be more, less or others in a misspelt term; signs and white space never. */
  readonly isLetter: boolean;
}

/**
 * Steps through terms character by character, allowing for letters that differ (Levenshtein's distance, by bits as Wu and
 * Manber do it): a step costs a few operations for each 32 terms, whatever the text.
 */
export class TermLayers {
  readonly #edits: number;
  readonly #words: number;
  /** By depth: the terms with this code there, with any letter there, and those that end there. */
  readonly #codes: Map<number, Int32Array>[] = [];
  readonly #letters: Int32Array[] = [];
  readonly #ends: Int32Array[] = [];
  readonly #none: Int32Array;

  constructor(terms: readonly string[], edits: number, isLetter: (code: number) => boolean) {
    this.#edits = edits;
    this.#words = Math.ceil(terms.length / 32);
    this.#none = new Int32Array(this.#words);
    for (const [index, term] of terms.entries()) {
      const codes = codesOf(term);
      for (const [depth, code] of codes.entries()) {
        const masks = (this.#codes[depth] ??= new Map());
        const mask = masks.get(code) ?? this.#emptyMask();
        masks.set(code, mask);
        mark(mask, index);
        if (isLetter(code)) mark((this.#letters[depth] ??= this.#emptyMask()), index);
      }
      mark((this.#ends[codes.length] ??= this.#emptyMask()), index);
    }
  }

  /** Before the first character: every term, also without its first letters. */
  begin(): Layers {
    const layers = this.#empty(0);
    for (let word = 0; word < this.#words; word += 1) layers.bits[word] = -1;
    for (let edits = 1; edits <= this.#edits; edits += 1) this.#leaveOut(layers, edits);
    return layers;
  }

  after(from: Layers, character: TermCharacter): Layers {
    const layers = this.#empty(from.position + 1);
    for (let edits = 0; edits <= this.#edits; edits += 1) {
      this.#match(from, layers, edits, character.code);
      if (edits === 0) continue;
      if (character.isLetter) this.#differ(from, layers, edits);
      this.#leaveOut(layers, edits);
    }
    return layers;
  }

  /** The fewest letters by which a term that ends here differs; -1 where none ends. */
  editsAtEnd({ position, bits }: Layers): number {
    for (let edits = 0; edits <= this.#edits; edits += 1) {
      for (let step = 0; step <= 2 * edits; step += 1) {
        const ends = this.#ends[position - edits + step] ?? this.#none;
        const block = (edits * edits + step) * this.#words;
        for (let word = 0; word < this.#words; word += 1) {
          if (((bits[block + word] ?? 0) & (ends[word] ?? 0)) !== 0) return edits;
        }
      }
    }
    return -1;
  }

  #match(from: Layers, to: Layers, edits: number, code: number): void {
    for (let step = 0; step <= 2 * edits; step += 1) {
      const mask = this.#codes[from.position - edits + step]?.get(code);
      if (mask === undefined) continue;
      const block = (edits * edits + step) * this.#words;
      for (let word = 0; word < this.#words; word += 1) {
        to.bits[block + word] = (from.bits[block + word] ?? 0) & (mask[word] ?? 0);
      }
    }
  }

  /** The letter stands for another one of the term, or for none. */
  #differ(from: Layers, to: Layers, edits: number): void {
    const fewer = edits - 1;
    for (let step = 0; step <= 2 * fewer; step += 1) {
      const letters = this.#letters[from.position - fewer + step] ?? this.#none;
      const source = (fewer * fewer + step) * this.#words;
      const added = (edits * edits + step) * this.#words;
      const changed = added + this.#words;
      for (let word = 0; word < this.#words; word += 1) {
        const there = from.bits[source + word] ?? 0;
        if (there === 0) continue;
        to.bits[added + word] = (to.bits[added + word] ?? 0) | there;
        to.bits[changed + word] = (to.bits[changed + word] ?? 0) | (there & (letters[word] ?? 0));
      }
    }
  }

  /** A letter of the term that the text leaves out. */
  #leaveOut({ position, bits }: Layers, edits: number): void {
    const fewer = edits - 1;
    for (let step = 0; step <= 2 * fewer; step += 1) {
      const letters = this.#letters[position - fewer + step];
      if (letters === undefined) continue;
      const source = (fewer * fewer + step) * this.#words;
      const target = (edits * edits + step + 2) * this.#words;
      for (let word = 0; word < this.#words; word += 1) {
        const there = (bits[source + word] ?? 0) & (letters[word] ?? 0);
        if (there !== 0) bits[target + word] = (bits[target + word] ?? 0) | there;
      }
    }
  }

  #emptyMask(): Int32Array {
    return new Int32Array(this.#words);
  }

  #empty(position: number): Layers {
    return { position, bits: new Int32Array((this.#edits + 1) ** 2 * this.#words) };
  }
}

function mark(mask: Int32Array, index: number): void {
  mask[index >> 5] = (mask[index >> 5] ?? 0) | (1 << (index & 31));
}
