import * as fc from 'fast-check';

const spaces = fc.constantFrom('', '', '', ' ', '\n', '\r\n\t', '  ');
const numbers = fc.constantFrom(
  '0',
  '-0',
  '1',
  '-12',
  '9007199254740993',
  '1e400',
  '-1.5E-3',
  '0.10',
  '1e+5',
);

const strings = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => JSON.stringify(text).slice(1, -1)),
      fc.constantFrom(
        '\\u0041',
        '\\ud83d',
        '\\uDE00',
        '\\/',
        '\\"',
        '\\\\',
        '😀',
        'é',
        '\\n',
        'bob@example.com',
      ),
    ),
    { maxLength: 4 },
  )
  .map((parts) => `"${parts.join('')}"`);

/** JSON as hardly any serialiser writes it: odd white space, odd escapes, odd numbers. No key is written twice. */
export const jsonTexts: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(strings, numbers, fc.constantFrom('true', 'false', 'null')),
    fc.array(fc.tuple(spaces, tie('value'), spaces), { maxLength: 4 }).map(asList),
    fc
      .uniqueArray(fc.tuple(strings, spaces, spaces, tie('value'), spaces), {
        maxLength: 4,
        selector: ([key]) => String(JSON.parse(key)),
      })
      .map(asObject),
  ),
})).value;

function asList(items: readonly (readonly [string, string, string])[]): string {
  return `[${items.map(([before, item, after]) => before + item + after).join(',')}${items.length === 0 ? ' ' : ''}]`;
}

function asObject(members: readonly (readonly [string, string, string, string, string])[]): string {
  return `{${members.map(([key, a, b, value, c]) => `${a}${key}${a}:${b}${value}${c}`).join(',')}}`;
}

const fragments = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u00',
  'e',
  '.',
  '-',
  '0',
  '1',
  ' ',
  '\n',
  'null',
  '\u0001',
  '\u00a0',
];

/** JSON with a few characters put in, taken out or cut off. Some of it is still JSON. */
export const mutatedTexts: fc.Arbitrary<string> = fc
  .tuple(
    jsonTexts,
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        remove: fc.nat({ max: 2 }),
        insert: fc.constantFrom('', ...fragments),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([text, changes]) => {
    let changed = text;
    for (const { at, remove, insert } of changes) {
      const from = Math.floor(at * changed.length);
      changed = changed.slice(0, from) + insert + changed.slice(from + remove);
    }
    return changed;
  });
