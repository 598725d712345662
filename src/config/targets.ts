import type { Pricing } from '../record/usage.ts';
import type { TargetKind, TargetSpec, TargetUrl } from './config.ts';
import { printable, type SettingPath } from './path.ts';
import type { Problem } from './problem.ts';
import {
  findProvider,
  type Provider,
  providerIds,
  providersNotYetSupported,
  simulatorId,
} from './provider-table.ts';
import { type Draft, resolveCredential, resolveHeaders } from './credential.ts';
import { suggestion } from './suggest.ts';
import type { WrittenTarget } from './target-schema.ts';
import { parseBaseUrl, simulatorUrl } from './target-url.ts';

type TargetOptions = Pick<Draft, 'secrets' | 'simulateMissingKeys' | 'problems'>;

/** Fills in what the provider's name implies: address, key variable, kind. Undefined stands for an unusable entry. */
export function resolveTargets(
  written: readonly (WrittenTarget | undefined)[],
  options: TargetOptions,
): readonly TargetSpec[] {
  reportDuplicates(written, options.problems);
  return written.flatMap((each, index) =>
    each === undefined ? [] : (resolve(each, ['providers', 'targets', index], options) ?? []),
  );
}

function reportDuplicates(written: readonly (WrittenTarget | undefined)[], problems: Problem[]): void {
  const seen = new Set<string>();
  for (const [index, target] of written.entries()) {
    if (target === undefined) continue;
    const { id } = target;
    const path = ['providers', 'targets', index, 'id'];
    if (seen.has(id))
      problems.push({ code: 'E008', path, message: `duplicate target id "${printable(id)}"` });
    seen.add(id);
  }
}

function resolve(written: WrittenTarget, base: SettingPath, options: TargetOptions): TargetSpec | undefined {
  const { problems } = options;
  const named = readName(written, base, problems);
  const provider = findProvider(named.provider);
  const isSimulator = named.provider === simulatorId;
  if (provider === undefined && !isSimulator) {
    problems.push(unknownProvider(named.provider, [...base, 'provider']));
    return undefined;
  }
  const url =
    provider === undefined
      ? simulatorAddress(written, base, problems)
      : readAddress(written, provider, base, problems);
  const draft = { ...options, written, provider, base, url };
  const credential = resolveCredential(draft);
  const headers = resolveHeaders(draft, credential);
  warnOfWeight(written, base, problems);
  if (url === undefined || named.model === undefined) return undefined;
  const isLacking = [credential, ...headers].some((each) => each !== undefined && each.value === undefined);
  const simulated = isSimulator || (isLacking && options.simulateMissingKeys);
  return {
    id: written.id,
    provider: provider?.id ?? simulatorId,
    kind: named.kind,
    model: named.model,
    ...(simulated ? simulatorAt : url),
    simulated,
    available: simulated || !isLacking,
    credential,
    headers,
    usageInStream: written.usage_in_stream ?? provider?.usageInStream ?? true,
    ...settingsOf(written),
  };
}

const kindNames: readonly TargetKind[] = ['chat', 'completion', 'embedding'];

/** `provider:kind:model`. Only the first two colons separate: models have colons of their own. */
function readName(written: WrittenTarget, base: SettingPath, problems: Problem[]) {
  const [provider = '', kindName, ...rest] = written.provider.split(':');
  const shorthandModel = rest.length === 0 ? undefined : rest.join(':');
  const path = [...base, 'provider'];
  const kind = kindNames.find((one) => one === kindName);
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
  return { provider, kind, model };
}

function badKind(name: string, path: SettingPath): Problem {
  const message = `unknown endpoint kind "${printable(name)}" in the shorthand provider:kind:model`;
  return { code: 'E004', path, message, suggestion: suggestion(name, kindNames, 'Known kinds') };
}

function missingModel(base: SettingPath): Problem {
  const message = 'required and missing: expected text of 1 to 512 characters';
  const suggested = "The provider's model name, here or as provider:kind:model.";
  return { code: 'E005', path: [...base, 'model'], message, suggestion: suggested };
}

function unknownProvider(id: string, path: SettingPath): Problem {
  if (providersNotYetSupported.includes(id)) {
    const message = `the provider "${id}" is not supported yet`;
    const alternative = 'use openai-compatible with its base_url, where the provider has such an address';
    return { code: 'E010', path, message, suggestion: alternative };
  }
  const known = suggestion(id, providerIds, 'Known providers');
  return { code: 'E020', path, message: `unknown provider "${printable(id)}"`, suggestion: known };
}

const simulatorAt: TargetUrl = { baseUrl: simulatorUrl, origin: simulatorUrl, basePath: '' };

function simulatorAddress(written: WrittenTarget, base: SettingPath, problems: Problem[]): TargetUrl {
  const message = 'the simulator has no base_url: it is part of the gateway';
  if (written.base_url !== undefined) problems.push({ code: 'E018', path: [...base, 'base_url'], message });
  return simulatorAt;
}

function readAddress(
  written: WrittenTarget,
  provider: Provider,
  base: SettingPath,
  problems: Problem[],
): TargetUrl | undefined {
  const path = [...base, 'base_url'];
  const text = written.base_url ?? provider.baseUrl;
  if (text === undefined) {
    const message = `required and missing: the provider "${provider.id}" has no address of its own`;
    problems.push({ code: 'E005', path, message });
    return undefined;
  }
  const parsed = parseBaseUrl(text, provider.baseUrl);
  if (parsed.ok) return parsed.url;
  problems.push({ code: 'E004', path, message: parsed.message, hide: true });
  return undefined;
}

function warnOfWeight({ weight }: WrittenTarget, base: SettingPath, problems: Problem[]): void {
  if (weight === 1) return;
  const message = 'no effect: only a weighted strategy uses weights, and there is none yet';
  problems.push({ code: 'W108', path: [...base, 'weight'], message });
}

function settingsOf(written: WrittenTarget) {
  const timeout = written.timeout_seconds;
  const streamTimeout = written.stream_timeout_seconds ?? timeout;
  return {
    forwardHeaders: written.forward_headers.map((name) => name.toLowerCase()),
    forwardQuery: written.forward_query,
    timeoutMs: timeout * 1000,
    streamTimeoutMs: streamTimeout * 1000,
    connectTimeoutMs: written.connect_timeout_seconds * 1000,
    firstByteTimeoutMs: (written.first_byte_timeout_seconds ?? Math.max(timeout, streamTimeout)) * 1000,
    idleTimeoutMs: written.idle_timeout_seconds * 1000,
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
