import type { PolicyKind } from '../policy/policy.ts';
import type { Config } from './config.ts';
import { deepFreeze } from './freeze.ts';
import { type Issue, issueCodes } from './issue.ts';
import { placeProblems, type Problem } from './problem.ts';
import type { Secrets } from './secret-ref.ts';
import { staleDialect } from './stale-dialect.ts';
import { readYaml } from './yaml-document.ts';
import { yamlSource } from './yaml-source.ts';
import { decodeText } from './yaml-text.ts';
import { interpret } from './interpret.ts';

export interface LoadInput {
  readonly content: string | Uint8Array;
  readonly kinds: readonly PolicyKind[];
  readonly secrets: Secrets;
  readonly options: LoadOptions;
}

export interface LoadOptions {
  /** A target whose secret is missing is answered by the built-in simulator. */
  readonly simulateMissingKeys: boolean;
  /** The default of `on_error`. */
  readonly failMode: 'block' | 'allow';
  /** Accept a document of which no target has its secret: for checks on machines that hold no keys. */
  readonly acceptNoTarget?: boolean;
}

/** For whoever looks at a file and does not run it: keys that this machine does not hold are no error. */
export const onlyLooking = { simulateMissingKeys: false, failMode: 'block', acceptNoTarget: true } as const;

export type LoadResult =
  /** The issues are warnings. */
  | { readonly ok: true; readonly config: Config; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * The file's content as a configuration, or everything that is wrong with it. Pure: no clock, no I/O but through
 * `secrets`. It never throws for anything a file can hold.
 */
export function load(input: LoadInput): LoadResult {
  const decoded = decodeText(input.content);
  if (decoded.problems.some(isError)) {
    return { ok: false, issues: placeProblems(decoded.problems, yamlSource(decoded.text, null, new Map())) };
  }
  const yaml = readYaml(decoded.text);
  const stale = staleDialect(yaml.value);
  const read = yaml.value === undefined || stale !== undefined ? nothing : interpret(yaml.value, input);
  const notices = stale === undefined ? read.problems : [stale];
  const problems = [...decoded.problems, ...yaml.problems, ...notices];
  const issues = placeProblems(problems, yaml.source);
  if (read.config === undefined || problems.some(isError)) return { ok: false, issues };
  return { ok: true, config: deepFreeze(read.config), issues };
}

const nothing = { config: undefined, problems: [] };

function isError({ code }: Problem): boolean {
  return issueCodes[code].severity === 'error';
}
