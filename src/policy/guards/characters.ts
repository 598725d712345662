import { unseen } from '../text/unseen.ts';

/**
 * What a UTF-16 code unit means to a detector: an ASCII code unit stands for itself, the look-alikes of digits, letters
 * and separators stand for their ASCII form, and everything else falls into one of four classes beyond ASCII.
 */
export const foldedCharacters = 0x84;

/** A letter of a script that puts spaces between words. */
export const letter = 0x80;
/** A character of a script that does not: Han, kana, Hangul, Thai and their neighbours. */
export const ideograph = 0x81;
/** Draws nothing (text/unseen): detectors look through it. */
export const ignorable = 0x82;
export const otherCharacter = 0x83;

interface Range {
  readonly from: number;
  readonly to: number;
  readonly as: number;
}

/** Checked in order; first hit counts. Only code units from 0x80 up come here. */
const ranges: readonly Range[] = [
  { from: 0x00a0, to: 0x00a0, as: 0x20 },
  { from: 0x0080, to: 0x00b4, as: otherCharacter },
  { from: 0x00b6, to: 0x00bf, as: otherCharacter },
  { from: 0x00d7, to: 0x00d7, as: otherCharacter },
  { from: 0x00f7, to: 0x00f7, as: otherCharacter },
  { from: 0x0589, to: 0x0589, as: otherCharacter },
  { from: 0x060c, to: 0x060c, as: otherCharacter },
  { from: 0x061b, to: 0x061f, as: otherCharacter },
  { from: 0x066a, to: 0x066d, as: otherCharacter },
  { from: 0x06d4, to: 0x06d4, as: otherCharacter },
  { from: 0x0964, to: 0x0965, as: otherCharacter },
  { from: 0x0e00, to: 0x0fff, as: ideograph },
  { from: 0x1000, to: 0x109f, as: ideograph },
  { from: 0x1100, to: 0x11ff, as: ideograph },
  { from: 0x1780, to: 0x17ff, as: ideograph },
  { from: 0x00aa, to: 0x1fff, as: letter },
  { from: 0x2000, to: 0x200a, as: 0x20 },
  { from: 0x2010, to: 0x2015, as: 0x2d },
  { from: 0x202f, to: 0x202f, as: 0x20 },
  { from: 0x205f, to: 0x205f, as: 0x20 },
  { from: 0x2212, to: 0x2212, as: 0x2d },
  { from: 0x2000, to: 0x2bff, as: otherCharacter },
  { from: 0x2c00, to: 0x2dff, as: letter },
  { from: 0x3000, to: 0x3000, as: 0x20 },
  { from: 0x2e00, to: 0x3004, as: otherCharacter },
  { from: 0x3008, to: 0x3020, as: otherCharacter },
  { from: 0x3005, to: 0xa4cf, as: ideograph },
  { from: 0xa4d0, to: 0xabff, as: letter },
  { from: 0xac00, to: 0xd7ff, as: ideograph },
  { from: 0xd800, to: 0xf8ff, as: otherCharacter },
  { from: 0xf900, to: 0xfaff, as: ideograph },
  { from: 0xfb00, to: 0xfdff, as: letter },
  { from: 0xfe70, to: 0xfefe, as: letter },
  { from: 0xff66, to: 0xffdc, as: ideograph },
];

const zerosOfDigits = [0x0660, 0x06f0, 0x0966, 0x09e6] as const;

/** The folded form of every UTF-16 code unit, so that text of any script is looked up and never searched. */
export const folds: Uint8Array = foldAll();

function foldAll(): Uint8Array {
  const all = new Uint8Array(0x10000).fill(otherCharacter);
  for (const { from, to, as } of ranges.toReversed()) all.fill(as, from, to + 1);
  const ascii = all.subarray(0, 0x80);
  for (const code of ascii.keys()) ascii[code] = code;
  all.set(ascii.subarray(0x21, 0x7f), 0xff01);
  for (const zero of zerosOfDigits) all.set(ascii.subarray(0x30, 0x3a), zero);
  const units = Buffer.from(Uint16Array.from(all.keys()).buffer).toString('utf16le');
  for (const { index } of units.matchAll(new RegExp(unseen, 'gv'))) all[index] = ignorable;
  return all;
}

/** The folded form of a UTF-16 code unit: always below `foldedCharacters`. */
export function foldCharacter(code: number): number {
  return folds[code] ?? otherCharacter;
}

export function isFoldedDigit(folded: number): boolean {
  return folded >= 0x30 && folded <= 0x39;
}

export function isAsciiLetter(folded: number): boolean {
  const lower = folded | 0x20;
  return folded < 0x80 && lower >= 0x61 && lower <= 0x7a;
}

/** A hexadecimal digit. */
export function isFoldedHex(folded: number): boolean {
  return isFoldedDigit(folded) || (isAsciiLetter(folded) && (folded | 0x20) <= 0x66);
}

/** ASCII letters and digits, and what folds to them. */
export function isWord(folded: number): boolean {
  return isFoldedDigit(folded) || isAsciiLetter(folded);
}

/** A text with the look-alikes of ASCII in ASCII, and without what draws nothing. */
export function plainText(text: string): string {
  let plain = '';
  for (let index = 0; index < text.length; index += 1) {
    const folded = foldCharacter(text.charCodeAt(index));
    if (folded === ignorable) continue;
    plain += folded < 0x80 ? String.fromCharCode(folded) : text.charAt(index);
  }
  return plain;
}
