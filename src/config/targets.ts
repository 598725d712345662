import type { Pricing } from '../record/usage.ts';
import type { Credential, TargetHeader, TargetKind, TargetSpec } from './config.ts';
import type { Path } from './path.ts';
import { printable } from './path.ts';
import type { Problem } from './problem.ts';
import {
  findProvider,
  type Provider,
  providerIds,
  providersNotYetSupported,
  simulatorId,
} from './provider-table.ts';
import { type CredentialInput, lackingNotice, resolveCredential, unencrypted } from './credential.ts';
import { suggestion } from './suggest.ts';
import { resolveHeaders } from './target-headers.ts';
import type { WrittenTarget } from './target-schema.ts';
import { parseBaseUrl, simulatorUrl, type TargetUrl } from './target-url.ts';

export type TargetOptions = Omit<CredentialInput, 'written' | 'provider' | 'base' | 'url'>;

export interface ResolvedTargets {
  readonly targets: readonly TargetSpec[];
  readonly problems: readonly Problem[];
}

/** Fills in what the provider's name implies: address, key variable, kind. Undefined stands for an unusable entry. */
export function resolveTargets(
  written: readonly (WrittenTarget | undefined)[],
  options: TargetOptions,
): ResolvedTargets {
  const targets: TargetSpec[] = [];
  const problems: Problem[] = [...duplicates(written)];
  for (const [index, each] of written.entries()) {
    if (each === undefined) continue;
    const resolved = resolve(each, ['providers', 'targets', index], options);
    problems.push(...resolved.problems);
    if (resolved.target !== undefined) targets.push(resolved.target);
  }
  return { targets, problems };
}

function duplicates(written: readonly (WrittenTarget | undefined)[]): readonly Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const [index, target] of written.entries()) {
    if (target === undefined) continue;
    const { id } = target;
    const path = ['providers', 'targets', index, 'id'];
    if (seen.has(id))
      problems.push({ code: 'E008', path, message: `duplicate target id "${printable(id)}"` });
    seen.add(id);
  }
  return problems;
}

interface Resolved {
  readonly target?: TargetSpec;
  readonly problems: readonly Problem[];
}

function resolve(written: WrittenTarget, base: Path, options: TargetOptions): Resolved {
  const named = readName(written, base);
  const provider = findProvider(named.provider);
  const isSimulator = named.provider === simulatorId;
  if (provider === undefined && !isSimulator) {
    return { problems: [...named.problems, unknownProvider(named.provider, [...base, 'provider'])] };
  }
  const address = isSimulator ? simulatorAddress(written, base) : readAddress(written, provider, base);
  const url = address.url;
  const key = resolveCredential({ ...options, written, provider, base, url });
  const own = ownHeaders(written, { ...options, base, url, credential: key.credential });
  const problems = [
    ...named.problems,
    ...address.problems,
    ...key.problems,
    ...own.problems,
    ...withoutEffect(written, base),
  ];
  if (url === undefined || named.model === undefined) return { problems };
  const { credential } = key;
  const simulated = key.simulated || (own.isLacking && options.simulateMissingKeys);
  const available = simulated || (key.available && !own.isLacking);
  const shown = simulated ? simulatorAt : url;
  return {
    problems,
    target: spec(
      written,
      { ...named, model: named.model, provider },
      { ...shown, credential, headers: own.headers, available, simulated },
    ),
  };
}

interface Name {
  readonly provider: string;
  readonly kind: TargetKind | undefined;
  readonly model: string | undefined;
  readonly problems: readonly Problem[];
}

const kindNames: Readonly<Record<string, TargetKind>> = {
  chat: 'chat',
  completion: 'completion',
  embedding: 'embedding',
};

/** `provider:kind:model`. Only the first two colons separate: models have colons of their own. */
function readName(written: WrittenTarget, base: Path): Name {
  const [provider = '', kindName, ...rest] = written.provider.split(':');
  const shorthandModel = rest.length === 0 ? undefined : rest.join(':');
  const path = [...base, 'provider'];
  const problems: Problem[] = [];
  const kind = kindName !== undefined && Object.hasOwn(kindNames, kindName) ? kindNames[kindName] : undefined;
  if (kindName !== undefined && kind === undefined) problems.push(badKind(kindName, path));
  if (shorthandModel === '') {
    problems.push({ code: 'E004', path, message: 'expected a model after the second colon' });
  }
  const model = written.model ?? (shorthandModel === '' ? undefined : shorthandModel);
  if (model === undefined && shorthandModel !== '') problems.push(missingModel(base));
  if (shorthandModel !== undefined && written.model !== undefined && written.model !== shorthandModel) {
    const message = 'contradicts the model in provider';
    problems.push({ code: 'E018', path: [...base, 'model'], message, suggestion: 'write the model once' });
  }
  return { provider, kind, model, problems };
}

function badKind(name: string, path: Path): Problem {
  const message = `unknown endpoint kind "${printable(name)}" in the shorthand provider:kind:model`;
  return { code: 'E004', path, message, suggestion: suggestion(name, Object.keys(kindNames), 'Known kinds') };
}

function missingModel(base: Path): Problem {
  const message = 'required and missing: expected text of 1 to 512 characters';
  const suggested = "The provider's model name, here or as provider:kind:model.";
  return { code: 'E005', path: [...base, 'model'], message, suggestion: suggested };
}

function unknownProvider(id: string, path: Path): Problem {
  if (providersNotYetSupported.includes(id)) {
    const alternative = 'use openai-compatible with its base_url, where the provider has such an address';
    return {
      code: 'E010',
      path,
      message: `the provider "${id}" is not supported yet`,
      suggestion: alternative,
    };
  }
  const known = suggestion(id, providerIds, 'Known providers');
  return { code: 'E020', path, message: `unknown provider "${printable(id)}"`, suggestion: known };
}

interface Address {
  readonly url: TargetUrl | undefined;
  readonly problems: readonly Problem[];
}

const simulatorAt: TargetUrl = { baseUrl: simulatorUrl, origin: simulatorUrl, basePath: '' };

function simulatorAddress(written: WrittenTarget, base: Path): Address {
  const path = [...base, 'base_url'];
  const message = 'the simulator has no base_url: it is part of the gateway';
  return {
    url: simulatorAt,
    problems: written.base_url === undefined ? [] : [{ code: 'E018', path, message }],
  };
}

function readAddress(written: WrittenTarget, provider: Provider | undefined, base: Path): Address {
  const path = [...base, 'base_url'];
  const text = written.base_url ?? provider?.baseUrl;
  if (text === undefined) {
    const message = `required and missing: the provider "${provider?.id ?? ''}" has no address of its own`;
    return { url: undefined, problems: [{ code: 'E005', path, message }] };
  }
  const parsed = parseBaseUrl(text, provider?.baseUrl);
  if (parsed.ok) return { url: parsed.url, problems: [] };
  return { url: undefined, problems: [{ code: 'E004', path, message: parsed.message, hide: true }] };
}

interface OwnHeadersInput extends TargetOptions {
  readonly base: Path;
  readonly url: TargetUrl | undefined;
  readonly credential: Credential | undefined;
}

/** The headers of a target, and what is wrong with them beside its key. */
function ownHeaders(written: WrittenTarget, input: OwnHeadersInput) {
  const { base, credential } = input;
  const path = [...base, 'headers'];
  const { headers, lacking, problems: found } = resolveHeaders(written.headers, path, input.secrets);
  const problems = [...found];
  if (lacking !== undefined) problems.push(lackingNotice({ ...input, written }, lacking.path, lacking.why));
  const isTwice = credential !== undefined && headers.some(({ name }) => name === credential.header);
  if (isTwice) {
    const message = `contradicts the key of this target, which is sent in ${credential.header}`;
    problems.push({ code: 'E018', path, message, suggestion: 'send the key in one way' });
  }
  if (credential === undefined && headers.some(({ isSecret }) => isSecret))
    problems.push(...unencrypted({ ...input, written }));
  return { headers, isLacking: lacking !== undefined, problems };
}

function withoutEffect(written: WrittenTarget, base: Path): readonly Problem[] {
  if (written.weight === 1) return [];
  const message = 'no effect: weights act only with a weighted strategy, and there is none yet';
  return [{ code: 'W108', path: [...base, 'weight'], message }];
}

interface Reached extends TargetUrl {
  readonly credential: Credential | undefined;
  readonly headers: readonly TargetHeader[];
  readonly available: boolean;
  readonly simulated: boolean;
}

function spec(
  written: WrittenTarget,
  named: { provider: Provider | undefined; kind: TargetKind | undefined; model: string },
  reached: Reached,
): TargetSpec {
  const timeout = written.timeout_seconds;
  const streamTimeout = written.stream_timeout_seconds ?? timeout;
  const { quantizations = [] } = written;
  return {
    id: written.id,
    provider: named.provider?.id ?? simulatorId,
    kind: named.kind,
    model: named.model,
    baseUrl: reached.baseUrl,
    origin: reached.origin,
    basePath: reached.basePath,
    simulated: reached.simulated,
    available: reached.available,
    credential: reached.credential,
    headers: reached.headers,
    forwardHeaders: written.forward_headers.map((name) => name.toLowerCase()),
    forwardQuery: written.forward_query,
    timeoutMs: timeout * 1000,
    streamTimeoutMs: streamTimeout * 1000,
    connectTimeoutMs: written.connect_timeout_seconds * 1000,
    firstByteTimeoutMs: (written.first_byte_timeout_seconds ?? Math.max(timeout, streamTimeout)) * 1000,
    idleTimeoutMs: written.idle_timeout_seconds * 1000,
    format: written.format,
    description: written.description,
    weight: written.weight,
    quantizations: typeof quantizations === 'string' ? [quantizations] : quantizations,
    usageInStream: written.usage_in_stream ?? named.provider?.usageInStream ?? true,
    pricing: pricingOf(written.pricing),
  };
}

const nanosPerUsd = 1e9;

function pricingOf(written: WrittenTarget['pricing']): Pricing | undefined {
  if (written === undefined) return undefined;
  return {
    promptNanos: Math.round(written.prompt * nanosPerUsd),
    completionNanos: Math.round(written.completion * nanosPerUsd),
  };
}
