import type { PolicyKind } from '../policy/policy.ts';
import { resolveChain } from './chain.ts';
import type { Config, Cors, Limits, TargetSpec } from './config.ts';
import { issueCodes } from './issue.ts';
import { type Parts, salvage } from './parts.ts';
import { isMapping } from './path.ts';
import type { Problem } from './problem.ts';
import { documentSchema, type WrittenDocument, type WrittenProviders } from './schema.ts';
import type { Secrets } from './secret-ref.ts';
import { resolveTargets } from './targets.ts';
import { check } from './zod-problems.ts';

export interface InterpretInput {
  readonly kinds: readonly PolicyKind[];
  readonly secrets: Secrets;
  readonly options: {
    readonly simulateMissingKeys: boolean;
    readonly failMode: 'block' | 'allow';
    readonly acceptNoTarget?: boolean;
  };
}

export interface Interpreted {
  /** Undefined where there is an error among the problems. */
  readonly config: Config | undefined;
  readonly problems: readonly Problem[];
}

/** Plain values as a configuration. Where the schema refuses them, the rest is still checked as far as it can be. */
export function interpret(value: unknown, input: InterpretInput): Interpreted {
  const checked = check(documentSchema, value, { base: [] });
  const parts = checked.ok ? partsOf(checked.value) : salvage(value);
  const { secrets, options } = input;
  const chain = resolveChain({
    chain: parts.chain,
    blocks: blocksOf(value),
    kinds: input.kinds,
    failMode: options.failMode,
    environment: checked.ok ? { holdBackLimit: checked.value.limits.hold_back_chars } : undefined,
  });
  const targets = resolveTargets(parts.targets, {
    secrets,
    simulateMissingKeys: options.simulateMissingKeys,
  });
  const later = [...chain.problems, ...targets.problems];
  if (!checked.ok)
    return { config: undefined, problems: [...checked.problems, ...notImplied(later, checked.problems)] };
  const strategy = strategyOf(checked.value.providers);
  const notices = [...versionNotice(checked.value), ...originNotice(checked.value)];
  const problems = [...notices, ...later, ...strategy.problems];
  if (problems.some(isError)) return { config: undefined, problems };
  const unusable = options.acceptNoTarget === true ? [] : noTarget(targets.targets);
  const settings = settingsOf(checked.value);
  const config = { ...settings, chain: chain.entries, strategy: strategy.strategy, targets: targets.targets };
  return { config: unusable.length > 0 ? undefined : config, problems: [...problems, ...unusable] };
}

function partsOf(document: WrittenDocument): Parts {
  return { chain: document.policies.chain, targets: document.providers.targets };
}

/** As written, not as the schema gives it: a record of the schema has no place for a key like `__proto__`. */
function blocksOf(value: unknown): Readonly<Record<string, unknown>> {
  const blocks = isMapping(value) ? value['policy'] : undefined;
  return isMapping(blocks) ? blocks : {};
}

/** Of a document with errors: no consequences of what has been reported, and no warnings about what may be wrong. */
function notImplied(later: readonly Problem[], reported: readonly Problem[]): readonly Problem[] {
  return later.filter(
    (problem) =>
      isError(problem) && !reported.some(({ path }) => path.every((part, at) => problem.path[at] === part)),
  );
}

function isError({ code }: Problem): boolean {
  return issueCodes[code].severity === 'error';
}

function versionNotice({ pack }: WrittenDocument): readonly Problem[] {
  if (/^\d+\.\d+\.\d+/.test(pack.version)) return [];
  const message = 'expected three numbers, such as 1.0.0; taken as it is';
  return [{ code: 'W106', path: ['pack', 'version'], message }];
}

function originNotice({ cors }: WrittenDocument): readonly Problem[] {
  const at = cors.enabled ? cors.allow_origins.indexOf('*') : -1;
  if (at === -1) return [];
  const message = 'every web page in a browser that reaches this gateway can spend its keys';
  const suggestion = 'list the origins that are meant';
  return [{ code: 'W120', path: ['cors', 'allow_origins', at], message, suggestion }];
}

function strategyOf(providers: WrittenProviders): {
  readonly strategy: Config['strategy'];
  readonly problems: readonly Problem[];
} {
  const [first, second] = [providers.strategy, providers.routing?.strategy].filter(
    (name) => name !== undefined,
  );
  const strategy = first === undefined ? defaultStrategy(providers) : canonical(first);
  const problems: Problem[] = [];
  if (second !== undefined && canonical(second) !== strategy) {
    const message = `contradicts providers.strategy, which is "${strategy}"`;
    problems.push({ code: 'E018', path: ['providers', 'routing', 'strategy'], message });
  }
  if (strategy === 'single' && providers.targets.length > 1) {
    const message = 'with the strategy "single" only the first target is ever asked';
    const suggestion = 'use strategy: fallback, or remove the other targets';
    problems.push({ code: 'W108', path: ['providers', 'targets', 1], message, suggestion });
  }
  return { strategy, problems };
}

function canonical(name: NonNullable<WrittenProviders['strategy']>): Config['strategy'] {
  return name === 'single' ? 'single' : 'fallback';
}

function defaultStrategy({ targets }: WrittenProviders): Config['strategy'] {
  return targets.length === 1 ? 'single' : 'fallback';
}

function noTarget(targets: readonly TargetSpec[]): readonly Problem[] {
  if (targets.some(({ available }) => available)) return [];
  const message = 'no target is usable: each of them lacks its secret';
  const suggestion = 'set the variables or mount the files named above';
  return [{ code: 'E019', path: ['providers', 'targets'], message, suggestion, atKey: true }];
}

function settingsOf(document: WrittenDocument): Omit<Config, 'chain' | 'strategy' | 'targets'> {
  const { pack, providers } = document;
  const { deadline_seconds: deadline } = providers;
  return {
    pack: { ...pack, description: pack.description },
    limits: limitsOf(document.limits),
    cors: corsOf(document.cors),
    unknownFields: document.unknown_fields,
    uninspected: document.uninspected,
    denialStatus: document.denial_status,
    deadlineMs: deadline === undefined ? undefined : deadline * 1000,
    commitAfterMs: providers.commit_after_seconds * 1000,
    exportsCallbackMetrics: document.callbacks.length > 0,
  };
}

function corsOf(written: WrittenDocument['cors']): Cors {
  const { enabled, allow_origins: allowOrigins, max_age_seconds: maxAgeSeconds } = written;
  return { allowOrigins: enabled ? allowOrigins : [], maxAgeSeconds };
}

function limitsOf(written: WrittenDocument['limits']): Limits {
  return {
    bodyBytes: written.body_bytes,
    headerBytes: written.header_bytes,
    answerBytes: written.answer_bytes,
    jsonDepth: written.json_depth,
    jsonNodes: written.json_nodes,
    holdBackChars: written.hold_back_chars,
    sseEventBytes: written.sse_event_bytes,
    headersMs: written.headers_seconds * 1000,
    receiveMs: written.receive_seconds * 1000,
    keepAliveMs: written.keep_alive_seconds * 1000,
    waitingCommentMs: written.waiting_comment_seconds * 1000,
  };
}
