import { dot } from '../../guards/ascii.ts';
import { isFoldedDigit } from '../../guards/characters.ts';
import { characterSet, edge, endUnless, none, undecided, type View } from '../../guards/detector.ts';
import { beginsNumber, goesOn, hasEnoughDigits } from '../numbers/number.ts';
import type { ValueStart, Value } from '../search/beginning.ts';
import { isAddressHere } from './ip-context.ts';
import { type IpScope, isPublic4 } from './ip-scope.ts';

/**
 * IPv4 addresses in dotted form, of which many are none: versions of four numbers and numbers of sections are written alike.
 * Masks are no address of anything.
 */
export function ipv4Of(scope: IpScope): Value {
  return {
    entity: 'IP_ADDRESS',
    begins,
    endAt(view, at) {
      const octets = readOctets(view, at);
      if (octets === undecided || octets === none) return octets;
      if (isMask(octets.address) || (scope === 'public' && !isPublic4(octets.address))) return none;
      if (!beginsNumber(view, at)) return none;
      const end = endUnless(goesOn(view, octets.end), octets.end);
      if (end <= 0) return end;
      const isOne = isAddressHere(view, at, end, octets.address);
      return isOne === false ? none : isOne && end;
    },
  };
}

const begins: readonly ValueStart[] = [
  {
    digits: [1, 2, 3],
    next: characterSet('.'),
    gap: { widest: 1, isLone: true },
    isNumber: true,
    where: hasEnoughDigits,
  },
];

/** Ones, then zeros. */
function isMask(address: number): boolean {
  const zeros = 2 ** 32 - address;
  return address >>> 24 === 0xff && address !== 0xffff_ffff && (zeros & (zeros - 1)) === 0;
}

interface Octets {
  readonly address: number;
  readonly end: number;
}

/** Four numbers up to 255 with dots between, or `none`. */
export function readOctets(view: View, start: number): Octets | typeof none | typeof undecided {
  let address = 0;
  let index = start;
  for (let octet = 0; octet < 4; octet += 1) {
    let value = 0;
    let size = 0;
    for (; isFoldedDigit(view.codeAt(index)); index = view.pastIgnorable(index + 1)) {
      value = value * 10 + view.codeAt(index) - 0x30;
      size += 1;
      if (size > 3) return none;
    }
    const code = view.codeAt(index);
    if (code === edge && !view.final) return size > 0 && value > 255 ? none : undecided;
    if (size === 0 || value > 255) return none;
    address = address * 256 + value;
    if (octet === 3) break;
    if (code !== dot) return none;
    index = view.pastIgnorable(index + 1);
  }
  return { address, end: withoutIgnorable(view, index) };
}

/** The number ends at its last digit, not after what draws nothing behind it. */
function withoutIgnorable(view: View, end: number): number {
  let index = end;
  while (!isFoldedDigit(view.codeAt(index - 1))) index -= 1;
  return index;
}
