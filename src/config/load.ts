import type { Config } from './config.ts';
import type { Issue } from './issue.ts';
import { isError, placeProblems, type Problem } from './problem.ts';
import { staleDialect } from './stale-dialect.ts';
import { decodeText, readYaml } from './yaml-document.ts';
import { yamlSource } from './yaml-source.ts';
import { interpret, type InterpretInput } from './interpret.ts';

interface LoadInput extends InterpretInput {
  readonly content: string | Uint8Array;
}

/** For whoever looks at a file and does not run it: keys that this machine does not hold are no error. */
export const onlyLooking = { simulateMissingKeys: false, failMode: 'block', acceptNoTarget: true } as const;

/** Parameters only because a reload is tested over a smaller language than that of the configuration. */
export type LoadResult<C = Config, I = Issue> =
  /** The issues are warnings. */
  | { readonly ok: true; readonly config: C; readonly issues: readonly I[] }
  | { readonly ok: false; readonly issues: readonly I[] };

/**
 * The file's content as a configuration, or everything that is wrong with it. Pure: no clock, no I/O but through
 * `secrets`. It never throws for anything a file can hold.
 */
export function load(input: LoadInput): LoadResult {
  const problems: Problem[] = [];
  const text = decodeText(input.content, problems);
  if (problems.some(isError)) {
    return { ok: false, issues: placeProblems(problems, yamlSource(text, null, new Map())) };
  }
  const { value, source } = readYaml(text, problems);
  const stale = staleDialect(value);
  if (stale !== undefined) problems.push(stale);
  const isReadable = value !== undefined && stale === undefined;
  const said: Problem[] = [];
  const config = isReadable ? interpret(value, input, said) : undefined;
  problems.push(...said);
  const issues = placeProblems(problems, source);
  if (config === undefined || problems.some(isError)) return { ok: false, issues };
  return { ok: true, config: deepFreeze(config), issues };
}

/** Freezes plain data through and through. Other objects (a compiled pattern, say) keep their own state. */
function deepFreeze<Value>(value: Value): Value {
  const pending: unknown[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!isPlain(next) || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const inner of Object.values(next)) if (inner !== undefined) pending.push(inner);
  }
  return value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}
