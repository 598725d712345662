import { formatIssueLine, type Issue } from '../config/issue.ts';
import type { SourceNote } from '../config/source-note.ts';
import { isWell, type StatusView, syncOf } from '../record/status-document.ts';
import { unusedProxy, unusedProxyFix } from '../upstream/outbound-proxy.ts';
import { type Check, fail, ok, skip, warn } from './check.ts';
import type {
  AdviserFacts,
  ConfigFacts,
  LocalFacts,
  PortFacts,
  ProxyFacts,
  Reached,
  TargetFacts,
} from './local-facts.ts';

/** Everything there is to say about this machine. */
export function localChecks(facts: LocalFacts): readonly Check[] {
  return [
    nodeCheck(facts.nodeVersion),
    ...configChecks(facts.config),
    ...facts.ports.map(portCheck),
    ...proxyChecks(facts.proxy),
    ...reachChecks(facts.reached),
    ...adviserChecks(facts.advisers),
    ...gatewayChecks(facts.gateway),
  ];
}

const leastNode = 24;

export function nodeCheck(version: string): Check {
  const major = Number.parseInt(version.replace(/^v/, ''), 10);
  return major >= leastNode
    ? ok('node', version)
    : fail(
        'node',
        `${version} is too old`,
        `use Node ${leastNode} or later; npm start and npm run kt bring their own`,
      );
}

export function configChecks(facts: ConfigFacts): readonly Check[] {
  if (facts.kind === 'none')
    return [skip('config', `no ${facts.path} here: say --policy-config to have one checked`)];
  if (facts.kind === 'unreadable')
    return [
      fail(
        'config',
        `${facts.path}: ${facts.reason}`,
        'say where it is with --policy-config, or make it readable',
      ),
    ];
  return [
    ...issueChecks(facts.issues, facts.path, facts.path),
    ...facts.notes.map(noteCheck),
    ...facts.targets.flatMap(keyChecks),
  ];
}

/** What the check of each key says better. */
const keyCodes: ReadonlySet<string> = new Set(['W101', 'W102', 'E019']);

/** What is wrong with a configuration, keys aside. */
export function issueChecks(issues: readonly Issue[], path: string, what: string): readonly Check[] {
  const others = issues.filter(({ code }) => !keyCodes.has(code));
  return others.length > 0
    ? others.map((issue) => issueCheck(issue, path))
    : [ok('config', `${what} is valid`)];
}

function issueCheck(issue: Issue, path: string): Check {
  const { code, severity, suggestion } = issue;
  const message = `${code} ${formatIssueLine(issue, path)}`;
  const fix = suggestion ?? `kt policy lint --file ${path} shows the place`;
  return severity === 'error' ? fail('config', message, fix) : warn('config', message, fix);
}

const noteFixes: Readonly<Record<SourceNote['kind'], string>> = {
  file_mount: 'mount the whole ConfigMap as a folder, without subPath',
  not_in_volume: 'mount the ConfigMap as a volume',
  near_size_limit: 'make it smaller: what does not fit in a ConfigMap cannot be applied',
  unreadable: 'let the user of the process read it (defaultMode: 0444)',
};

export function noteCheck({ kind, message }: SourceNote): Check {
  return warn('mount', message, noteFixes[kind]);
}

export function keyChecks({ id, keys, simulated }: TargetFacts): readonly Check[] {
  if (simulated) return [ok('key', `${id} is simulated and needs none`)];
  if (keys.length === 0) return [ok('key', `${id} takes none`)];
  return keys.map(({ source, isThere }) =>
    isThere
      ? ok('key', `${id}: ${source} is there`)
      : fail('key', `${id}: ${source} is missing or unusable, so it is never asked`, `provide ${source}`),
  );
}

export function portCheck({ use, address, found }: PortFacts): Check {
  switch (found) {
    case 'free':
      return ok('port', `${address} (${use}) is free`);
    case 'ours':
      return ok('port', `${address} (${use}): a gateway answers`);
    case 'other': {
      const flag = use === 'data' ? '--listen' : '--admin-listen';
      return fail(
        'port',
        `${address} (${use}) is taken by another program`,
        `end it, or give the gateway another ${flag}`,
      );
    }
  }
}

const local = ['127.0.0.1', 'localhost', '::1'] as const;

/** Clients take the proxy where they should not, and the gateway does not where one might think so. */
export function proxyChecks({ variables, noProxy }: ProxyFacts): readonly Check[] {
  const unused = unusedProxy(variables);
  if (unused === undefined) return [ok('proxy', 'no HTTP proxy is set')];
  return [clientProxyCheck({ variables, noProxy }), warn('proxy', unused, unusedProxyFix)];
}

function clientProxyCheck({ variables, noProxy }: ProxyFacts): Check {
  const spared = noProxy.split(/[\s,]+/).map((host) => host.replace(/^\[(.*)\]$/, '$1'));
  const lacking = spared.includes('*') ? [] : local.filter((host) => !spared.includes(host));
  if (lacking.length === 0)
    return ok('proxy', `${variables.join(', ')} set, and NO_PROXY spares this machine`);
  const message = `${variables.join(', ')} set, and NO_PROXY lacks ${lacking.join(', ')}: clients may send the gateway's calls to the proxy`;
  return warn(
    'proxy',
    message,
    `NO_PROXY=${[...spared.filter((host) => host !== ''), ...lacking].join(',')}`,
  );
}

export function reachChecks(reached: readonly Reached[] | undefined): readonly Check[] {
  if (reached === undefined) return [skip('provider', 'not asked (--offline)')];
  return reached.map(({ origin, failure }) => {
    if (failure === undefined) return ok('provider', `${origin} can be reached`);
    return fail('provider', `${origin}: ${failure.message}`, reachFix(failure.code));
  });
}

/** Nothing where no policy asks anybody. */
export function adviserChecks(advisers: readonly AdviserFacts[] | undefined): readonly Check[] {
  return (advisers ?? []).map(({ url, trouble }) => {
    if (trouble === undefined) return ok('recogniser', `${url} answers, and knows what it will be asked for`);
    return fail('recogniser', `${url}: ${trouble}`, 'start it, or change endpoint, language or entities');
  });
}

function reachFix(code: string): string {
  if (code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED')
    return "look at this machine's clock first, then at the provider's certificate";
  if (/CERT|SIGNATURE|SELF_SIGNED|ISSUER/.test(code))
    return 'name the CA of your network in NODE_EXTRA_CA_CERTS';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'look at base_url and at the name server';
  return 'let this machine connect there: firewall, egress rules, base_url';
}

const mostSkewSeconds = 60;

export function gatewayChecks(facts: LocalFacts['gateway']): readonly Check[] {
  if (facts === undefined) return [];
  const { status, aheadSeconds } = facts;
  const standing = `generation ${status.config.generation}, ${syncOf(status)}, ${status.phase}`;
  const flags = status.degraded.length === 0 ? '' : `, degraded: ${status.degraded.join(', ')}`;
  const state = isWell(status)
    ? ok('gateway', standing)
    : fail('gateway', `${standing}${flags}`, 'kt status shows the issues');
  const standings = [state, ...targetChecks(status)];
  if (aheadSeconds === undefined) return standings;
  const clock =
    Math.abs(aheadSeconds) <= mostSkewSeconds
      ? ok('clock', "the gateway's clock agrees with this one")
      : warn(
          'clock',
          `the gateway's clock is ${aheadSeconds} s off this one`,
          'run a time service on both machines',
        );
  return [...standings, clock];
}

function targetChecks({ targets }: StatusView): readonly Check[] {
  return targets.flatMap(({ id, target_misconfigured: answered }) =>
    answered === null
      ? []
      : fail(
          'target',
          `${id} refuses what the configuration sends it (${answered})`,
          'look at its key, model and base_url',
        ),
  );
}
