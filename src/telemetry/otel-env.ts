/** Environment variables as OpenTelemetry reads them: an empty one is an unset one. */
export class OtelEnv {
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** What is wrong with them. Never a value that may be a secret. */
  readonly warnings: string[] = [];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  text(name: string): string | undefined {
    const value = this.#env[name]?.trim();
    return value === '' ? undefined : value;
  }

  isTrue(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true';
  }

  /** A whole number of at least `least`; the default where it is anything else. */
  count(name: string, fallback: number, least = 0): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
    this.warnings.push(`${name}: expected a whole number of at least ${least}; ${fallback} is used`);
    return fallback;
  }

  /** A share between 0 and 1. */
  ratio(name: string, fallback: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const ratio = /^[\d.eE+-]+$/.test(text) ? Number(text) : Number.NaN;
    if (ratio >= 0 && ratio <= 1) return ratio;
    this.warnings.push(`${name}: expected a number from 0 to 1; ${fallback} is used`);
    return fallback;
  }

  /** The first of these that is set. */
  first(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.text(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

/** `key=value` pairs between commas, percent-encoded. Undefined where any of them is not: half of them would mislead. */
export function readPairs(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>();
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [key, value, ...more] = part.split('=').map((side) => decode(side.trim()));
    if (key === undefined || key === '' || value === undefined || more.length > 0) return undefined;
    pairs.set(key, value);
  }
  return pairs;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // no percent-encoding
  }
}
