import { dot, hyphen, space } from '../../guards/ascii.ts';
import { ignorable, isFoldedDigit, isWord, letter } from '../../guards/characters.ts';
import type { Ahead } from '../search/beginning.ts';
import { characterSet, edge, isIn, none, type View } from '../../guards/detector.ts';

const first = characterSet('ABCEGHJKLMNOPRSTWXYZabceghjklmnoprstwxyz');
const second = characterSet('ABCEGHJKLMNPRSTWXYZabceghjklmnprstwxyz');

/** `at 12 34 56 a` is a time. */
const words: ReadonlySet<string> = new Set(
  'al am an as at be by ce el en es ha he la le me my ne or re se te we'.split(' '),
);

const gaps = characterSet(space, hyphen, dot);

/** Two letters that a National Insurance number begins with, written in pairs: `AB 12 34 56 C`. */
export const letterPair: Ahead = {
  leads: '',
  width: 2,
  isAt: beginsPair,
  before(view, from, start) {
    const pair = start - 3;
    return pair >= from && beginsPair(view, pair) ? pair : none;
  },
};

/** Whether such letters stand at `start`. */
function beginsPair(view: View, start: number): boolean {
  const before = view.codeAt(start - 1);
  if (isWord(before) || before === letter || before === ignorable) return false;
  if (!isIn(first, view.codeAt(start)) || !isIn(second, view.codeAt(start + 1))) return false;
  for (let place = 0; place < 9; place += 1) {
    const code = view.codeAt(start + 2 + place);
    if (code === edge) return !view.final && !isWordAt(view, start);
    if (place % 3 === 0 ? !isIn(gaps, code) : !isFoldedDigit(code)) return false;
  }
  return !isWordAt(view, start);
}

function isWordAt({ text }: View, start: number): boolean {
  const pair = text.slice(start, start + 2);
  return words.has(pair.slice(0, 1).toLowerCase() + pair.slice(1));
}
