import { hash } from 'node:crypto';
import { keccak_256 as keccak } from '@noble/hashes/sha3.js';

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const bech32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const checkBytes = 4;
/** A version, 20 bytes of a hash, and the check. */
const addressBytes = 25;
const payToKeyHash = 0x00;
const payToScriptHash = 0x05;

/** Bitcoin addresses in base 58: pay to public key hash (`1…`) and to script hash (`3…`), by version and check. */
export function isBase58Address(text: string): boolean {
  let value = 0n;
  for (const character of text) {
    const digit = base58.indexOf(character);
    if (digit === -1) return false;
    value = value * 58n + BigInt(digit);
  }
  const zeros = text.length - text.replace(/^1+/u, '').length;
  const hex = value.toString(16);
  const bytes = Buffer.from('00'.repeat(zeros) + (hex.length % 2 === 0 ? hex : `0${hex}`), 'hex');
  if (bytes.length !== addressBytes || (bytes[0] !== payToKeyHash && bytes[0] !== payToScriptHash))
    return false;
  const payload = bytes.subarray(0, -checkBytes);
  const check = hash('sha256', hash('sha256', payload, 'buffer'), 'buffer').subarray(0, checkBytes);
  return check.equals(bytes.subarray(-checkBytes));
}

const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
const bech32Check = 1;
const bech32mCheck = 0x2bc830a3;
/** What `bc` expands to. */
const prefix = [3, 3, 0, 2, 3] as const;

/** Bitcoin's segregated-witness addresses (`bc1…`, BIP 173 and BIP 350), in one case. */
export function isWitnessAddress(text: string): boolean {
  const lower = text.toLowerCase();
  if ((text !== lower && text !== text.toUpperCase()) || !lower.startsWith('bc1')) return false;
  const words = Array.from(lower.slice(3), (character) => bech32.indexOf(character));
  if (words.includes(-1)) return false;
  const version = words[0] ?? 0;
  if (version > 16 || (version === 0 && text.length !== 42 && text.length !== 62)) return false;
  return polymod([...prefix, ...words]) === (version === 0 ? bech32Check : bech32mCheck);
}

function polymod(words: readonly number[]): number {
  let check = 1;
  for (const word of words) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ word;
    for (const [bit, generator] of generators.entries()) if (((top >> bit) & 1) === 1) check ^= generator;
  }
  return check >>> 0;
}

/** Ethereum addresses: 40 hexadecimal digits after `0x`. The case of letters, where it is mixed, is a check (ERC-55). */
export function isHexAddress(text: string): boolean {
  const digits = text.slice(2);
  if (!/^[\da-f]{40}$/iu.test(digits) || /^0{36}/u.test(digits)) return false;
  const lower = digits.toLowerCase();
  if (digits === lower || digits === digits.toUpperCase()) return true;
  const sums = Buffer.from(keccak(Buffer.from(lower, 'latin1'))).toString('hex');
  return Array.from(lower).every((digit, index) => {
    const isUpper = Number.parseInt(sums.charAt(index), 16) >= 8;
    return digits.charAt(index) === (isUpper ? digit.toUpperCase() : digit);
  });
}
