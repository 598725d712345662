import { alphanumeric, ampersand, atSign, dot, hyphen, percent, underscore } from '../../guards/ascii.ts';
import { ideograph, ignorable, isAsciiLetter, isFoldedDigit, letter } from '../../guards/characters.ts';
import {
  type MatchEnd,
  characterSet,
  compileFind,
  type Detector,
  edge,
  isIn,
  noMatchBefore,
  none,
  type Search,
  undecided,
  type View,
} from '../../guards/detector.ts';
import { isNoMailbox } from './email-context.ts';

/**
 * The longest local part a mail server takes. Of a longer one the last 64 characters are found: what comes before them
 * has left by then, and is no address without its rest.
 */
const localWidth = 64;
/** Scripts without spaces have no word to hold; names in them are short. */
const ideographWidth = 8;
const domainWidth = 255;

/** What a local part begins with. */
const starts = characterSet(alphanumeric, '_', letter);
/**
 * What a local part may hold. `= & ? / # | * { } $` are legal in one as well, but there they end what stands before the
 * address in URLs and code far more often.
 */
const locals = characterSet(alphanumeric, "_.%+-'!~", letter, ignorable);
/** Ends a local part that is written in quotes (RFC 5322, section 3.4.1). Of one with spaces the last word is found. */
const quote = 0x22;
const leads = characterSet(alphanumeric, '_.%+-\'!~"', letter, ignorable);
const signs = characterSet('@%&');
const findSign = compileFind(signs);

/** Endings of file names that look like domains: `logo@2x.png`. None of them is a top-level domain. */
const fileEndings: ReadonlySet<string> = new Set([
  'png', 'jpg', 'jpeg', 'gif', 'svg', 'webp', 'ico', 'bmp', 'js', 'mjs', 'cjs', 'jsx', 'ts', 'tsx', 'json', 'css',
  'scss', 'html', 'xml', 'yml', 'yaml', 'txt', 'tgz', 'gz', 'jar', 'exe', 'dll', 'pdf', 'csv', 'cpp', 'hpp', 'rb',
  'tar', 'whl', 'service', 'socket', 'timer', 'slice', 'mount', 'device', 'target', 'localdomain',
]); // prettier-ignore

const longestFileEnding = Math.max(...Array.from(fileEndings, ({ length }) => length));

const search: Search = {
  signs,
  leads,
  leadWidth: localWidth,
  seek(view, from) {
    for (let sign = findSign(view, from); sign < view.end; sign = findSign(view, sign + 1)) {
      if (view.codeAt(sign) !== atSign && signSize(view, sign) === none) continue;
      const start = localStart(view, from, sign);
      if (start < sign) return start;
    }
    return localStart(view, from, view.end);
  },
};

export const email: Detector = {
  entity: 'EMAIL',
  search,
  tryAt(view, start) {
    return view.codeAt(start) === ideograph ? fromIdeograph(view, start) : fromLetter(view, start);
  },
};

/** Where the local part that ends before `last` may start, not before `from`; `last` where there is none. */
function localStart(view: View, from: number, last: number): number {
  const end = last > from && view.codeAt(last - 1) === quote ? last - 1 : last;
  let start = end;
  if (view.codeAt(end - 1) === ideograph) {
    if (end < last) return last;
    const least = Math.max(from, end - ideographWidth);
    while (start > least && view.codeAt(start - 1) === ideograph) start -= 1;
    return start;
  }
  const { codes } = view;
  const least = Math.max(from, end - localWidth);
  while (start > least && isIn(locals, codes[start - 1] ?? edge)) start -= 1;
  while (start < end && !isIn(starts, codes[start] ?? edge)) start += 1;
  return start < end ? start : last;
}

function fromLetter(view: View, start: number): MatchEnd {
  const { codes, end } = view;
  let index = start;
  while (index < end) {
    const code = codes[index] ?? edge;
    if (locals[code] !== 1) break;
    if (code === percent) {
      if (index + 3 > end && !view.final) return waitOrSlide(start, index, localWidth);
      if (signSize(view, index) > 0) return address(view, start, index, index + 3);
    }
    index += 1;
  }
  if (index === end && !view.final) return waitOrSlide(start, index, localWidth);
  const sign = view.codeAt(index) === quote ? index + 1 : index;
  if (sign === end && !view.final) return waitOrSlide(start, index, localWidth);
  const size = signSize(view, sign);
  if (size === undecided) return waitOrSlide(start, index, localWidth);
  return size > 0 ? address(view, start, sign, sign + size) : noMatchBefore(index);
}

function fromIdeograph(view: View, start: number): MatchEnd {
  let index = start;
  while (view.codeAt(index) === ideograph) index += 1;
  if (view.codeAt(index) === edge && !view.final) return waitOrSlide(start, index, ideographWidth);
  if (view.codeAt(index) !== atSign) return noMatchBefore(index);
  if (index - start > ideographWidth) return noMatchBefore(index - ideographWidth);
  return address(view, start, index, index + 1);
}

/** No `@` in [start, index), and nothing known beyond: only a start within `width` of what follows can still match. */
function waitOrSlide(start: number, index: number, width: number): MatchEnd {
  return index - start <= width ? undecided : noMatchBefore(index - width);
}

/** What stands for `@` in a URL, and in HTML. */
const spellings = ['%40', '&#64;', '&#x40;', '&commat;'] as const;

/** How many characters at `index` are an `@`, `none` where none is; `undecided` where the text stops inside what may be one. */
function signSize(view: View, index: number): number {
  const code = view.codeAt(index);
  if (code === atSign) return 1;
  if (code !== percent && code !== ampersand) return none;
  for (const spelling of spellings) {
    let size = 0;
    while (
      size < spelling.length &&
      (view.codeAt(index + size) | 0x20) === (spelling.charCodeAt(size) | 0x20)
    )
      size += 1;
    if (size === spelling.length) return size;
    if (index + size === view.end && !view.final) return undecided;
  }
  return none;
}

/** What begins at `start` and has its `@` at `sign`, its domain behind that. */
function address(view: View, start: number, sign: number, domain: number): MatchEnd {
  if (sign - start > localWidth) return noMatchBefore(sign - localWidth);
  const end = domainEnd(view, domain);
  if (end === undecided) return undecided;
  // Every later start before this `@` has the same domain, so it fails alike.
  if (end === none) return noMatchBefore(sign + 1);
  const isNone = isNoMailbox(view, localStart(view, 0, sign), end);
  if (isNone === undecided) return undecided;
  return isNone ? noMatchBefore(sign + 1) : end;
}

/** Where the domain that begins at `from` ends, `none` where it is no domain, `undecided` where later text can tell. */
function domainEnd(view: View, from: number): number {
  const limit = from + domainWidth;
  let best = none;
  let labels = 0;
  let label = from;
  let isFullStop = false;
  for (;;) {
    const end = labelEnd(view, label, limit, labels === 0);
    if (end === undecided) return undecided;
    if (end === label || (isFullStop && !fullStopLabels.test(view.text.slice(label, end)))) break;
    labels += 1;
    if (labels > 1) best = topLevelEnd(view, label, end, best);
    const next = view.pastIgnorable(end);
    if (next >= limit) break;
    const separator = view.text.charCodeAt(next);
    const goesOn = best === none || isFullStop;
    isFullStop = next < view.end && (separator === 0x3002 || separator === 0xff61);
    if (isFullStop ? !goesOn : view.codeAt(next) !== dot) break;
    label = next + 1;
  }
  return best !== none && isVersion(view, from, best) ? none : best;
}

/**
 * What an ideographic full stop may stand before in a domain, where it is as good as a dot (RFC 3490, section 3.1). Between
 * other words it ends a sentence.
 */
const fullStopLabels =
  /^(?:[a-z][a-z0-9-]+|中国|中國|公司|网络|網絡|香港|台湾|台灣|新加坡|在线|中文网|网址|商城|广告)$/i;

/** Where the label ends: at its last letter or digit. `undecided` where the text stops before the label does. */
function labelEnd(view: View, label: number, limit: number, first: boolean): number {
  const { codes } = view;
  const stop = Math.min(limit, view.end);
  let index = label;
  let end = label;
  let spaced = false;
  for (; index < stop; index += 1) {
    const code = codes[index] ?? edge;
    if (code === hyphen || code === ignorable) continue;
    // Text of a script without spaces may follow a domain directly.
    if (code === ideograph && spaced && !first) break;
    if (!isIn(starts, code) && code !== ideograph) break;
    if (code === underscore) break;
    if (code !== ideograph && !isFoldedDigit(code)) spaced = true;
    end = index + 1;
  }
  return index === stop && stop < limit && !view.final ? undecided : end;
}

/** The end of the top-level domain that [label, end) starts with, or `best`, the one found before it. */
function topLevelEnd(view: View, label: number, end: number, best: number): number {
  if (end - label > 4 && view.text.slice(label, label + 4).toLowerCase() === 'xn--') return end;
  let index = label;
  let letters = 0;
  for (; index < end; index += 1) {
    const code = view.codeAt(index);
    if (code === ignorable) continue;
    if (!isAsciiLetter(code) && code !== letter && code !== ideograph) break;
    letters += 1;
  }
  if (letters < 2) return best;
  if (index - label > longestFileEnding) return index;
  return fileEndings.has(view.text.slice(label, index).toLowerCase()) ? best : index;
}

/** `package@1.2.x`, `package@v1.0-beta.next`: two labels in front begin with numbers. */
function isVersion(view: View, from: number, end: number): boolean {
  return /^v?\d+\.\d/iu.test(view.text.slice(from, end));
}
