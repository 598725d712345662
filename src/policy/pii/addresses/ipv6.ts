import { colon, dot, hyphen, underscore } from '../../guards/ascii.ts';
import { ignorable, isFoldedDigit, isFoldedHex, isWord } from '../../guards/characters.ts';
import {
  characterSet,
  compileFind,
  type Detector,
  edge,
  noMatchBefore,
  none,
  type Search,
  undecided,
  type View,
} from '../../guards/detector.ts';
import { spell } from '../numbers/number.ts';
import { groupsOf, type IpScope, isPublic6 } from './ip-scope.ts';
import { readOctets } from './ipv4.ts';

/** Four hex digits, and some characters that draw nothing between them. */
const groupWidth = 16;

const signs = characterSet(':');
const findColon = compileFind(signs);

const search: Search = {
  signs,
  leads: characterSet('0123456789abcdefABCDEF'),
  leadWidth: groupWidth,
  seek(view, from) {
    for (let sign = findColon(view, from); sign < view.end; sign = findColon(view, sign + 1)) {
      const next = view.codeAt(sign + 1);
      if (next !== colon && next !== edge && next !== ignorable && !isFoldedHex(next)) continue;
      const start = groupStart(view, from, sign);
      if (start < sign || ((next === colon || next === edge) && !isJoint(view.codeAt(sign - 1))))
        return start;
    }
    return groupStart(view, from, view.end);
  },
};

/**
 * IPv6 addresses (RFC 4291), compressed and with an embedded IPv4 address too. `::`, `::1` and short compressed forms
 * without a group of four digits stay: `1::2` is a slice and `abc::def` a name in more programs than it is an address.
 */
export function ipv6Of(scope: IpScope): Detector {
  return {
    entity: 'IP_ADDRESS',
    search,
    tryAt(view, at) {
      const read = readGroups(view, at);
      if (read === undecided) return undecided;
      if (read === none || !isAddress(read)) return noMatchBefore(at + 1);
      const isAsked = scope === 'all' || isPublic6(groupsOf(spell(view, at, read.end)));
      return isAsked ? read.end : noMatchBefore(at + 1);
    },
  };
}

/** Where the group of up to four hex digits before `end` starts, not before `from`; `end` where there is none. */
function groupStart(view: View, from: number, end: number): number {
  let start = end;
  let size = 0;
  const { codes } = view;
  const least = Math.max(0, end - groupWidth);
  for (let index = end - 1; index >= least && size <= 4; index -= 1) {
    const code = codes[index] ?? edge;
    if (code === ignorable) continue;
    if (!isFoldedHex(code)) break;
    start = index;
    size += 1;
  }
  return size > 4 || start < from || isJoint(view.codeAt(start - 1)) ? end : start;
}

/** Whether what stands before an address would make it the rest of something longer. */
function isJoint(before: number): boolean {
  return isWord(before) || before === colon || before === dot || before === hyphen || before === underscore;
}

interface Groups {
  readonly end: number;
  readonly count: number;
  readonly compressed: boolean;
  /** Has an embedded IPv4 address. */
  readonly mixed: boolean;
  readonly longest: number;
  readonly hasDigit: boolean;
}

function isAddress({ count, compressed, mixed, longest, hasDigit }: Groups): boolean {
  if (!compressed) return count === 8 && (longest > 2 || longest === 1);
  return count <= 7 && (mixed || (longest === 4 && hasDigit));
}

/** Reads groups of up to four hex digits with colons between. One branch a token: an automaton, so longer than most. */
function readGroups(view: View, start: number): Groups | typeof none | typeof undecided {
  let index = start;
  let end = start;
  let count = 0;
  let compressed = false;
  let mixed = false;
  let longest = 0;
  let hasDigit = false;
  for (;;) {
    const group = readHex(view, index);
    if (group.size > 4) return none;
    const after = view.codeAt(group.end);
    if (after === edge && !view.final) return undecided;
    if (after === dot && group.decimal) {
      const octets = readOctets(view, index);
      if (octets === undecided) return undecided;
      if (octets !== none) {
        [mixed, end, count] = [true, octets.end, count + 2];
        if (!compressed && count !== 8) return none;
        break;
      }
    }
    if (group.size > 0) {
      [end, count] = [group.end, count + 1];
      longest = Math.max(longest, group.size);
      hasDigit ||= group.hasDigit;
      if (isWord(after) || after === underscore || count > 8) return none;
    }
    if (after !== colon) break;
    const next = view.codeAt(group.end + 1);
    if (next === edge && !view.final) return undecided;
    if (next === colon) {
      if (compressed || (group.size === 0 && count > 0)) return none;
      compressed = true;
      end = group.end + 2;
      index = end;
      continue;
    }
    if (group.size === 0) return none;
    if (!isFoldedHex(next)) break;
    index = group.end + 1;
  }
  const last = view.codeAt(end);
  if (last === edge && !view.final) return undecided;
  return isWord(last) || last === underscore ? none : { end, count, compressed, mixed, longest, hasDigit };
}

/** Up to five hex digits from `start`: five are one too many for a group. */
function readHex(view: View, start: number) {
  let size = 0;
  let decimal = true;
  let hasDigit = false;
  let index = start;
  for (; size < 5 && isFoldedHex(view.codeAt(index)); index = view.pastIgnorable(index + 1)) {
    size += 1;
    if (isFoldedDigit(view.codeAt(index))) hasDigit = true;
    else decimal = false;
  }
  return { size, end: index, decimal: decimal && size > 0, hasDigit };
}
