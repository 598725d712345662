import { createHash } from 'node:crypto';
import { syncOf, type StatusView } from '../record/status-document.ts';
import type { Config } from '../config/config.ts';
import type { Issue } from '../config/issue.ts';
import { sizeNoteBytes } from '../config/source-note.ts';
import type { ConfigMapFacts } from '../kube/cluster.ts';
import type { ConfigMount, PodFacts, SidecarFacts } from '../kube/pod-facts.ts';
import { proxyVariables, unusedProxy, unusedProxyFix } from '../upstream/outbound-proxy.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { issueChecks } from './local-checks.ts';

/** What is known of a pod and of what it is given: plain data, and no secret. */
export interface PodCase {
  readonly pod: PodFacts;
  readonly sidecar: SidecarFacts;
  readonly map: MapFacts;
  readonly status: { readonly view: StatusView } | { readonly failure: string };
}

export type MapFacts =
  | { readonly kind: 'unknown'; readonly reason: string }
  | {
      readonly kind: 'read';
      readonly name: string;
      readonly facts: ConfigMapFacts;
      readonly issues: readonly Issue[];
      /** Undefined where it is not valid. */
      readonly config: Config | undefined;
    };

/** One, several or none. */
type Checks = Check | readonly Check[];

const dataPort = 41_002;

/** Everything there is to say about one pod, in the order in which one would look. */
export function podChecks(found: PodCase): readonly Check[] {
  const { pod, sidecar } = found;
  return [
    formCheck(sidecar),
    probeCheck(sidecar),
    hostNetworkCheck(pod),
    portChecks(pod, sidecar),
    mountCheck(sidecar.config, sidecar.configPath),
    mapChecks(found.map),
    hashChecks(found),
    keyChecks(found),
    podProxyCheck(sidecar),
    graceCheck(found),
    requestsCheck(sidecar),
    restrictedCheck(sidecar),
  ].flat();
}

export function versionCheck(version: string): Check {
  const [, major = 0, minor = 0] = /^v?(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  if (major > 1 || minor >= 29) return ok('api', `Kubernetes ${version}`);
  return warn(
    'api',
    `Kubernetes ${version} has no native sidecars`,
    'update to 1.29 or later, or use a normal container',
  );
}

function formCheck({ name, form }: SidecarFacts): Check {
  switch (form) {
    case 'native':
      return ok('sidecar', `${name} is a native sidecar`);
    case 'classic':
      return warn(
        'sidecar',
        `${name} is a normal container: init containers cannot call it, and it keeps Jobs from ending`,
        'make it an init container with restartPolicy: Always',
      );
    case 'init':
      return fail(
        'sidecar',
        `${name} is an init container that never ends, so the pod never starts`,
        'give it restartPolicy: Always',
      );
  }
}

function probeCheck({ form, hasStartupProbe }: SidecarFacts): Check {
  if (hasStartupProbe) return ok('probe', 'a startup probe holds back the app until the gateway serves');
  const what =
    form === 'native' ? 'the app may call before the gateway serves' : 'a slow start looks like a failure';
  return warn(
    'probe',
    `no startup probe: ${what}`,
    'startupProbe: {httpGet: {path: /startupz, port: kt-admin}, periodSeconds: 1, failureThreshold: 60}',
  );
}

function hostNetworkCheck({ hostNetwork }: PodFacts): Checks {
  if (!hostNetwork) return [];
  return fail(
    'network',
    'hostNetwork: the loopback of the pod is that of the whole node',
    'take hostNetwork off the pod',
  );
}

function portChecks({ others }: PodFacts, { adminPort }: SidecarFacts): readonly Check[] {
  return others.flatMap(({ name, ports }) =>
    ports
      .filter((port) => port === dataPort || port === adminPort)
      .map((port) =>
        fail(
          'port',
          `container ${name} declares port ${port}, which is the gateway's`,
          `give ${name} another port, or the gateway another --listen`,
        ),
      ),
  );
}

function mountCheck(mount: ConfigMount | undefined, path: string): Check {
  if (mount === undefined)
    return fail(
      'mount',
      `nothing is mounted at ${path}`,
      'mount the ConfigMap at the folder of --policy-config',
    );
  if (mount.subPath)
    return fail(
      'mount',
      `${path} is mounted with subPath: edits of its ConfigMap never reach it`,
      'mount the whole folder, without subPath',
    );
  if (mount.configMap === undefined)
    return warn(
      'mount',
      `${path} does not come from a ConfigMap`,
      'mount one: edits then apply without a restart',
    );
  return ok('mount', `${path} from ConfigMap ${mount.configMap.name}`);
}

function mapChecks(map: MapFacts): Checks {
  if (map.kind === 'unknown') return map.reason === '' ? [] : warn('config', map.reason, 'check it by hand');
  const { facts, issues, name } = map;
  if (facts.text === undefined)
    return fail(
      'config',
      `ConfigMap ${name} does not have the key that is mounted`,
      'name the key as the file: policy-config.yaml',
    );
  const checks = issueChecks(issues, name, `ConfigMap ${name}`);
  return [checks, immutableCheck(facts, name), sizeCheck(facts, name)].flat();
}

function immutableCheck({ isImmutable }: ConfigMapFacts, name: string): Checks {
  if (!isImmutable) return [];
  return warn(
    'config',
    `ConfigMap ${name} is immutable: no edit is possible`,
    'create it again without immutable',
  );
}

function sizeCheck({ bytes }: ConfigMapFacts, name: string): Checks {
  if (bytes <= sizeNoteBytes) return [];
  return warn(
    'config',
    `ConfigMap ${name} has ${bytes} bytes of at most 1048576`,
    'make it smaller, or split it',
  );
}

function hashChecks({ map, status, pod, sidecar }: PodCase): Checks {
  if ('failure' in status)
    return fail('gateway', status.failure, `kubectl logs ${pod.name} -c ${sidecar.name} -n ${pod.namespace}`);
  const { view } = status;
  const sync = syncOf(view);
  const state =
    sync === 'SYNCED'
      ? ok('gateway', `generation ${view.config.generation}, SYNCED, ${view.phase}`)
      : fail(
          'gateway',
          `${sync}: the file is ${short(view.config.desired_hash)}, ${short(view.config.applied_hash)} runs`,
          `kt status ${pod.name} -n ${pod.namespace} shows the issues`,
        );
  if (map.kind !== 'read' || map.facts.text === undefined) return state;
  const hash = createHash('sha256').update(map.facts.text).digest('hex');
  if (hash === view.config.desired_hash) return [state, ok('delivery', 'the pod has the ConfigMap as it is')];
  const late = `STALE: the ConfigMap is ${short(hash)}, the pod's file ${short(view.config.desired_hash)}`;
  return [
    state,
    warn(
      'delivery',
      late,
      `the kubelet takes up to two minutes; at once: kt rollout nudge ${pod.name} -n ${pod.namespace}`,
    ),
  ];
}

function short(hash: string | null): string {
  return hash === null ? 'unreadable' : hash.slice(0, 12);
}

function keyChecks({ map, sidecar }: PodCase): readonly Check[] {
  if (map.kind !== 'read' || map.config === undefined) return [];
  const keys = map.config.targets.flatMap(({ credential, headers }) => [credential, ...headers]);
  const names = keys.flatMap((key) => {
    const [kind, name] = key?.source?.split(' ') ?? [];
    return kind === 'env' && name !== undefined ? [name] : [];
  });
  return [...new Set(names)].map((name) => keyCheck(name, sidecar));
}

function keyCheck(name: string, { variables, hasVariablesFrom }: SidecarFacts): Check {
  const source = variables.find((variable) => variable.name === name)?.source;
  const reference = `env: [{name: ${name}, valueFrom: {secretKeyRef: {name: SECRET, key: KEY}}}]`;
  if (source === 'reference') return ok('key', `${name} comes from a Secret`);
  if (source === 'literal')
    return warn('key', `${name} is written into the pod, for everyone who may read pods`, reference);
  if (hasVariablesFrom) return ok('key', `${name} may come from envFrom`);
  return fail('key', `${name} is not given to the container`, reference);
}

function podProxyCheck({ variables }: SidecarFacts): Checks {
  const given = Object.fromEntries(variables.map(({ name }) => [name, 'given']));
  const unused = unusedProxy(proxyVariables(given));
  return unused === undefined ? [] : warn('proxy', unused, unusedProxyFix);
}

/** The port stays open this long after the last exchange, and the last lines have to be written. */
const afterDrainSeconds = 5;

function graceCheck({ pod, sidecar, map }: PodCase): Check {
  const { graceSeconds } = pod;
  const { drainSeconds } = sidecar;
  const needed = drainSeconds + afterDrainSeconds;
  if (graceSeconds < needed)
    return fail(
      'grace',
      `the pod is killed after ${graceSeconds} s, before the ${drainSeconds} s of draining are over`,
      `terminationGracePeriodSeconds: ${needed}, or a shorter --drain-seconds`,
    );
  const longest = map.kind === 'read' ? longestStreamSeconds(map.config) : 0;
  if (longest <= drainSeconds) return ok('grace', `${graceSeconds} s cover ${drainSeconds} s of draining`);
  return warn(
    'grace',
    `a stream may take ${longest} s and is ended after ${drainSeconds} s of draining`,
    `--drain-seconds ${longest} and terminationGracePeriodSeconds: ${longest + afterDrainSeconds}, if that matters`,
  );
}

function longestStreamSeconds(config: Config | undefined): number {
  return Math.ceil(
    Math.max(0, ...(config?.targets ?? []).map(({ streamTimeoutMs }) => streamTimeoutMs)) / 1000,
  );
}

function requestsCheck({ requests }: SidecarFacts): Check {
  const lacking = ['cpu', 'memory'].filter((resource) => !requests.includes(resource));
  if (lacking.length === 0) return ok('requests', 'cpu and memory are requested');
  return warn(
    'requests',
    `no request for ${lacking.join(' and ')}: autoscaling of the app cannot work`,
    'resources: {requests: {cpu: 25m, memory: 96Mi}}',
  );
}

function restrictedCheck({ unrestricted }: SidecarFacts): Check {
  if (unrestricted.length === 0) return ok('security', 'fits Pod Security "restricted"');
  return warn(
    'security',
    'Pod Security "restricted" would refuse it',
    `securityContext: {${unrestricted.join(', ')}}`,
  );
}
