import { foldedCharacters, ignorable } from '../../guards/characters.ts';
import { edge, type View } from '../../guards/detector.ts';
import { type Form, isAt } from './form.ts';

/** One bit each. */
const mostForms = 30;

/**
 * Tells in which of some forms a text is written, all of them read at once: a number in dense digits could be in many, is
 * in none, and reading one form after the other was most of the time.
 */
export class FormSet {
  /** For each place, and each sort of character, the forms that have it there. */
  readonly #places: Int32Array;
  /** For each size the forms that long. */
  readonly #ends: Int32Array;
  readonly #all: number;
  readonly #most: number;

  constructor(forms: readonly Form[]) {
    if (forms.length > mostForms) throw new Error(`${forms.length} forms are more than a set can hold`);
    this.#most = Math.max(0, ...forms.map(({ length }) => length));
    this.#all = (1 << forms.length) - 1;
    this.#places = new Int32Array(this.#most * foldedCharacters);
    this.#ends = new Int32Array(this.#most + 1);
    for (const [index, form] of forms.entries()) this.#add(form, 1 << index);
  }

  #add(form: Form, bit: number): void {
    for (let place = 0; place < form.length; place += 1) {
      const first = place * foldedCharacters;
      for (let code = 0; code < foldedCharacters; code += 1) {
        if (isAt(form.charCodeAt(place), code))
          this.#places[first + code] = (this.#places[first + code] ?? 0) | bit;
      }
    }
    this.#ends[form.length] = (this.#ends[form.length] ?? 0) | bit;
  }

  /** The forms, as bits by their order, in which a text starts at `start`, or in which more of it could turn out to be. */
  at(view: View, start: number): number {
    const places = this.#places;
    let alive = this.#all;
    let found = 0;
    let index = start;
    for (let place = 0; place < this.#most; place += 1) {
      if (view.codeAt(index) === ignorable) index = view.pastIgnorable(index);
      const code = view.codeAt(index);
      if (code === edge) return view.final ? found : found | alive;
      alive &= places[place * foldedCharacters + code] ?? 0;
      if (alive === 0) return found;
      found |= alive & (this.#ends[place + 1] ?? 0);
      index += 1;
    }
    return found;
  }
}
