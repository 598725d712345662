import { space } from '../../guards/ascii.ts';
import { ignorable, isAsciiLetter, isFoldedDigit, isWord } from '../../guards/characters.ts';
import { edge, isIn, type View } from '../../guards/detector.ts';
import { type Head, manyDigits } from './beginning.ts';

/** Heads as tables of bits: what may begin at a place is a look at each, however many heads there are. */
export class HeadTable {
  /** Most letters before a digit. */
  readonly mostLetters: number;
  readonly #letters: Int32Array;
  /** The same where the text ends behind so many letters, or digits, and more may come. */
  readonly #lettersSoFar: Int32Array;
  readonly #digits: Int32Array;
  readonly #digitsSoFar: Int32Array;
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  /** By the width of their gap; 0 for those that need none. */
  readonly #gapped: Int32Array;
  readonly #lone: number;
  readonly #inRow: number;
  readonly #numbers: number;
  readonly #conditions: readonly Condition[];

  /** Each head is the bit at its place. */
  constructor(heads: readonly Head[]) {
    const bitsOf = (is: (head: Head) => boolean): number =>
      heads.reduce((bits, head, index) => (is(head) ? bits | (1 << index) : bits), 0);
    const table = (size: number, is: (head: Head, index: number) => boolean): Int32Array =>
      Int32Array.from({ length: size }, (_, index) => bitsOf((head) => is(head, index)));
    const widest = Math.max(0, ...heads.map(({ gap }) => gap?.widest ?? 0));
    this.mostLetters = Math.max(0, ...heads.flatMap(({ letters = [] }) => letters));
    this.#letters = table(this.mostLetters + 1, ({ letters = [0] }, size) => letters.includes(size));
    this.#lettersSoFar = table(
      this.mostLetters + 1,
      ({ letters = [0] }, size) => Math.max(...letters) >= size,
    );
    this.#digits = table(manyDigits + 1, (head, size) => head.digits.includes(size));
    this.#digitsSoFar = table(manyDigits + 1, (head, size) => Math.max(...head.digits) >= size);
    this.#first = table(edge + 1, ({ first }, code) =>
      first === undefined ? isWord(code) : first.includes(String.fromCharCode(code)),
    );
    this.#next = table(edge + 1, ({ next }, code) => next === undefined || isIn(next, code));
    this.#gapped = table(widest + 2, ({ gap }, width) => gap !== undefined && gap.widest >= width);
    this.#lone = bitsOf(({ gap }) => gap?.isLone === true);
    this.#inRow = bitsOf(({ gap }) => gap?.isInRow === true);
    this.#numbers = bitsOf(({ isNumber }) => isNumber === true);
    const wheres = new Set(heads.flatMap(({ where }) => where ?? []));
    this.#conditions = [...wheres].map((where) => ({ where, bits: bitsOf((head) => head.where === where) }));
  }

  /** The heads, as bits, that the word or sign at `start` may be, as far as is known. */
  at(view: View, start: number): number {
    const { codes, end } = view;
    const first = view.codeAt(start);
    let index = isWord(first) ? start : start + 1;
    let letters = 0;
    let digits = 0;
    let code: number = edge;
    for (; index < end; index += 1) {
      code = codes[index] ?? edge;
      if (code === ignorable) continue;
      if (isFoldedDigit(code) && isWord(first)) digits += 1;
      else if (digits === 0 && isAsciiLetter(code)) letters += 1;
      else break;
    }
    const isCut = index >= end;
    if (isCut && view.final && digits === 0) return 0;
    const letterHeads = isCut && digits === 0 ? this.#lettersSoFar : this.#letters;
    const digitHeads = isCut ? this.#digitsSoFar : this.#digits;
    let heads = (this.#first[first] ?? 0) & (letterHeads[letters] ?? 0);
    heads &= digitHeads[Math.min(digits, manyDigits)] ?? 0;
    if (!isCut) heads &= this.#next[code] ?? 0;
    const gapped = heads & (this.#gapped[0] ?? 0);
    if (gapped !== 0 && !isCut) heads = (heads & ~gapped) | this.#alongGap(view, start, index, gapped);
    return heads === 0 ? 0 : this.#without(view, start, heads);
  }

  /** Which of some heads have the gap at `gap` between their digits and more. */
  #alongGap(view: View, start: number, gap: number, gapped: number): number {
    let heads = gapped;
    for (let index = gap; heads !== 0; index += 1) {
      const code = view.codeAt(index);
      if (code === edge || code === ignorable) return heads;
      if (isFoldedDigit(code)) {
        if (isLone(view, index)) heads &= this.#lone;
        const isRow = index === gap + 1 && view.codeAt(gap) === space && isInRow(view, start);
        return isRow ? heads & this.#inRow : heads;
      }
      heads &= (this.#next[code] ?? 0) & (this.#gapped[index - gap + 1] ?? 0);
    }
    return heads;
  }

  /** The heads that what stands around does not rule out. */
  #without(view: View, start: number, heads: number): number {
    let left = heads;
    const numbers = this.#numbers;
    if ((left & numbers) !== 0 && view.isInside(start)) left &= ~numbers;
    if ((left & ~numbers) !== 0 && view.goesOnWord(start)) left &= numbers;
    const conditions = this.#conditions;
    for (let index = 0; index < conditions.length; index += 1) {
      const condition = conditions[index];
      if (condition === undefined || (left & condition.bits) === 0) continue;
      if (!condition.where(view, start)) left &= ~condition.bits;
    }
    return left;
  }
}

interface Condition {
  readonly where: (view: View, at: number) => boolean;
  readonly bits: number;
}

/** Whether no digit follows the one at `index`, but what is known. */
function isLone(view: View, index: number): boolean {
  const next = view.codeAt(index + 1);
  return next !== edge && next !== ignorable && !isFoldedDigit(next);
}

/** Whether another number stands right before `start`, with a space between. By codes: to read the text would join its pieces. */
function isInRow(view: View, start: number): boolean {
  return view.codeAt(start - 1) === space && isFoldedDigit(view.codeAt(start - 2));
}
