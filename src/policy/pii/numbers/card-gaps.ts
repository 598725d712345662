import { dot, hyphen, newLine, slash, space, underscore } from '../../guards/ascii.ts';
import { isFoldedDigit } from '../../guards/characters.ts';
import { characterSet, edge, isIn, none, undecided, type View } from '../../guards/detector.ts';
import { leadingDigits } from './number.ts';

/** What may stand between two groups: blanks, and one of these among them. */
export const cardGaps = characterSet(' -./_\t\n\r');
const blanks = characterSet(' \t\n\r');
export const widestGap = 3;

/** Blanks, but more than a space, and a line break. The marks stand for themselves. */
const wide = 1;
const line = 2;
const carriageReturn = 0x0d;

/**
 * The gaps of what may be a card, one after the other: all blanks, or all with the same mark. What other numbers have between
 * them as well is loose: a slash, an underscore, more than one blank.
 */
export class CardGaps {
  readonly #view: View;
  /** The mark of all gaps, `space` where they are blank, `edge` before the first. */
  #mark: number = edge;
  /** The last gap. */
  #last = none;
  /** Of the gaps so far the loosest, `none` where none is loose. */
  loose = none;

  constructor(view: View) {
    this.#view = view;
  }

  /** Where the group begins behind the gap at `end`; `none` where it is no gap like those before. */
  read(end: number): number {
    const view = this.#view;
    let mark: number = space;
    let kind: number = space;
    let width = 0;
    let index = view.pastIgnorable(end);
    for (; ; index = view.pastIgnorable(index + 1)) {
      if (index >= view.end) return view.final ? none : undecided;
      const code = view.codeAt(index);
      if (isFoldedDigit(code)) break;
      if (!isIn(cardGaps, code) || width === widestGap) return none;
      width += 1;
      if (!isIn(blanks, code)) {
        if (mark !== space) return none;
        mark = code;
      } else if (code === newLine || code === carriageReturn) kind = line;
      else if (kind !== line && (code !== space || width > 1)) kind = wide;
    }
    if (width === 0 || (this.#mark !== edge && mark !== this.#mark)) return none;
    this.#mark = mark;
    this.#last = mark === space ? kind : mark;
    if (this.#last !== space && this.#last !== hyphen && this.#last !== dot) this.loose = this.#last;
    return index;
  }

  /** Whether the group at `next`, behind the gap read last, makes something else of a card with such gaps before it. */
  goesOn(next: number, loose: number): boolean | undefined {
    if (this.#mark !== space) return true;
    if (loose === none || this.#last !== loose) return false;
    const size = leadingDigits(this.#view, next, 4);
    return size === undecided ? undefined : size === 4;
  }
}

/** Whether groups with a loose gap between have one more before them, or a path around. */
export function isInRow(view: View, at: number, end: number, loose: number): boolean {
  const before = view.codeAt(at - 1);
  if (loose === slash || loose === underscore) return before === loose || view.codeAt(end) === loose;
  let index = at - 1;
  let kind = none;
  for (; isIn(blanks, view.codeAt(index)) && at - index <= widestGap; index -= 1)
    kind =
      view.codeAt(index) === newLine || view.codeAt(index) === carriageReturn ? line : Math.max(kind, wide);
  if (!isFoldedDigit(view.codeAt(index))) return false;
  return kind === loose && (kind === line || at - 1 - index > 1 || before !== space);
}
