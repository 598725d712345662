import type { Guard, GuardOut } from '../guard.ts';

/** Holds a text until it is whole, and then does to it what it is told. An empty text is left alone. */
export class WholeGuard implements Guard {
  readonly #enforce: (text: string, out: GuardOut) => void;
  #text = '';

  constructor(enforce: (text: string, out: GuardOut) => void) {
    this.#enforce = enforce;
  }

  push(text: string, _out?: GuardOut): void {
    this.#text += text;
  }

  end(out: GuardOut): void {
    if (this.#text !== '') this.#enforce(this.#text, out);
  }
}
