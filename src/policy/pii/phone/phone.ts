import {
  atSign,
  close,
  colon,
  dot,
  hyphen,
  open,
  plus,
  slash,
  space,
  underscore,
} from '../../guards/ascii.ts';
import { ignorable, isAsciiLetter, isFoldedDigit, isWord } from '../../guards/characters.ts';
import { characterSet, edge, endUnless, isIn, none, undecided, type View } from '../../guards/detector.ts';
import { isOfDump, isWeight } from '../numbers/dump-line.ts';
import { isLabelled } from '../numbers/number-label.ts';
import { hasEnoughDigits, separators, widestSeparation } from '../numbers/number.ts';
import { type ValueStart, sizesFrom, type Value } from '../search/beginning.ts';
import { isAnnouncedBefore, isAnnouncedBehind, isQuantity } from './phone-context.ts';
import { type HomeForms, homeForms } from './phone-regions.ts';
import { looksAtHome, looksCutOff, looksLikePhone, mayBePhone, type Surroundings } from './phone-shape.ts';
import { type Gap, type Group, separation, separationOf, WrittenNumber } from './written-number.ts';

const mostDigits = 17;
const mostGap = 3;
/** Of a number without a plus. */
const mostGroups = 6;
const fewestDigits = 6;
const zero = 0x30;
/** Of the letters that make an id of a number. */
const longestSuffix = 6;
const neverBefore = characterSet('$#@%\\&^');
/** With a digit before it and one after, each of these makes one number of both. */
const joints = characterSet('-.:/,', ignorable);

/** A plus behind these adds. */
const operands = characterSet(')]}');

/**
 * Phone numbers: international, North American, national forms by their grouping or by the words before them, and those of
 * some regions by the grouping usual there.
 */
export function phoneOf(regions: readonly string[]): Value {
  const forms = homeForms(regions);
  return {
    entity: 'PHONE',
    begins,
    endAt(view, at) {
      const before = surroundings(view, at);
      return before === none ? none : longestPhone(view, at, { around: before, forms });
    },
  };
}

const grouped = { next: separators, isNumber: true } as const;
const begins: readonly ValueStart[] = [
  { digits: [0], first: '+(', next: characterSet('0123456789'), isNumber: true, where: hasEnoughDigits },
  { digits: sizesFrom(fewestDigits), isNumber: true },
  { ...grouped, digits: sizesFrom(1, 3), gap: { widest: widestSeparation }, where: hasEnoughDigits },
  { ...grouped, digits: sizesFrom(4, 5), gap: { widest: widestSeparation } },
  {
    ...grouped,
    digits: sizesFrom(2, 5),
    first: '0',
    gap: { widest: widestSeparation, isLone: true },
    where: (view, at) => leadsAbroad(view, at) && hasEnoughDigits(view, at),
  },
];

/** Whether it begins with the two zeros that lead abroad. */
function leadsAbroad(view: View, at: number): boolean {
  return view.codeAt(at) === zero && view.codeAt(at + 1) === zero;
}

/** What a number is judged by besides its digits. */
interface Grounds {
  readonly around: Surroundings;
  readonly forms: readonly HomeForms[];
}

/** What stands right before the number, or `none` where that rules a phone number out. */
function surroundings(view: View, at: number): Surroundings | typeof none {
  const first = view.codeAt(at);
  const before = view.codeAt(at - 1);
  const beyond = view.codeAt(at - 2);
  if (isIn(neverBefore, before) || before === plus) return none;
  if (first === plus && isIn(operands, before)) return none;
  if ((isFoldedDigit(beyond) && isIn(joints, before)) || isWeight(view, at)) return none;
  if (before === dot && isDottedToken(view, at - 2)) return none;
  return {
    attached: (before === hyphen || before === slash) && isAsciiLetter(beyond),
    inRow: before === space && isFoldedDigit(beyond),
    opened: first === open || (before === open && isWord(beyond)),
    isCalled: before === open && (isAsciiLetter(beyond) || beyond === underscore),
  };
}

const longestToken = 6;

/** Whether what ends at `last` holds a digit, as in `417C.0022.0002`; a word, as in `Tel.0221`, does not. */
function isDottedToken(view: View, last: number): boolean {
  for (let index = last; index > last - longestToken && isWord(view.codeAt(index)); index -= 1)
    if (isFoldedDigit(view.codeAt(index))) return true;
  return false;
}

/**
 * Where the longest phone number that starts at `start` ends, or `none`. Groups are read once, with short gaps, and only as
 * far as a phone number goes on: most numbers are none.
 */
function longestPhone(view: View, start: number, grounds: Grounds): number {
  const { around } = grounds;
  const mark = view.codeAt(start);
  const isInternational = mark === plus;
  const from = isInternational || mark === open ? view.pastIgnorable(start + 1) : start;
  const head = view.codeAt(from);
  if (head === edge && !view.final) return undecided;
  const first = isFoldedDigit(head) ? readGroup(view, from) : none;
  if (first === undecided || first === none) return first;
  // In a row only a North American number is told from the others.
  if (around.inRow && !isInternational && first.size !== 3 && first.size !== 1) return none;
  // Groups of one digit are usual only in international numbers: `+33 1 23 45 67 89`, `+41 (0)69 …`.
  const least = isInternational || leadsAbroad(view, from) ? 1 : 2;
  const written = new WrittenNumber(start, first, isInternational, around.opened);
  let parentheses = around.opened ? 1 : 0;
  let longest = none;
  for (;;) {
    const gap = readGap(view, written.end, parentheses);
    if (gap === undecided) return undecided;
    if (gap === none || (written.groups === 1 && isRow(gap, written, around))) break;
    const group = readGroup(view, gap.end);
    if (group === undecided) return undecided;
    if (group === none || group.size < least || written.count + group.size > mostDigits) break;
    if (written.count >= fewestDigits && mayEndAt(view, written, gap)) {
      if (looksCutOff(view, written, around)) longest = written.end;
    }
    written.add(gap, group);
    parentheses = gap.parentheses;
    if (written.groups > mostGroups && !isInternational) return longest;
  }
  const end = lastEnd(view, written, grounds);
  if (end === undecided || (end === none && longest === none)) return end;
  const counts = isQuantity(view, written.end);
  if (counts !== false) return counts === undefined ? undecided : none;
  return end === none ? longest : end;
}

/** A number that goes on may still end at a space, or be all that an international one can be; a dot may lead to decimals. */
function mayEndAt(view: View, written: WrittenNumber, gap: Gap): boolean {
  if (!written.isInternational) return view.codeAt(written.end) === space;
  return gap.separation !== separation.dot || written.separation(0) === separation.dot;
}

/** Whether the number is one in a row, each a space apart. */
function isRow(gap: Gap, { isInternational }: WrittenNumber, { inRow }: Surroundings): boolean {
  return inRow && !isInternational && gap.separation === separation.space;
}

/** The end of a number that no more groups follow, or `none` where it is no phone number. */
function lastEnd(view: View, written: WrittenNumber, grounds: Grounds): number {
  if (written.count < fewestDigits) return none;
  const isPhone = isTold(view, written, grounds);
  if (isPhone !== true) return isPhone === undefined ? undecided : none;
  // Bytes and addresses of memory have neither a plus nor parentheses.
  const isDump =
    written.isInternational || written.isOpened ? false : isOfDump(view, written.start, written.end);
  const end = endUnless(isDump, written.end);
  return end > 0 ? whereItEnds(view, end) : end;
}

/** Whether its looks or the words around it tell a phone number; `undefined`: not known yet. */
function isTold(view: View, written: WrittenNumber, { around, forms }: Grounds): boolean | undefined {
  const { start, end, isInternational } = written;
  const looks = looksLikePhone(view, written, around) || looksAtHome(view, written, around, forms);
  if (looks && (isInternational || (!around.isCalled && !isLabelled(view, start)))) return true;
  if (!mayBePhone(view, written, around)) return false;
  if (isAnnouncedBefore(view, start)) return true;
  if (looks || isLabelled(view, start)) return false;
  const extension = readExtension(view, end);
  if (extension === undecided) return undefined;
  return isAnnouncedBehind(view, extension === none ? end : extension);
}

/** The digits from `start`, which is one; `none` where they are too many, `undecided` where later text could add one. */
function readGroup(view: View, start: number): Group | typeof none | typeof undecided {
  const { codes, end } = view;
  let last = start;
  let size = 0;
  let value = 0;
  let binary = true;
  let index = start;
  for (; index < end; index += 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable) continue;
    if (!isFoldedDigit(code)) break;
    if (size === mostDigits) return none;
    size += 1;
    value = value * 10 + code - zero;
    binary &&= code <= 0x31;
    last = index;
  }
  if (index === end && !view.final) return undecided;
  return { end: last + 1, size, value, head: view.codeAt(start) - zero, binary };
}

/** Up to three separators that digits follow, or `none`. A number has one pair of parentheses at most. */
function readGap(view: View, start: number, before: number): Gap | typeof none | typeof undecided {
  let parentheses = before;
  let width = 0;
  let index = start;
  let first: number = edge;
  let second: number = edge;
  let spaced = false;
  for (; ; index += 1) {
    if (index >= view.end) return view.final ? none : undecided;
    const code = view.codes[index] ?? edge;
    if (code === ignorable) continue;
    if (isFoldedDigit(code)) break;
    if (width === mostGap || !isIn(separators, code)) return none;
    if (code === open || code === close) {
      if (parentheses !== (code === open ? 0 : 1)) return none;
      parentheses += 1;
    }
    if (width === 0) first = code;
    else if (width === 1) second = code;
    spaced ||= code === space;
    width += 1;
  }
  if (width === 0) return none;
  return { end: index, separation: separationOf(width, first, second), spaced, parentheses };
}

/** The end with an extension (`x12`, `ext. 12`) taken in; `none` where what follows makes it something else. */
function whereItEnds(view: View, end: number): number {
  const extension = readExtension(view, end);
  if (extension !== none) return extension;
  const after = view.codeAt(end);
  if (isWord(after) || after === atSign) return none;
  const next = view.codeAt(end + 1);
  if (after === edge || next === edge) {
    if (!view.final && (after === edge || isTie(after))) return undecided;
    return end;
  }
  if (!isTie(after) || !isWord(next)) return end;
  if (isFoldedDigit(next) || after === underscore) return none;
  return after === hyphen ? whereNoIdEnds(view, end) : end;
}

/** A letter or two behind a hyphen, or letters with a digit, make an id of it: `-A`, `-Z9`. `-Office` does not. */
function whereNoIdEnds(view: View, end: number): number {
  let size = 0;
  let digits = 0;
  while (size < longestSuffix && isWord(view.codeAt(end + 1 + size))) {
    if (isFoldedDigit(view.codeAt(end + 1 + size))) digits += 1;
    size += 1;
  }
  if (size < longestSuffix && view.codeAt(end + 1 + size) === edge && !view.final) return undecided;
  return size <= 2 || digits > 0 ? none : end;
}

function isTie(code: number): boolean {
  return code === hyphen || code === dot || code === slash || code === colon || code === underscore;
}

/** Matches ` ?(x|ext)\.? ?\d{1,6}` one character at a time, because each may be the last to have arrived. */
function readExtension(view: View, start: number): number {
  let index = start;
  if (view.codeAt(index) === space) index += 1;
  for (const part of (view.codeAt(index) | 0x20) === 0x65 ? 'ext' : 'x') {
    if (view.codeAt(index) === edge && !view.final) return undecided;
    if ((view.codeAt(index) | 0x20) !== part.charCodeAt(0)) return none;
    index += 1;
  }
  if (view.codeAt(index) === dot) index += 1;
  if (view.codeAt(index) === space) index += 1;
  let end = none;
  for (let size = 0; size < 6 && isFoldedDigit(view.codeAt(index)); size += 1) {
    index += 1;
    end = index;
  }
  if (view.codeAt(index) === edge && !view.final) return undecided;
  return isWord(view.codeAt(index)) ? none : end;
}
