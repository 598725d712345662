const form = /^(?<whole>\d+)(?:\.(?<part>\d{1,3}))?(?<suffix>[kMGT]|[KMGT]i|m)?$/;

/** In thousandths of a thousandth, so that three digits behind the point of `m` are whole. */
const units: Readonly<Record<string, bigint>> = {
  m: 10n ** 3n,
  k: 10n ** 9n,
  M: 10n ** 12n,
  G: 10n ** 15n,
  T: 10n ** 18n,
  Ki: 10n ** 6n * 2n ** 10n,
  Mi: 10n ** 6n * 2n ** 20n,
  Gi: 10n ** 6n * 2n ** 30n,
  Ti: 10n ** 6n * 2n ** 40n,
};

/**
 * Amounts that the rules take: those of Kubernetes without exponents, and small enough that the API server does not round
 * them, so that both compare them alike.
 */
export const quantityForm = String.raw`^([0-9]{1,6}([.][0-9]{1,3})?([kMGT]|[KMGT]i|m)?|[0-9]{1,15})$`;

/** An amount as Kubernetes writes it: `25m`, `96Mi`. */
export class Quantity {
  readonly amount: bigint;

  constructor(text: string) {
    const { whole = '', part = '', suffix = '' } = form.exec(text)?.groups ?? {};
    if (whole === '') throw new RangeError(`not a quantity: ${text.slice(0, 40)}`);
    this.amount = (BigInt(whole + part.padEnd(3, '0')) * (units[suffix] ?? 10n ** 6n)) / 1000n;
  }
}
