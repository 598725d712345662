import type { z } from 'zod';
import { isMapping, valueAt } from './path.ts';
import { documentSchema } from './schema.ts';
import { targetSchema, type WrittenTarget } from './target-schema.ts';

/** What later checks look at. Undefined among the targets stands for an entry too broken to look at. */
export interface Parts {
  readonly chain: readonly unknown[];
  readonly targets: readonly (WrittenTarget | undefined)[];
}

/**
 * The usable parts of a document the schema refused: so that a wrong timeout in one target does not hide an unknown
 * provider in it, nor an unknown kind in the chain. All issues at once is worth reading a broken document twice.
 */
export function salvage(value: unknown): Parts {
  const policies = salvageMapping(documentSchema.shape.policies, valueAt(value, ['policies']));
  const chain = valueAt(value, ['policies', 'chain']);
  const targets = valueAt(value, ['providers', 'targets']);
  return {
    chain: policies?.chain ?? (Array.isArray(chain) ? chain : []),
    targets: (Array.isArray(targets) ? targets : []).map((each: unknown) =>
      salvageMapping(targetSchema, each),
    ),
  };
}

/** The value without the keys that are wrong, where the rest suffices. */
function salvageMapping<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> | undefined {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  if (!isMapping(value)) return undefined;
  const wrong = new Set(
    first.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])],
    ),
  );
  const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !wrong.has(key)));
  return schema.safeParse(rest).data;
}
