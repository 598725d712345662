/** The digits of `text` weighted one by one and added up; those beyond the weights do not count. */
export function weighted(text: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * digitAt(text, index), 0);
}

export function digitAt(text: string, index: number): number {
  return text.charCodeAt(index) - 0x30;
}

/** ISO/IEC 7812-1, annex B. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digitAt(digits, index);
    const doubled = digit * 2;
    const isDoubled = (digits.length - index) % 2 === 0;
    sum += isDoubled ? doubled - (doubled > 9 ? 9 : 0) : digit;
  }
  return sum % 10 === 0;
}

/** ISO/IEC 7064, MOD 11,10. */
export function isMod1110(digits: string): boolean {
  let product = 10;
  for (let index = 0; index + 1 < digits.length; index += 1) {
    const sum = (digitAt(digits, index) + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (product + digitAt(digits, digits.length - 1)) % 10 === 1;
}

const rotations = ['0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258'] as const; // prettier-ignore
const products = ['0123456789', '1234067895', '2340178956', '3401289567', '4012395678', '5987604321', '6598710432', '7659821043', '8765932104', '9876543210'] as const; // prettier-ignore

/** Verhoeff's check over the dihedral group of ten. */
export function isVerhoeff(digits: string): boolean {
  let check = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const rotated = digitAt(rotations[index % 8] ?? '', digitAt(digits, digits.length - 1 - index));
    check = digitAt(products[check] ?? '', rotated);
  }
  return check === 0;
}

/** The check digit of EAN-13. */
export function isEan13(digits: string): boolean {
  return weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;
}

/** Whether the digits are not all the same: such a number passes many checks and is nobody's. */
export function isVaried(digits: string): boolean {
  return !/^(\d)\1*$/u.test(digits);
}

/** Whether there is such a day, in some year. */
export function isDay(month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  if (month === 2) return day <= 29;
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** The number that two digits make. */
export function pairAt(digits: string, index: number): number {
  return digitAt(digits, index) * 10 + digitAt(digits, index + 1);
}
