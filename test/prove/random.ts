import { piiFragments, piiSamples } from '../support/pii-texts.ts';
import { ownFragments } from './chains.ts';

const samples = Object.values(piiSamples);

/** Numbers from a seed (mulberry32): the same seed gives the same proof, in any process. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 up to, not including, `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) * end) / 0x1_0000_0000 | 0; // prettier-ignore
  }

  oneOf<T>(all: readonly [T, ...T[]] | readonly T[]): T {
    const one = all[this.below(all.length)];
    if (one === undefined) throw new Error('nothing to choose from');
    return one;
  }

  /** A text dense in values, near values and broken values. */
  text(mostParts = 12, fragments?: readonly string[]): string {
    let text = '';
    for (let left = this.below(mostParts + 1); left > 0; left -= 1) {
      text += this.#part(fragments === undefined ? this.#fragment() : this.oneOf(fragments));
    }
    return text;
  }

  /** A text in pieces: anything from one piece to one for each code unit. */
  cut(text: string): readonly string[] {
    const manner = this.below(8);
    if (manner === 0) return text.split('');
    const size = manner === 1 ? text.length + 1 : 1 + this.below(24);
    const pieces: string[] = [];
    for (let at = 0; at < text.length;) {
      const next = at + this.below(size + 1);
      pieces.push(text.slice(at, next));
      at = next;
    }
    return pieces;
  }

  #fragment(): string {
    const source = this.below(8);
    if (source === 0) return this.oneOf(ownFragments);
    return source < 3 ? this.oneOf<string>(this.oneOf<readonly string[]>(samples)) : this.oneOf(piiFragments);
  }

  #part(whole: string): string {
    const manner = this.below(12);
    if (manner < 6) return whole;
    if (manner === 10) return ` ${whole} `;
    if (manner === 11) return JSON.stringify(whole);
    if (manner === 6) return whole.slice(0, this.below(whole.length + 1));
    if (manner === 7) return whole.slice(this.below(whole.length + 1));
    const at = this.below(whole.length + 1);
    const between = this.oneOf([' ', '\n', '-', '.', '\\', '"', '\u200b', '7', 'x', '@']);
    return whole.slice(0, at) + between + whole.slice(at + this.below(2));
  }
}
