import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

// Condenses the metadata of libphonenumber to what the detector of phone numbers asks: `npm run generate` writes the table.

const format = z
  .tuple([z.string(), z.string(), z.unknown().optional(), z.unknown().optional(), z.unknown().optional()])
  .rest(z.unknown());
const region = z
  .tuple([z.string(), z.unknown(), z.string(), z.array(z.number())])
  .rest(z.unknown())
  .transform(([callingCode, , pattern, lengths, formats, prefix]) => ({
    callingCode,
    pattern,
    lengths,
    formats: z.array(format).catch([]).parse(formats),
    prefix: typeof prefix === 'string' ? prefix : '',
  }));
const metadata = z.object({
  country_calling_codes: z.record(z.string(), z.array(z.string())),
  countries: z.record(z.string(), region),
  nonGeographic: z.record(z.string(), region),
});

/** Numbers as they were before the last change of a plan, which address books and old mails still hold. */
const formerLengths: Readonly<Record<string, readonly number[]>> = { '52': [11], '225': [8], '229': [8] };

type Region = z.infer<typeof region>;
type Format = z.infer<typeof format>;

const { resolve } = createRequire(import.meta.url);

/** The source of src/policy/pii/phone/phone-table.ts. */
export function phoneTable(): string {
  const found = metadata.parse(
    JSON.parse(readFileSync(resolve('libphonenumber-js/metadata.min.json'), 'utf8')),
  );
  const { countries, nonGeographic, country_calling_codes: codes } = found;
  const lines = Object.entries(countries)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([name, one]) =>
        `  ${quoted(regionLine(name, one, countries[codes[one.callingCode]?.[0] ?? ''] ?? one))},\n`,
    );
  const lengths = callingCodes([...Object.values(countries), ...Object.values(nonGeographic)]);
  return `// Made by npm run generate from the metadata of libphonenumber, Copyright The Libphonenumber Authors, Apache License 2.0,
// by way of the package libphonenumber-js, MIT License.

/** Each country calling code with the lengths of its numbers, without the code: \`45:8\`. */
export const callingCodes =
  ${quoted(lengths)};

/**
 * \`DE|0|^3/3-13 4/7|[2-9]\\\\d{5,14}\`: a region, the prefix its numbers are dialled with at home, the sizes of the groups they are
 * written in (after \`^\` the first groups hold the prefix), and the pattern of its numbers without the prefix.
 */
export const regions: readonly string[] = [
${lines.join('')}];
`;
}

function callingCodes(all: readonly Region[]): string {
  const lengths = new Map<string, Set<number>>();
  for (const one of all) {
    const known = lengths.get(one.callingCode) ?? new Set();
    lengths.set(one.callingCode, known);
    for (const length of [...one.lengths, ...(formerLengths[one.callingCode] ?? [])]) known.add(length);
  }
  return [...lengths]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, known]) => `${code}:${[...known].toSorted((a, b) => a - b).join(',')}`)
    .join(' ');
}

/** A region without formats of its own writes its numbers as the main one of its calling code does. */
function regionLine(name: string, one: Region, main: Region): string {
  const formats = one.formats.length > 0 ? one.formats : main.formats;
  const shapes = new Set(formats.flatMap((each) => shapesOf(each, one.prefix)));
  return [name, one.prefix, [...shapes].join(' '), one.pattern].join('|');
}

function shapesOf([pattern, , , rule, isOptional]: Format, prefix: string): readonly string[] {
  const groups = [...pattern.matchAll(/\(\\d(?:\{(\d+)(?:,(\d+))?\})?\)/gu)].map(
    ([, least = '1', most = least]) => ({
      least: Number(least),
      most: Number(most),
    }),
  );
  const read = groups.map(
    ({ least, most }) =>
      `(\\d${least === 1 && most === 1 ? '' : `{${least === most ? least : `${least},${most}`}}`})`,
  );
  if (read.join('') !== pattern) throw new Error(`a format of another form: ${pattern}`);
  const written = typeof rule === 'string' ? rule.replaceAll(/[()-]/gu, '') : '';
  const plain = groups.length > 1 ? [shapeOf(groups)] : [];
  const dialled = prefixed(groups, written, prefix);
  if (dialled === undefined) return plain;
  return isOptional === 1 ? [...plain, ...dialled] : dialled;
}

interface Size {
  readonly least: number;
  readonly most: number;
}

/** The same with the prefix in the first group, or as a group of its own; undefined where the rule has none. */
function prefixed(groups: readonly Size[], rule: string, prefix: string): readonly string[] | undefined {
  const [first, ...others] = groups;
  if (prefix === '' || first === undefined || !rule.startsWith(prefix)) return undefined;
  const { length } = prefix;
  if (rule.includes(' ')) return [`^${shapeOf([{ least: length, most: length }, ...groups])}`];
  if (others.length === 0) return [];
  return [`^${shapeOf([{ least: first.least + length, most: first.most + length }, ...others])}`];
}

function shapeOf(groups: readonly Size[]): string {
  return groups.map(({ least, most }) => (least === most ? `${least}` : `${least}-${most}`)).join('/');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\')}'`;
}
