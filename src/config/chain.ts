import { kindsNotYetSupported } from '../policy/kinds.ts';
import type { PolicyEnvironment, PolicyKind, StreamingMode } from '../policy/policy.ts';
import {
  commonSchema,
  type CommonSettings,
  splitCommon,
  type WrittenCommon,
} from '../policy/common-settings.ts';
import type { ChainEntry } from './config.ts';
import { isMapping, type Path, printable } from './path.ts';
import type { Problem } from './problem.ts';
import { resolveStreaming } from './streaming-mode.ts';
import { suggestion } from './suggest.ts';
import { check } from './zod-problems.ts';

export interface ChainInput {
  /** As written; entries that are not text have been reported already. */
  readonly chain: readonly unknown[];
  readonly blocks: Readonly<Record<string, unknown>>;
  readonly kinds: readonly PolicyKind[];
  readonly failMode: 'block' | 'allow';
  /** Undefined where the document is too broken to tell. */
  readonly environment: PolicyEnvironment | undefined;
}

export interface ResolvedChain {
  readonly entries: readonly ChainEntry[];
  readonly problems: readonly Problem[];
}

const notYet: ReadonlySet<string> = new Set(kindsNotYetSupported);

/** Joins the chain with its settings blocks. Blocks of kinds outside the chain are checked and change nothing. */
export function resolveChain(input: ChainInput): ResolvedChain {
  const kinds = new Map(input.kinds.map((kind) => [kind.kind, kind]));
  const named = checkNames(input, kinds);
  const misnamed = named.some(({ code }) => code === 'E001'); // then the chain may mean the block after all
  const problems = [...named, ...(misnamed ? [] : inertBlocks(input))];
  const entries: ChainEntry[] = [];
  for (const name of new Set([...names(input.chain), ...Object.keys(input.blocks)])) {
    const kind = kinds.get(name);
    if (kind === undefined) continue;
    const resolved = resolveBlock(kind, input);
    problems.push(...resolved.problems);
    if (resolved.entry !== undefined && input.chain.includes(name)) entries.push(resolved.entry);
  }
  return { entries, problems };
}

function names(chain: readonly unknown[]): readonly string[] {
  return chain.filter((name) => typeof name === 'string');
}

function checkNames(input: ChainInput, kinds: ReadonlyMap<string, PolicyKind>): readonly Problem[] {
  const problems: Problem[] = [];
  if (input.chain.length === 0) {
    const message = 'the chain is empty: nothing is judged';
    problems.push({ code: 'W110', path: ['policies', 'chain'], message });
  }
  for (const [index, name] of input.chain.entries()) {
    if (typeof name !== 'string') continue;
    const path = ['policies', 'chain', index];
    if (input.chain.indexOf(name) < index) {
      problems.push({ code: 'E009', path, message: `the kind "${printable(name)}" is listed twice` });
    } else if (notYet.has(name) && !kinds.has(name)) {
      problems.push({ code: 'E010', path, message: `the policy kind "${name}" is not supported yet` });
    } else if (!kinds.has(name)) problems.push(unknownKind(path, name, kinds));
    else if (!Object.hasOwn(input.blocks, name)) problems.push(withoutBlock(path, name));
  }
  for (const name of Object.keys(input.blocks)) {
    const path = ['policy', name];
    if (!kinds.has(name) && !notYet.has(name)) {
      problems.push({ ...unknownKind(path, name, kinds), atKey: true, hide: true });
    }
  }
  return problems;
}

function unknownKind(path: Path, name: string, kinds: ReadonlyMap<string, PolicyKind>): Problem {
  const message = `unknown policy kind "${printable(name)}"`;
  return { code: 'E001', path, message, suggestion: suggestion(name, [...kinds.keys()], 'Known kinds') };
}

function withoutBlock(path: Path, name: string): Problem {
  const message = `the kind "${name}" has no settings: its defaults apply`;
  return { code: 'E003', path, message, suggestion: `add policy: {${name}: {}} to say that this is meant` };
}

function inertBlocks({ chain, blocks, kinds }: ChainInput): readonly Problem[] {
  const known = new Set([...kinds.map(({ kind }) => kind), ...notYet]);
  return Object.keys(blocks)
    .filter((name) => known.has(name) && !chain.includes(name))
    .map((name) => {
      const why = kinds.some(({ kind }) => kind === name) ? '' : ', which is not supported yet,';
      const message = `no effect: the kind "${name}"${why} is not in policies.chain`;
      return { code: 'W107', path: ['policy', name], message, atKey: true } as const;
    });
}

function resolveBlock(
  kind: PolicyKind,
  input: ChainInput,
): { readonly entry: ChainEntry | undefined; readonly problems: readonly Problem[] } {
  const base = ['policy', kind.kind];
  const block = input.blocks[kind.kind] ?? {};
  if (!isMapping(block)) {
    return { entry: undefined, problems: [{ code: 'E004', path: base, message: 'expected a mapping' }] };
  }
  const { common, own } = splitCommon(block);
  const checkedCommon = check(commonSchema, common, { base });
  const moreKeys = Object.keys(commonSchema.shape);
  const checkedOwn = check(kind.settings, own, { base, moreKeys });
  if (checkedCommon.ok && checkedOwn.ok) {
    const settings: unknown = checkedOwn.value;
    const misfits = problemsOf(kind, settings, input.environment);
    if (misfits.length > 0) return { entry: undefined, problems: misfits };
    const written = checkedCommon.value;
    const streaming = resolveStreaming(kind, settings, written);
    const normal = normalise(written, input.failMode, streaming.mode);
    const said = input.chain.includes(kind.kind) ? notices(kind, settings) : [];
    return {
      entry: { kind: kind.kind, settings, common: normal },
      problems: [...said, ...streaming.problems],
    };
  }
  const failed = [checkedCommon, checkedOwn].flatMap((checked) => (checked.ok ? [] : checked.problems));
  return { entry: undefined, problems: failed };
}

function problemsOf(
  kind: PolicyKind,
  settings: unknown,
  environment: PolicyEnvironment | undefined,
): readonly Problem[] {
  if (environment === undefined) return [];
  const said = kind.problems?.(settings, environment) ?? [];
  return said.map(({ path, message }) => ({ code: 'E004', path: ['policy', kind.kind, ...path], message }));
}

function notices(kind: PolicyKind, settings: unknown): readonly Problem[] {
  const said = kind.notices?.(settings) ?? [];
  return said.map((message) => ({ code: 'W108', path: ['policy', kind.kind], message, atKey: true }));
}

function normalise(
  written: WrittenCommon,
  failMode: 'block' | 'allow',
  streamingMode: StreamingMode,
): CommonSettings {
  const { roles, directions } = written.applies_to;
  return {
    enforcement: written.enforcement,
    onError: written.on_error ?? failMode,
    appliesTo: { roles: [...new Set(roles)], directions: [...new Set(directions)] },
    streamingMode,
  };
}
