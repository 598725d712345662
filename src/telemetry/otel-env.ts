/** Environment variables as OpenTelemetry reads them: an empty one is an unset one. Of several names the first that is set counts. */
export class OtelEnv {
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** What is wrong with them. Never a value that may be a secret. */
  readonly warnings: string[] = [];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  text(...names: readonly string[]): string | undefined {
    return names.map((name) => this.#env[name]?.trim() ?? '').find((value) => value !== '');
  }

  isTrue(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true';
  }

  /** A whole number of at least `least`; the default where it is anything else. */
  count(names: readonly string[], fallback: number, least = 0): number {
    return this.#number(names, fallback, {
      isGood: (text) => /^\d{1,9}$/.test(text) && Number(text) >= least,
      expected: `a whole number of at least ${least}`,
    });
  }

  /** A share between 0 and 1. */
  ratio(name: string, fallback: number): number {
    return this.#number([name], fallback, {
      isGood: (text) => /^[\d.eE+-]+$/.test(text) && Number(text) >= 0 && Number(text) <= 1,
      expected: 'a number from 0 to 1',
    });
  }

  #number(
    names: readonly string[],
    fallback: number,
    { isGood, expected }: { readonly isGood: (text: string) => boolean; readonly expected: string },
  ): number {
    const name = names.find((one) => this.text(one) !== undefined) ?? '';
    const text = this.text(name);
    if (text === undefined) return fallback;
    if (isGood(text)) return Number(text);
    this.warnings.push(`${name}: expected ${expected}; ${fallback} is used`);
    return fallback;
  }
}

/** `key=value` pairs between commas, percent-encoded; undefined in the place of what is none. */
export function readPairs(text: string): readonly (readonly [string, string] | undefined)[] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const at = part.indexOf('=');
      const [key, value] = [part.slice(0, Math.max(at, 0)), part.slice(at + 1)].map((side) =>
        decode(side.trim()),
      );
      return key === undefined || key === '' || value === undefined ? undefined : [key, value];
    });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // no percent-encoding
  }
}
