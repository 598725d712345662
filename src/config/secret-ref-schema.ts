import { z } from 'zod';

const name = /^[A-Za-z0-9_.-]{1,253}$/;
const nameExpected = 'expected a name of letters, digits, "_", "-" and "."';

/** No control characters: these texts end up in headers, logs and metric labels. */
// oxlint-disable-next-line no-control-regex -- they are what is refused; no \p{…}, so that every JSON Schema reader can
export const oneLine = /^[^\x00-\x1f\x7f-\x9f]*$/;

/** A stored secret is a file name: it never leads out of its directory. */
function secretName(): z.ZodString {
  return z
    .string()
    .regex(name, nameExpected)
    .refine((text) => !text.startsWith('.'), 'expected a name that does not begin with "."');
}

const refExpected = 'expected a mapping: write {env: NAME}, {file: /PATH} or {store: NAME}';

/** Where a secret is. */
export const secretKeyRef = z
  .strictObject(
    {
      env: secretName().optional().describe('Name of an environment variable.'),
      file: z
        .string()
        .regex(oneLine, 'expected an absolute path')
        .regex(/^\/./, 'expected an absolute path')
        .max(4096)
        .optional()
        .describe(
          'Absolute path of a file. It is read again when it changes, so a key rotates without a restart.',
        ),
      store: secretName().optional().describe('Name of a file in the secrets directory.'),
    },
    { error: (issue) => (issue.code === 'invalid_type' ? refExpected : undefined) },
  )
  .refine((ref) => Object.values(ref).filter((value) => value !== undefined).length === 1, {
    error: 'expected exactly one of env, file and store',
  })
  .meta({ minProperties: 1, maxProperties: 1 });
