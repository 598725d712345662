import { dot, hyphen, space } from '../../guards/ascii.ts';
import { isDigit, isWord } from '../../guards/characters.ts';
import {
  characterSet,
  codeAt,
  edge,
  isIn,
  none,
  pastIgnorable,
  undecided,
  type View,
} from '../../guards/detector.ts';
import type { Value } from '../search/beginning.ts';
import { wordsBefore } from '../words/words-before.ts';
import { isLabelled } from './number-label.ts';
import {
  beginsNumber,
  goesOn,
  hasEnoughDigits,
  leadingDigits,
  nextGroup,
  pastDigits,
  separatorAfter,
  tightSeparators,
  valueOf,
} from './number.ts';

const width = 9;
const firstSize = 3;
const laterSizes = [2, 4] as const;

/** What must stand within 40 characters before nine digits for them to be one, unless hyphens group them and nothing makes an id of them. */
const context = /(?<![a-z])(?:ssn|social.security|soc\.? ?sec|tax.?payer.?id|itin)(?![a-z]{3})/iu;
const contextWidth = 40;

/** US Social Security numbers, and the taxpayer numbers (9xx) written the same way. */
export const ssn: Value = {
  entity: 'SSN',
  begins: [
    { digits: [9], isNumber: true },
    { digits: [3], next: tightSeparators, gap: { widest: 1 }, isNumber: true, where: hasEnoughDigits },
  ],
  endAt(view, at) {
    if (!beginsNumber(view, at)) return none;
    const written = readGroups(view, at);
    if (written === undecided || written === none) return written;
    if (!isAssignable(valueOf(view, at, written.end))) return none;
    const { end, separator } = written;
    // "123 45 6789 12 345" is a row of numbers, not one of these.
    if (separator !== hyphen && follows(view, at)) return none;
    const more = goesOn(view, end);
    if (more === undefined) return undecided;
    if (more) return none;
    const isPart = isPartOfId(view, at, end);
    if (isPart === undefined) return undecided;
    const needsWord = separator !== hyphen || isPart || isLabelled(view, at);
    return needsWord && !hasContext(view, at) ? none : end;
  },
};

interface Groups {
  readonly end: number;
  /** `edge` where there is one group only. */
  readonly separator: number;
}

/** Nine digits in one group, or in three, with no further group behind; `none` where there are others. */
function readGroups(view: View, start: number): Groups | typeof none | typeof undecided {
  const first = leadingDigits(view, start, width);
  if (first === undecided) return undecided;
  if (first !== width && first !== firstSize) return none;
  let end = pastDigits(view, start, first);
  let next = nextGroup(view, end, edge);
  if (first === width) return next === none ? { end, separator: edge } : orUndecided(next);
  const separator = separatorAfter(view, end);
  for (const expected of laterSizes) {
    if (next <= 0) return orUndecided(next);
    const size = leadingDigits(view, next, expected);
    if (size !== expected) return orUndecided(size);
    end = pastDigits(view, next, size);
    next = nextGroup(view, end, separator);
  }
  return next === none ? { end, separator } : orUndecided(next);
}

function orUndecided(read: number): typeof none | typeof undecided {
  return read === undecided ? undecided : none;
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
  if (isIn(joints, codeAt(view, start - 1)) && isWord(codeAt(view, start - 2))) return true;
  if (!isIn(joints, codeAt(view, end))) return false;
  const next = codeAt(view, pastIgnorable(view, end + 1));
  return next === edge && !view.final ? undefined : isWord(next);
}

function hasContext(view: View, at: number): boolean {
  return context.test(wordsBefore(view.text, at - contextWidth, at));
}

/** Whether a number stands right before. */
function follows({ text }: View, at: number): boolean {
  const gap = text.charCodeAt(at - 1);
  return (gap === space || gap === dot) && isDigit(text.charCodeAt(at - 2));
}
