import { dot, hyphen, space, underscore } from '../../guards/ascii.ts';
import { isAsciiLetter, isFoldedDigit, isWord } from '../../guards/characters.ts';
import { characterSet, edge, endUnless, isIn, none, undecided, type View } from '../../guards/detector.ts';
import { beginsNumber, goesOn } from '../numbers/number.ts';
import { beginsToken, tokenGoesOn } from './token.ts';

/**
 * How a value is written, character by character: `#` a digit, `A` a letter, `X` either, `~` a space, hyphen or dot, and
 * anything else itself.
 */
export type Form = string;

/** A sort of number that a country gives to persons or their businesses. */
export interface NationalId {
  /** Its country and name, for the record: `gb_nhs`. */
  readonly name: string;
  /** Forms that prove themselves by punctuation, structure and check digits. */
  readonly forms?: readonly Form[];
  /** Forms that are common numbers too, and need one of `words` before them. */
  readonly announced?: readonly Form[];
  /** The source of a regular expression for whole words, in any case. */
  readonly words?: string;
  /** `text` holds the letters, in upper case, and the digits, all of the form. */
  readonly isValid: (text: string) => boolean;
}

/** Where the value in this form that starts at `start` ends; `none` where none does, `undecided` where later text can tell. */
export function readForm(view: View, start: number, form: Form): number {
  let index = start;
  let end = start;
  for (let place = 0; place < form.length; place += 1) {
    index = view.pastIgnorable(end);
    const code = view.codeAt(index);
    if (code === edge) return view.final ? none : undecided;
    if (!isAt(form.charCodeAt(place), code)) return none;
    end = index + 1;
  }
  return endUnless(isFoldedDigit(view.codeAt(start)) ? goesOn(view, end) : tokenGoesOn(view, end), end);
}

const digitPlace = 0x23;
const letterPlace = 0x41;
const wordPlace = 0x58;
const gapPlace = 0x7e;

/** Whether a folded character may stand where a form has `place`. */
export function isAt(place: number, code: number): boolean {
  if (place === digitPlace) return isFoldedDigit(code);
  if (place === letterPlace) return isAsciiLetter(code);
  if (place === wordPlace) return isWord(code);
  if (place === gapPlace) return code === space || code === hyphen || code === dot;
  return place === code;
}

const joints = characterSet('.,:/');

/** Whether what stands before `start` leaves it the beginning of a value: no decimal, date, path or longer name. */
export function beginsForm(view: View, start: number): boolean {
  if (!isFoldedDigit(view.codeAt(start))) return beginsToken(view, start);
  return !view.goesOnWord(start) && beginsDigits(view, start);
}

/** The same of what begins with a digit, which letters may stand before if they seem to be apart. */
export function beginsDigits(view: View, start: number): boolean {
  const before = view.codeAt(start - 1);
  const beyond = view.codeAt(start - 2);
  if (before === underscore && isWord(beyond)) return false;
  return !(isIn(joints, before) && isFoldedDigit(beyond)) && beginsNumber(view, start);
}
