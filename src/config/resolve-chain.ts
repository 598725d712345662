import { kindsNotYetSupported } from '../policy/kinds.ts';
import {
  type PolicyEnvironment,
  type PolicyKind,
  type StreamingMode,
  streamingModes,
} from '../policy/policy.ts';
import {
  commonSchema,
  type CommonSettings,
  splitCommon,
  type WrittenCommon,
} from '../policy/common-settings.ts';
import type { ChainEntry } from './config.ts';
import { isMapping, type SettingPath, printable } from './path.ts';
import type { Problem } from './problem.ts';
import { suggestion } from './suggest.ts';
import { check } from './zod-problems.ts';

interface ChainInput {
  /** As written; entries that are not text have been reported already. */
  readonly chain: readonly unknown[];
  readonly blocks: Readonly<Record<string, unknown>>;
  readonly kinds: readonly PolicyKind[];
  readonly failMode: 'block' | 'allow';
  /** Undefined where the document is too broken to tell. */
  readonly environment: PolicyEnvironment | undefined;
  /** Whatever is found wrong is added here. */
  readonly problems: Problem[];
}

const notYet: ReadonlySet<string> = new Set(kindsNotYetSupported);

/** Joins the chain with its settings blocks. Blocks of kinds outside the chain are checked and change nothing. */
export function resolveChain(input: ChainInput): readonly ChainEntry[] {
  const kinds = new Map(input.kinds.map((kind) => [kind.kind, kind]));
  checkNames(input, kinds);
  const isMisnamed = input.problems.some(({ code }) => code === 'E001'); // then the chain may mean the block after all
  if (!isMisnamed) noteInertBlocks(input);
  const names = input.chain.filter((name) => typeof name === 'string');
  return [...new Set([...names, ...Object.keys(input.blocks)])].flatMap((name) => {
    const kind = kinds.get(name);
    const entry = kind === undefined ? undefined : resolveBlock(kind, input);
    return entry === undefined || !input.chain.includes(name) ? [] : [entry];
  });
}

function checkNames(input: ChainInput, kinds: ReadonlyMap<string, PolicyKind>): void {
  const { problems } = input;
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
}

function unknownKind(path: SettingPath, name: string, kinds: ReadonlyMap<string, PolicyKind>): Problem {
  const message = `unknown policy kind "${printable(name)}"`;
  return { code: 'E001', path, message, suggestion: suggestion(name, [...kinds.keys()], 'Known kinds') };
}

function withoutBlock(path: SettingPath, name: string): Problem {
  const message = `the kind "${name}" has no settings: its defaults apply`;
  return { code: 'E003', path, message, suggestion: `add policy: {${name}: {}} to say that this is meant` };
}

function noteInertBlocks({ chain, blocks, kinds, problems }: ChainInput): void {
  const known = new Set([...kinds.map(({ kind }) => kind), ...notYet]);
  for (const name of Object.keys(blocks)) {
    if (!known.has(name) || chain.includes(name)) continue;
    const why = kinds.some(({ kind }) => kind === name) ? '' : ', which is not supported yet,';
    const message = `no effect: the kind "${name}"${why} is not in policies.chain`;
    problems.push({ code: 'W107', path: ['policy', name], message, atKey: true });
  }
}

function resolveBlock(kind: PolicyKind, input: ChainInput): ChainEntry | undefined {
  const { problems, environment } = input;
  const base = ['policy', kind.kind];
  const block = input.blocks[kind.kind] ?? {};
  if (!isMapping(block)) {
    problems.push({ code: 'E004', path: base, message: 'expected a mapping' });
    return undefined;
  }
  const { common, own } = splitCommon(block);
  const written = check(commonSchema, common, { base, problems });
  const moreKeys = Object.keys(commonSchema.shape);
  const settings: unknown = check(kind.settings, own, { base, moreKeys, problems });
  if (written === undefined || settings === undefined) return undefined;
  const misfits = environment === undefined ? [] : (kind.problems?.(settings, environment) ?? []);
  for (const { path, message } of misfits) problems.push({ code: 'E004', path: [...base, ...path], message });
  if (misfits.length > 0) return undefined;
  const said = input.chain.includes(kind.kind) ? (kind.notices?.(settings) ?? []) : [];
  for (const message of said) problems.push({ code: 'W108', path: base, message, atKey: true });
  const mode = resolveStreaming(kind, settings, written, problems);
  return { kind: kind.kind, settings, common: normalise(written, input.failMode, mode) };
}

/** The streaming mode that applies to a policy. A mode that the policy cannot keep is refused: it would be one in name only. */
function resolveStreaming(
  kind: PolicyKind,
  settings: unknown,
  { streaming_mode: asked, applies_to: { directions } }: WrittenCommon,
  problems: Problem[],
): StreamingMode {
  const possible = kind.streaming?.(settings) ?? streamingModes;
  const path = ['policy', kind.kind, 'streaming_mode'];
  if (possible.length === 0 || !directions.includes('answer')) {
    const message = 'no effect: this policy does not look at answers';
    if (asked === 'buffered') problems.push({ code: 'W108', path, message });
    return 'realtime';
  }
  const preset = streamingModes.find((mode) => possible.includes(mode)) ?? 'realtime';
  if (asked === undefined || possible.includes(asked)) return asked ?? preset;
  const how = preset === 'buffered' ? 'as a whole' : 'as they arrive';
  const message = `"${asked}" is not possible: with these settings the kind "${kind.kind}" judges streamed answers ${how}`;
  const advice = `use streaming_mode: ${preset}, or remove the key`;
  problems.push({ code: 'E018', path, message, suggestion: advice });
  return preset;
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
