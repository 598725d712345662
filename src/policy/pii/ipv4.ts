import { dot, hyphen, slash } from '../guards/ascii.ts';
import { isAsciiLetter, isDigit } from '../guards/characters.ts';
import {
  codeAt,
  type Detector,
  edge,
  noMatchBefore,
  pastIgnorable,
  undecided,
  type View,
} from '../guards/detector.ts';
import { beginsNumber, goesOn } from './number.ts';
import { numberKinds, numberSearch } from './number-search.ts';

/** Words right before four dotted numbers that make them a version or a heading. */
const versionBefore =
  /(?:\b(?:version|ver|release|build|revision|rev|section|sec|chapter|clause|figure|fig|table|v)\b[ .:=]{0,3}|§ ?)$/iu;
const versionWidth = 16;

/** Numbers all below this are a heading (`5.2.1.4`) as often as an address, and need a word that says which. */
const headingBelow = 32;
const addressBefore =
  /(?:(?<![a-z])(?:ips?|ipv4|address(?:es)?|hosts?|server|dns|resolver|nameserver|ping|from|to|at|via|gateway|client|peer|proxy)(?![a-z])|:\/\/|@|\[)[^0-9\n]{0,20}$/iu;
const contextWidth = 40;

/**
 * IPv4 addresses in dotted form. Those that name no machine of anybody's stay: 0.0.0.0, 127.0.0.0/8, 255.x.x.x masks. Private ranges do
 * not: they describe the inside of a network.
 */
export const ipv4: Detector = {
  entity: 'IP_ADDRESS',
  search: numberSearch,
  kind: numberKinds.ipv4,
  tryAt(view, at) {
    const octets = readOctets(view, at);
    if (octets === undecided) return undecided;
    if (octets === none || isNobodys(octets.first)) return noMatchBefore(at + 1);
    if (!beginsNumber(view, at) || isProductVersion(view, at)) return noMatchBefore(at + 1);
    const more = goesOn(view, octets.end);
    if (more === undefined) return undecided;
    return more || isNumbering(view, at, octets) ? noMatchBefore(at + 1) : octets.end;
  },
};

/** A version or the number of a section. */
function isNumbering(view: View, at: number, { first, largest }: Octets): boolean {
  if (versionBefore.test(view.text.slice(Math.max(0, at - versionWidth), at))) return true;
  if (largest >= headingBelow || first === 10) return false;
  return !addressBefore.test(view.text.slice(Math.max(0, at - contextWidth), at));
}

function isNobodys(first: number): boolean {
  return first === 0 || first === 127 || first === 255;
}

/** `Chrome/120.0.0.0`, `lib-1.2.3.4`. */
function isProductVersion(view: View, at: number): boolean {
  const before = codeAt(view, at - 1);
  return (before === slash || before === hyphen) && isAsciiLetter(codeAt(view, at - 2));
}

export const none = -1;

interface Octets {
  readonly first: number;
  readonly largest: number;
  readonly end: number;
}

/** Four numbers up to 255 with dots between, or `none`. */
export function readOctets(view: View, start: number): Octets | typeof none | typeof undecided {
  let first = 0;
  let largest = 0;
  let index = start;
  for (let octet = 0; octet < 4; octet += 1) {
    let value = 0;
    let size = 0;
    for (; isDigit(codeAt(view, index)); index = pastIgnorable(view, index + 1)) {
      value = value * 10 + codeAt(view, index) - 0x30;
      size += 1;
      if (size > 3) return none;
    }
    if (octet === 0) first = value;
    const code = codeAt(view, index);
    if (code === edge && !view.final) return size > 0 && value > 255 ? none : undecided;
    if (size === 0 || value > 255) return none;
    largest = Math.max(largest, value);
    if (octet === 3) break;
    if (code !== dot) return none;
    index = pastIgnorable(view, index + 1);
  }
  return { first, largest, end: withoutIgnorable(view, index) };
}

/** The number ends at its last digit, not after what draws nothing behind it. */
function withoutIgnorable(view: View, end: number): number {
  let index = end;
  while (!isDigit(codeAt(view, index - 1))) index -= 1;
  return index;
}
