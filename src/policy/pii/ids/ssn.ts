import { dot, hyphen, space } from '../../guards/ascii.ts';
import { isFoldedDigit, isWord } from '../../guards/characters.ts';
import { characterSet, edge, isIn, none, undecided, type View } from '../../guards/detector.ts';
import type { Value } from '../search/beginning.ts';
import { wordsBefore } from '../words/announcement.ts';
import { FormSet } from './form-set.ts';
import { type Form, readForm } from './form.ts';
import { isLabelled } from '../numbers/number-label.ts';
import { beginsNumber, hasEnoughDigits, pastDigits, tightSeparators } from '../numbers/number.ts';
import { alphanumericsOf } from './token.ts';

const forms: readonly Form[] = ['###-##-####', '### ## ####', '###.##.####', '#########'];
const set = new FormSet(forms);

/** What must stand within 40 characters before nine digits for them to be one, unless hyphens group them and nothing makes an id of them. */
const context = /(?<![a-z])(?:ssn|social.security|soc\.? ?sec|tax.?payer.?id|itin)(?![a-z]{3})/iu;

/** US Social Security numbers, and the taxpayer numbers (9xx) written the same way. */
export const ssn: Value = {
  entity: 'SSN',
  begins: [
    { digits: [9], isNumber: true },
    {
      digits: [3],
      next: tightSeparators,
      gap: { widest: 1, isInRow: true },
      isNumber: true,
      where: hasEnoughDigits,
    },
  ],
  endAt(view, at) {
    const possible = beginsNumber(view, at) ? set.at(view, at) : 0;
    for (let index = 0; possible >> index !== 0; index += 1) {
      const end = ((possible >> index) & 1) === 1 ? readForm(view, at, forms[index] ?? '') : none;
      if (end !== none) return end === undecided ? undecided : numberEnd(view, at, end);
    }
    return none;
  },
};

/** Where what is written in one of the forms ends, if it is one of these numbers. */
function numberEnd(view: View, at: number, end: number): number {
  if (!isAssignable(Number(alphanumericsOf(view, at, end)))) return none;
  const isHyphened = separatorOf(view, at) === hyphen;
  // "123 45 6789 12 345" is a row of numbers, not one of these.
  if (!isHyphened && follows(view, at)) return none;
  const isRow = isHyphened || separatorOf(view, at) === dot ? false : isFollowed(view, end);
  const isPart = isPartOfId(view, at, end);
  if (isRow === undefined || isPart === undefined) return undecided;
  if (isRow) return none;
  return (!isHyphened || isPart || isLabelled(view, at)) && !context.test(wordsBefore(view, at)) ? none : end;
}

/** What stands behind the first three digits. */
function separatorOf(view: View, at: number): number {
  return view.codeAt(view.pastIgnorable(pastDigits(view, at, 3)));
}

/** Whether another number stands behind a space; `undefined`: not known yet. */
function isFollowed(view: View, end: number): boolean | undefined {
  const gap = view.pastIgnorable(end);
  const next = view.pastIgnorable(gap + 1);
  if (!view.final && (gap >= view.end || (view.codeAt(gap) === space && next >= view.end))) return undefined;
  return view.codeAt(gap) === space && isFoldedDigit(view.codeAt(next));
}

/** 000, 666 and the empty groups were never issued; 9xx only to taxpayers without a number, with a group from 50. */
function isAssignable(digits: number): boolean {
  const area = Math.trunc(digits / 1_000_000);
  const group = Math.trunc(digits / 10_000) % 100;
  if (area === 0 || area === 666 || group === 0 || digits % 10_000 === 0) return false;
  return area < 900 || group >= 50;
}

const joints = characterSet('-_/');

/** Whether letters are tied to it, before or behind: `123-45-6789-B`; `undefined`: not known yet. */
function isPartOfId(view: View, start: number, end: number): boolean | undefined {
  if (isIn(joints, view.codeAt(start - 1)) && isWord(view.codeAt(start - 2))) return true;
  if (!isIn(joints, view.codeAt(end))) return false;
  const next = view.codeAt(view.pastIgnorable(end + 1));
  return next === edge && !view.final ? undefined : isWord(next);
}

/** Whether a number stands right before. */
function follows({ text }: View, at: number): boolean {
  const gap = text.charCodeAt(at - 1);
  return (gap === space || gap === dot) && isFoldedDigit(text.charCodeAt(at - 2));
}
