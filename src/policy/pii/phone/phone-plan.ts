import { callingCodes } from './phone-table.ts';
import { powers } from './written-number.ts';

/** No calling code is longer. */
const longestCode = 3;

/** For each country calling code the lengths of its numbers, as bits; 0 where no country has it. */
const lengthsOf = readCallingCodes();

function readCallingCodes(): Uint16Array {
  const table = new Uint16Array(10 ** longestCode);
  for (const entry of callingCodes.split(' ')) {
    const [code, lengths = ''] = entry.split(':');
    for (const length of lengths.split(','))
      table[Number(code)] = (table[Number(code)] ?? 0) | (1 << Number(length));
  }
  return table;
}

/**
 * Whether a country has numbers of as many digits as `value`, which begins with its calling code. Only lengths count: new
 * prefixes are given out every month.
 */
export function isPossibleAbroad(value: number, digits: number): boolean {
  for (let size = 1; size <= longestCode; size += 1) {
    const length = digits - size;
    const rest = powers[length] ?? 1;
    const lengths = lengthsOf[Math.trunc(value / rest)] ?? 0;
    if (lengths === 0) continue;
    if (has(lengths, length)) return true;
    // People write the zero that is dialled at home only: `+44 (0)20 7946 0958`.
    const hasTrunkZero = Math.trunc(value / (powers[length - 1] ?? 1)) % 10 === 0;
    return hasTrunkZero && has(lengths, length - 1);
  }
  return false;
}

function has(lengths: number, length: number): boolean {
  return ((lengths >> length) & 1) === 1;
}
