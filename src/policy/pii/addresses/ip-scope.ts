/** Which addresses are looked for: those that are reachable from everywhere, or every one. */
export const ipScopes = ['public', 'all'] as const;
export type IpScope = (typeof ipScopes)[number];

interface Block4 {
  readonly from: number;
  readonly size: number;
}

function block4([a, b, c]: readonly [number, number, number], bits: number): Block4 {
  return { from: ((a * 256 + b) * 256 + c) * 256, size: 2 ** (32 - bits) };
}

/** IANA's registry of special-purpose IPv4 addresses, what of it is not globally reachable, and multicast (RFC 5771). */
const special4: readonly Block4[] = [
  block4([0, 0, 0], 8), // this network
  block4([10, 0, 0], 8), // private
  block4([100, 64, 0], 10), // shared by the customers of a provider
  block4([127, 0, 0], 8), // loopback
  block4([169, 254, 0], 16), // link-local
  block4([172, 16, 0], 12), // private
  block4([192, 0, 0], 24), // protocol assignments
  block4([192, 0, 2], 24), // documentation
  block4([192, 88, 99], 24), // relays, withdrawn
  block4([192, 168, 0], 16), // private
  block4([198, 18, 0], 15), // benchmarks
  block4([198, 51, 100], 24), // documentation
  block4([203, 0, 113], 24), // documentation
  block4([224, 0, 0], 3), // multicast, reserved, broadcast
];

/** Whether an IPv4 address, as a number, is reachable from everywhere. */
export function isPublic4(address: number): boolean {
  return !special4.some(({ from, size }) => address >= from && address < from + size);
}

/** A prefix as its groups, and its length in bits. */
type Block6 = readonly [groups: readonly number[], bits: number];

/** The same for IPv6, of 2000::/3: outside of it nothing is given out but the forms below that hold an IPv4 address. */
const special6: readonly Block6[] = [
  [[0x2001, 0x0002, 0], 48], // benchmarks
  [[0x2001, 0x0010], 28], // identifiers, withdrawn
  [[0x2001, 0x0db8], 32], // documentation
  [[0x3fff, 0], 20], // documentation
];

/** Prefixes behind which an IPv4 address stands, and the group it begins with. */
const holding4: readonly (readonly [...Block6, at: number])[] = [
  [[0, 0, 0, 0, 0, 0xffff], 96, 6], // mapped
  [[0x64, 0xff9b, 0, 0, 0, 0], 96, 6], // translated
  [[0, 0, 0, 0, 0, 0], 96, 6], // compatible
  [[0x2002], 16, 1], // 6to4
];

/** Whether an IPv6 address, as its eight groups, is reachable from everywhere. */
export function isPublic6(groups: readonly number[]): boolean {
  for (const [prefix, bits, at] of holding4)
    if (isWithin(groups, [prefix, bits]))
      return isPublic4((groups[at] ?? 0) * 0x1_0000 + (groups[at + 1] ?? 0));
  return isWithin(groups, [[0x2000], 3]) && !special6.some((block) => isWithin(groups, block));
}

function isWithin(groups: readonly number[], [prefix, bits]: Block6): boolean {
  return prefix.every((group, index) => {
    const unused = Math.max(0, 16 - (bits - 16 * index));
    return (groups[index] ?? 0) >> unused === group >> unused;
  });
}

/** The eight groups of an IPv6 address that is written as it should be. */
export function groupsOf(written: string): readonly number[] {
  const [before = '', after] = written.split('::');
  const first = groupsIn(before);
  if (after === undefined) return first;
  const last = groupsIn(after);
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
}

function groupsIn(part: string): readonly number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
