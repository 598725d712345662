import type { z } from 'zod';
import type { PolicyKind } from '../policy/policy.ts';
import { resolveChain } from './resolve-chain.ts';
import type { Config, Limits } from './config.ts';
import { isMapping, valueAt } from './path.ts';
import { isError, type Problem } from './problem.ts';
import { documentSchema, type WrittenDocument, type WrittenProviders } from './schema.ts';
import type { Secrets } from './secret-ref.ts';
import { targetSchema } from './target-schema.ts';
import { resolveTargets } from './targets.ts';
import { check } from './zod-problems.ts';

export interface InterpretInput {
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

/**
 * Plain values as a configuration; undefined where there is an error among the problems, which are added to `problems`.
 * Where the schema refuses the values, the rest is still checked as far as it can be.
 */
export function interpret(value: unknown, input: InterpretInput, problems: Problem[]): Config | undefined {
  const refused: Problem[] = [];
  const document = check(documentSchema, value, { base: [], problems: refused });
  const parts = document === undefined ? salvage(value) : { ...document.policies, ...document.providers };
  const { secrets, options } = input;
  const later: Problem[] = [];
  const chain = resolveChain({
    chain: parts.chain,
    blocks: blocksOf(value),
    kinds: input.kinds,
    failMode: options.failMode,
    environment: document === undefined ? undefined : { holdBackLimit: document.limits.hold_back_chars },
    problems: later,
  });
  const { simulateMissingKeys } = options;
  const targets = resolveTargets(parts.targets, { secrets, simulateMissingKeys, problems: later });
  if (document === undefined) {
    problems.push(...refused, ...notImplied(later, refused));
    return undefined;
  }
  noteVersion(document, problems);
  noteOrigins(document, problems);
  problems.push(...later);
  const strategy = strategyOf(document.providers, problems);
  if (problems.some(isError)) return undefined;
  if (options.acceptNoTarget !== true && !targets.some(({ available }) => available)) {
    problems.push(noTarget);
    return undefined;
  }
  return { ...settingsOf(document), chain, strategy, targets };
}

/**
 * The usable parts of a document the schema refused: so that a wrong timeout in one target does not hide an unknown
 * provider in it, nor an unknown kind in the chain. All issues at once is worth reading a broken document twice.
 */
function salvage(value: unknown) {
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

/** As written, not as the schema gives it: a record of the schema has no place for a key like `__proto__`. */
function blocksOf(value: unknown): Readonly<Record<string, unknown>> {
  const blocks = valueAt(value, ['policy']);
  return isMapping(blocks) ? blocks : {};
}

/** Of a document with errors: no consequences of what has been reported, and no warnings about what may be wrong. */
function notImplied(later: readonly Problem[], reported: readonly Problem[]): readonly Problem[] {
  return later.filter(
    (problem) =>
      isError(problem) && !reported.some(({ path }) => path.every((part, at) => problem.path[at] === part)),
  );
}

function noteVersion({ pack }: WrittenDocument, problems: Problem[]): void {
  if (/^\d+\.\d+\.\d+/.test(pack.version)) return;
  const message = 'expected three numbers, such as 1.0.0; taken as it is';
  problems.push({ code: 'W106', path: ['pack', 'version'], message });
}

function noteOrigins({ cors }: WrittenDocument, problems: Problem[]): void {
  const at = cors.enabled ? cors.allow_origins.indexOf('*') : -1;
  if (at === -1) return;
  const message = 'every web page in a browser that reaches this gateway can spend its keys';
  const suggestion = 'list the origins that are meant';
  problems.push({ code: 'W120', path: ['cors', 'allow_origins', at], message, suggestion });
}

function strategyOf(providers: WrittenProviders, problems: Problem[]): Config['strategy'] {
  const [first, second] = [providers.strategy, providers.routing?.strategy].filter(
    (name) => name !== undefined,
  );
  const strategy = canonical(first ?? (providers.targets.length === 1 ? 'single' : 'fallback'));
  if (second !== undefined && canonical(second) !== strategy) {
    const message = `contradicts providers.strategy, which is "${strategy}"`;
    problems.push({ code: 'E018', path: ['providers', 'routing', 'strategy'], message });
  }
  if (strategy === 'single' && providers.targets.length > 1) {
    const message = 'with the strategy "single" only the first target is ever asked';
    const suggestion = 'use strategy: fallback, or remove the other targets';
    problems.push({ code: 'W108', path: ['providers', 'targets', 1], message, suggestion });
  }
  return strategy;
}

function canonical(name: NonNullable<WrittenProviders['strategy']>): Config['strategy'] {
  return name === 'single' ? 'single' : 'fallback';
}

const noTarget: Problem = {
  code: 'E019',
  path: ['providers', 'targets'],
  message: 'no target is usable: each of them lacks its secret',
  suggestion: 'set the variables or mount the files named above',
  atKey: true,
};

function settingsOf(document: WrittenDocument): Omit<Config, 'chain' | 'strategy' | 'targets'> {
  const { pack, providers, cors } = document;
  const { deadline_seconds: deadline } = providers;
  return {
    pack: { name: pack.name, version: pack.version, enabled: pack.enabled },
    limits: limitsOf(document.limits),
    cors: { allowOrigins: cors.enabled ? cors.allow_origins : [], maxAgeSeconds: cors.max_age_seconds },
    unknownFields: document.unknown_fields,
    uninspected: document.uninspected,
    denialStatus: document.denial_status,
    deadlineMs: deadline === undefined ? undefined : deadline * 1000,
    commitAfterMs: providers.commit_after_seconds * 1000,
    exportsCallbackMetrics: document.callbacks.length > 0,
  };
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
