import {
  atSign,
  backslash,
  dot,
  equals,
  hyphen,
  percent,
  plus,
  slash,
  underscore,
} from '../../guards/ascii.ts';
import { ignorable, isFoldedDigit, isWord } from '../../guards/characters.ts';
import { characterSet, edge, isIn, type View } from '../../guards/detector.ts';

/** Between or beside words these make one longer thing of them: a path, an address, base64, the name of a variable. */
const joints = characterSet(hyphen, underscore, slash, plus, dot, atSign, percent, backslash);

/** Whether letters and digits that start at `start` are a token of their own. */
export function beginsToken(view: View, start: number): boolean {
  const before = view.codeAt(start - 1);
  if (isWord(before) || before === ignorable) return false;
  return !(isIn(joints, before) && isWord(view.codeAt(start - 2)));
}

/** Whether the token that ends before `end` goes on behind it; `undefined`: not known yet. */
export function tokenGoesOn(view: View, end: number): boolean | undefined {
  const code = view.codeAt(end);
  if (code === edge) return view.final ? false : undefined;
  if (isWord(code) || code === underscore || code === plus || code === equals) return true;
  if (!isIn(joints, code) && code !== ignorable) return false;
  const next = view.codeAt(view.pastIgnorable(end + 1));
  if (next === edge) return view.final ? false : undefined;
  return code === dot ? isFoldedDigit(next) : isWord(next);
}

/** The letters, in upper case, and digits of [start, end) in ASCII. */
export function alphanumericsOf({ codes }: View, start: number, end: number): string {
  let spelled = '';
  for (let index = start; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (isWord(code)) spelled += String.fromCharCode(isFoldedDigit(code) ? code : code & 0x5f);
  }
  return spelled;
}
