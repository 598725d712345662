import { atSign, close, colon, dot, hyphen, open, plus, slash, space, underscore } from '../guards/ascii.ts';
import { isAsciiLetter, isDigit, isWord } from '../guards/characters.ts';
import {
  type Attempt,
  codeAt,
  characterSet,
  isIn,
  type Detector,
  edge,
  noMatchBefore,
  pastIgnorable,
  undecided,
  type View,
} from '../guards/detector.ts';
import { leadingDigits, numberSearch, spell } from './number.ts';
import { announcesPhone } from './phone-context.ts';
import { looksLikePhone, mayBePhone, type Surroundings, type Written } from './phone-shape.ts';

const contextWidth = 40;
const mostDigits = 17;
const mostGap = 3;
const fewestDigits = 6;
const separators = characterSet(' -./()');
const neverBefore = characterSet('$#@%\\&^');
/** With a digit before it and one after, each of these makes one number of both. */
const joints = characterSet('-.:/,');

/** Phone numbers: international, North American, and national forms by their grouping or by the words before them. */
export const phone: Detector = {
  entity: 'PHONE',
  search: numberSearch,
  tryAt(view, at) {
    const before = surroundings(view, at);
    if (before === none) return noMatchBefore(at + 1);
    const runs = readRuns(view, at, before);
    if (runs === undecided) return undecided;
    return longestPhone({ view, at, before, runs });
  },
};

const none = -1;

/** What stands right before the number, or `none` where that rules a phone number out. */
function surroundings(view: View, at: number): Surroundings | typeof none {
  const first = codeAt(view, at);
  const before = codeAt(view, at - 1);
  const beyond = codeAt(view, at - 2);
  if (isIn(neverBefore, before) || before === plus) return none;
  if (isDigit(beyond) && isIn(joints, before)) return none;
  return {
    attached: (before === hyphen || before === slash) && isAsciiLetter(beyond),
    inRow: before === space && isDigit(beyond),
    opened: first === open || (before === open && isWord(beyond)),
    cut: false,
  };
}

/** The number up to the end of one of its groups. */
interface Run {
  readonly end: number;
  /** Digits so far. */
  readonly count: number;
}

/**
 * Reads groups of digits with short gaps; one result a group, each with all before it. Stops early where no phone number
 * goes on: most numbers are none, and a row of numbers would be read once for each of them.
 */
function readRuns(view: View, start: number, around: Surroundings): readonly Run[] | typeof undecided {
  const runs: Run[] = [];
  const first = codeAt(view, start);
  const marked = first === plus || first === open;
  const from = marked ? pastIgnorable(view, start + 1) : start;
  if (codeAt(view, from) === edge && !view.final) return undecided;
  if (!isDigit(codeAt(view, from))) return runs;
  // Groups of one digit are usual only in international numbers: `+33 1 23 45 67 89`, `+41 (0)69 …`.
  const singles = first === plus || (codeAt(view, from) === 0x30 && codeAt(view, from + 1) === 0x30);
  let gap: Gap = { end: from, first: edge, width: 0, parentheses: around.opened ? 1 : 0 };
  let count = 0;
  for (;;) {
    const size = leadingDigits(view, gap.end, mostDigits);
    if (size === undecided) return undecided;
    if (count + size > mostDigits || (size < 2 && count > 0 && !singles)) return runs;
    const end = pastDigits(view, gap.end, size);
    count += size;
    runs.push({ end, count });
    const next = readGap(view, pastIgnorable(view, end), gap.parentheses);
    if (next === undecided) return undecided;
    if (next === none) return runs;
    if (runs.length === 1 && around.inRow && first !== plus && next.width === 1 && next.first === space)
      return runs;
    gap = next;
  }
}

/** The index right after the last of `size` digits from `start` on. */
function pastDigits(view: View, start: number, size: number): number {
  let index = start;
  for (let left = size; left > 1; left -= 1) index = pastIgnorable(view, index + 1);
  return index + 1;
}

interface Gap {
  readonly end: number;
  readonly first: number;
  readonly width: number;
  /** 0: none so far, 1: one is open, 2: it is closed. */
  readonly parentheses: number;
}

/** Up to three separators that digits follow, or `none`. A number has one pair of parentheses at most. */
function readGap(view: View, start: number, before: number): Gap | typeof none | typeof undecided {
  let parentheses = before;
  let width = 0;
  let index = start;
  for (;;) {
    const code = codeAt(view, index);
    if (code === edge && !view.final) return undecided;
    if (isDigit(code))
      return width === 0 ? none : { end: index, first: codeAt(view, start), width, parentheses };
    if (width === mostGap || !isIn(separators, code)) return none;
    if (code === open || code === close) {
      if (parentheses !== (code === open ? 0 : 1)) return none;
      parentheses += 1;
    }
    width += 1;
    index = pastIgnorable(view, index + 1);
  }
}

interface Candidate {
  readonly view: View;
  readonly at: number;
  readonly before: Surroundings;
  readonly runs: readonly Run[];
}

function longestPhone({ view, at, before, runs }: Candidate): Attempt {
  for (let last = runs.length - 1; last >= 0; last -= 1) {
    const run = runs[last];
    if (run === undefined || run.count < fewestDigits) break;
    const cut = last < runs.length - 1;
    if (cut && codeAt(view, at) !== plus && codeAt(view, run.end) !== space) continue;
    const around = { ...before, cut };
    const written = writtenAs(view, { at, end: run.end, opened: before.opened });
    if (!looksLikePhone(written, around) && !(mayBePhone(written, around) && announced(view, at))) continue;
    const end = cut ? run.end : whereItEnds(view, run.end);
    if (end === undecided) return undecided;
    if (end !== none) return end;
  }
  return noMatchBefore(at + 1);
}

interface Stretch {
  readonly at: number;
  readonly end: number;
  readonly opened: boolean;
}

function writtenAs(view: View, { at, end, opened }: Stretch): Written {
  const text = spell(view, at, end);
  const spelled = opened && codeAt(view, at) !== open ? `(${text}` : text;
  return { spelled, shape: spelled.replaceAll(/\d/gu, 'd'), digits: spelled.replaceAll(/\D/gu, '') };
}

function announced(view: View, at: number): boolean {
  return announcesPhone(view.text.slice(Math.max(0, at - contextWidth), at));
}

/** The end with an extension (`x12`, `ext. 12`) taken in; `none` where what follows makes it something else. */
function whereItEnds(view: View, end: number): number {
  const extension = readExtension(view, end);
  if (extension !== none) return extension;
  const after = codeAt(view, end);
  if (isWord(after) || after === atSign) return none;
  const next = codeAt(view, end + 1);
  if (after === edge || next === edge) {
    if (!view.final && (after === edge || isTie(after))) return undecided;
    return end;
  }
  return isTie(after) && isWord(next) && (isDigit(next) || after === underscore) ? none : end;
}

function isTie(code: number): boolean {
  return code === hyphen || code === dot || code === slash || code === colon || code === underscore;
}

/** Matches ` ?(x|ext)\.? ?\d{1,6}` one character at a time, because each may be the last to have arrived. */
function readExtension(view: View, start: number): number {
  let index = start;
  if (codeAt(view, index) === space) index += 1;
  for (const part of (codeAt(view, index) | 0x20) === 0x65 ? 'ext' : 'x') {
    if (codeAt(view, index) === edge && !view.final) return undecided;
    if ((codeAt(view, index) | 0x20) !== part.charCodeAt(0)) return none;
    index += 1;
  }
  if (codeAt(view, index) === dot) index += 1;
  if (codeAt(view, index) === space) index += 1;
  let end = none;
  for (let size = 0; size < 6 && isDigit(codeAt(view, index)); size += 1) {
    index += 1;
    end = index;
  }
  if (codeAt(view, index) === edge && !view.final) return undecided;
  return isWord(codeAt(view, index)) ? none : end;
}
