/** A range of the first four digits, and how long a card number that starts with one of them is. */
interface Issuer {
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
}

const maestro = [12, 13, 14, 15, 16, 17, 18, 19] as const;

/** Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay, Maestro, Mir. */
const issuers: readonly Issuer[] = [
  { from: 4000, to: 4999, lengths: [13, 16, 19] },
  { from: 5100, to: 5599, lengths: [16] },
  { from: 2221, to: 2720, lengths: [16] },
  { from: 3400, to: 3499, lengths: [15] },
  { from: 3700, to: 3799, lengths: [15] },
  { from: 6011, to: 6011, lengths: [16, 19] },
  { from: 6440, to: 6599, lengths: [16, 19] },
  { from: 3000, to: 3059, lengths: [14, 16] },
  { from: 3090, to: 3099, lengths: [14, 16] },
  { from: 3600, to: 3699, lengths: [14, 16] },
  { from: 3800, to: 3999, lengths: [14, 16] },
  { from: 3500, to: 3599, lengths: [16, 19] },
  { from: 2131, to: 2131, lengths: [15] },
  { from: 1800, to: 1800, lengths: [15] },
  { from: 6200, to: 6299, lengths: [16, 17, 18, 19] },
  { from: 5010, to: 5039, lengths: maestro },
  { from: 5600, to: 5899, lengths: maestro },
  { from: 6304, to: 6304, lengths: maestro },
  { from: 6390, to: 6390, lengths: maestro },
  { from: 6700, to: 6799, lengths: maestro },
  { from: 2200, to: 2204, lengths: [16, 17, 18, 19] },
];

/** For each of four first digits the lengths as bits: a number that is no card is seen as such after four digits. */
const lengthsByPrefix = new Uint32Array(10_000);
for (const { from, to, lengths } of issuers) {
  lengthsByPrefix.fill(
    lengths.reduce((bits, length) => bits | (1 << length), 0),
    from,
    to + 1,
  );
}

/** Whether cards start with these four digits. */
export function isIssuer(prefix: number): boolean {
  return lengthsByPrefix[prefix] !== 0;
}

/** Whether cards that start with these four digits are this long. */
export function isCardLength(prefix: number, length: number): boolean {
  return (((lengthsByPrefix[prefix] ?? 0) >> length) & 1) === 1;
}
