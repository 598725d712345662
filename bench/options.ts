import { parseArgs } from 'node:util';

export interface Options {
  readonly isSmoke: boolean;
  readonly isJson: boolean;
  /** Undefined: all. */
  readonly rows: readonly string[] | undefined;
  /** Undefined: as the scale has it. */
  readonly rounds: number | undefined;
}

export const usage = `npm run bench [-- options]

  --rows a,b     these rows only
  --rounds N     counted rounds (default 5)
  --smoke        that everything runs, in seconds; the figures mean nothing
  --json         print JSON instead of Markdown
`;

/** Throws an error whose message says what is wrong. */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      smoke: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      rows: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const rows = values.rows?.split(',');
  const unknown = rows?.find((row) => !known.includes(row));
  if (unknown !== undefined) throw new Error(`unknown row "${unknown}"; there are ${known.join(', ')}`);
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds > 0 && rounds <= 100)) {
    throw new Error('--rounds: expected a whole number from 1 to 100');
  }
  return { isSmoke: values.smoke, isJson: values.json, rows, rounds };
}
