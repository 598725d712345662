import { regions } from './phone-table.ts';

/** How the numbers of one region are written at home. */
export interface HomeForms {
  /** What is dialled before a number, at home only. */
  readonly prefix: string;
  readonly shapes: readonly Shape[];
  /** A number without the prefix. */
  readonly pattern: RegExp;
}

interface Shape {
  /** Whether the first groups hold the prefix. */
  readonly isPrefixed: boolean;
  readonly sizes: readonly (readonly [least: number, most: number])[];
}

/** Whether there is such a region: two letters of ISO 3166-1, in any case. */
export function isRegion(name: string): boolean {
  return lineOf(name) !== undefined;
}

/** The forms of some regions. Read from the table only where a configuration asks for them. */
export function homeForms(names: readonly string[]): readonly HomeForms[] {
  return [...new Set(names.map((name) => lineOf(name)))].flatMap((line) =>
    line === undefined ? [] : [readLine(line)],
  );
}

function lineOf(name: string): string | undefined {
  return /^[a-z]{2}$/iu.test(name)
    ? regions.find((line) => line.startsWith(`${name.toUpperCase()}|`))
    : undefined;
}

function readLine(line: string): HomeForms {
  const [, prefix = '', shapes = '', ...pattern] = line.split('|');
  return {
    prefix,
    shapes: shapes.split(' ').flatMap((shape) => (shape === '' ? [] : [readShape(shape)])),
    pattern: new RegExp(`^(?:${pattern.join('|')})$`, 'u'),
  };
}

function readShape(written: string): Shape {
  const isPrefixed = written.startsWith('^');
  const sizes = written
    .slice(isPrefixed ? 1 : 0)
    .split('/')
    .map((group) => {
      const [least = '', most = least] = group.split('-');
      return [Number(least), Number(most)] as const;
    });
  return { isPrefixed, sizes };
}

/** A number in groups, as the forms of a region ask for it. */
interface GroupedDigits {
  readonly sizes: readonly number[];
  /** All of them, the prefix among them. */
  readonly digits: string;
  /** Whether the grouping may speak for itself, with no prefix. */
  readonly isTelling: boolean;
}

/** Whether a number is written as one of the forms. */
export function isWrittenAtHome(
  forms: readonly HomeForms[],
  { sizes, digits, isTelling }: GroupedDigits,
): boolean {
  return forms.some(({ prefix, shapes, pattern }) =>
    shapes.some((shape) => {
      if (!fits(shape, sizes)) return false;
      if (!shape.isPrefixed) return isTelling && pattern.test(digits);
      return digits.startsWith(prefix) && pattern.test(digits.slice(prefix.length));
    }),
  );
}

function fits({ sizes }: Shape, written: readonly number[]): boolean {
  return (
    sizes.length === written.length &&
    sizes.every(([least, most], at) => {
      const size = written[at] ?? 0;
      return size >= least && size <= most;
    })
  );
}
