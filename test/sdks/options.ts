import { parseArgs } from 'node:util';
import { sdks } from './sdks.ts';

export interface Options {
  /** Libraries to test, by id. Undefined: all. */
  readonly only: readonly string[] | undefined;
  /** A file for the matrix as JSON. */
  readonly json: string | undefined;
  /** What becomes of docs/sdks.md. */
  readonly docs: 'leave' | 'check' | 'write';
}

export const usage = `npm run test:sdks [-- options]

  --only a,b       these libraries only: ${sdks.map(({ id }) => id).join(', ')}
  --json FILE      write the matrix to a file as JSON
  --check-docs     fail where docs/sdks.md says something else
  --write-docs     write docs/sdks.md

Libraries are installed into .cache/sdks, or into the folder KT_SDK_CACHE names. KT_SDK_PYTHON names another python3.
`;

/** Throws an error whose message says what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      json: { type: 'string' },
      'check-docs': { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !sdks.some(({ id }) => id === name));
  if (unknown !== undefined) throw new Error(`no library is called "${unknown}"`);
  const docs = values['write-docs'] ? 'write' : values['check-docs'] ? 'check' : 'leave';
  if (only !== undefined && docs !== 'leave') throw new Error('the page of all libraries needs all of them');
  return { only, json: values.json, docs };
}
