const form = /^[+-]?(?:\d+\.?\d*|\.\d+)(?<suffix>[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

const powers: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** An amount as Kubernetes writes it: `25m`, `96Mi`, `1e3`. */
export class Quantity {
  readonly amount: number;

  constructor(text: string) {
    const suffix = form.exec(text)?.groups?.['suffix'] ?? '';
    const power = powers[suffix];
    this.amount = power === undefined ? Number(text) : Number(text.slice(0, -suffix.length)) * power;
  }
}

export function isQuantity(text: string): boolean {
  return form.test(text);
}
