import type { V1Container, V1Pod, V1PodSecurityContext, V1Volume } from '@kubernetes/client-node';
import { injectLabel, prefix, yesWords } from './injection/names.ts';

/** The name that makes a container ours, as an init container that restarts or as one among the others. */
const sidecarName = 'kt-sidecar';
/** A container of another name is ours when it has a port of this name. */
const adminPortName = 'kt-admin';
const defaultAdminPort = 41_003;

/** What is known of a pod: plain data, and no value of any variable but those that say how the gateway runs. */
export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  readonly wantsSidecar: boolean;
  /** What it says itself, whatever its namespace says. */
  readonly injectLabel: string | undefined;
  /** Those under our prefix. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly hostNetwork: boolean;
  readonly graceSeconds: number;
  readonly others: readonly OtherFacts[];
  readonly sidecar: SidecarFacts | undefined;
}

/** A container that is not ours. */
interface OtherFacts {
  readonly name: string;
  readonly ports: readonly number[];
  readonly requests: readonly string[];
  /** An HTTP proxy is set, and nothing that keeps calls to loopback from it. */
  readonly sendsLoopbackToProxy: boolean;
}

export interface SidecarFacts {
  readonly name: string;
  /** `init`: an init container that does not restart, which would hold up the pod for ever. */
  readonly form: 'native' | 'classic' | 'init';
  readonly adminPort: number;
  readonly hasStartupProbe: boolean;
  readonly requests: readonly string[];
  /** What Pod Security "restricted" would refuse. */
  readonly unrestricted: readonly string[];
  readonly variables: readonly Variable[];
  /** Whether variables come from a whole ConfigMap or Secret, so that any name may be among them. */
  readonly hasVariablesFrom: boolean;
  /** Secrets that it mounts or takes variables from, whether it could start without them or not. */
  readonly secrets: readonly string[];
  readonly drainSeconds: number;
  readonly config: ConfigMount | undefined;
  readonly configPath: string;
}

interface Variable {
  readonly name: string;
  readonly source: 'literal' | 'reference';
}

/** How the configuration file gets into the container. */
export interface ConfigMount {
  readonly subPath: boolean;
  /** Undefined where the volume is no ConfigMap. */
  readonly configMap: { readonly name: string; readonly key: string } | undefined;
}

/** Settings of `gateway run` that decide something here: flag, variable, default. */
const runSettings = {
  drain: ['--drain-seconds', 'KT_DRAIN_SECONDS', '25'],
  config: ['--policy-config', 'KT_POLICY_CONFIG', 'policy-config.yaml'],
} as const;

/** What the image runs where the container names no arguments of its own (its CMD). */
const imageArguments = ['gateway', 'run', '--policy-config', '/etc/kt/policy/policy-config.yaml'];

export function podFacts(pod: V1Pod): PodFacts {
  const spec = pod.spec;
  const containers = spec?.containers ?? [];
  const init = spec?.initContainers ?? [];
  const found = [...init, ...containers].find(isSidecar);
  return {
    namespace: pod.metadata?.namespace ?? 'default',
    name: pod.metadata?.name ?? '',
    phase: pod.status?.phase ?? 'Unknown',
    wantsSidecar: yesWords.includes(pod.metadata?.labels?.[injectLabel] ?? ''),
    injectLabel: pod.metadata?.labels?.[injectLabel],
    annotations: Object.fromEntries(
      Object.entries(pod.metadata?.annotations ?? {}).filter(([name]) => name.startsWith(prefix)),
    ),
    hostNetwork: spec?.hostNetwork ?? false,
    graceSeconds: spec?.terminationGracePeriodSeconds ?? 30,
    others: [...init, ...containers].filter((one) => one !== found).map(otherFacts),
    sidecar: found === undefined ? undefined : sidecarFacts(found, pod, init.includes(found)),
  };
}

/** Whether it has not ended: a pod that ran to its end has nothing to answer with. */
export function isAlive({ phase }: PodFacts): boolean {
  return phase !== 'Succeeded' && phase !== 'Failed';
}

function isSidecar({ name, ports }: V1Container): boolean {
  return name === sidecarName || (ports ?? []).some((port) => port.name === adminPortName);
}

function otherFacts({ name, ports, resources, env }: V1Container): OtherFacts {
  const values = new Map((env ?? []).map((one) => [one.name.toUpperCase(), one.value ?? '']));
  const hasProxy = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].some((one) => (values.get(one) ?? '') !== '');
  const isSpared = /(^|[\s,])(\*|127\.0\.0\.1)($|[\s,])/.test(values.get('NO_PROXY') ?? '');
  return {
    name,
    ports: (ports ?? []).map(({ containerPort }) => containerPort),
    requests: Object.keys(resources?.requests ?? {}),
    sendsLoopbackToProxy: hasProxy && !isSpared,
  };
}

function secretsOf(
  { env, envFrom, volumeMounts }: V1Container,
  volumes: readonly V1Volume[],
): readonly string[] {
  const mounted = new Set((volumeMounts ?? []).map(({ name }) => name));
  const names = [
    ...volumes.filter(({ name }) => mounted.has(name)).map(({ secret }) => secret?.secretName),
    ...(env ?? []).map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    ...(envFrom ?? []).map(({ secretRef }) => secretRef?.name),
  ];
  return [...new Set(names.filter((name) => name !== undefined))];
}

function sidecarFacts(container: V1Container, { spec }: V1Pod, isInit: boolean): SidecarFacts {
  const restarts = container.restartPolicy === 'Always';
  const configPath = absolute(setting(container, runSettings.config), container.workingDir);
  return {
    name: container.name,
    form: isInit ? (restarts ? 'native' : 'init') : 'classic',
    adminPort: container.ports?.find(({ name }) => name === adminPortName)?.containerPort ?? defaultAdminPort,
    hasStartupProbe: container.startupProbe !== undefined,
    requests: Object.keys(container.resources?.requests ?? {}),
    unrestricted: unrestricted(container, spec?.securityContext),
    variables: (container.env ?? []).map(({ name, valueFrom }) => ({
      name,
      source: valueFrom === undefined ? 'literal' : 'reference',
    })),
    hasVariablesFrom: (container.envFrom ?? []).length > 0,
    secrets: secretsOf(container, spec?.volumes ?? []),
    drainSeconds: Number(setting(container, runSettings.drain)) || 25,
    config: configMount(container, spec?.volumes ?? [], configPath),
    configPath,
  };
}

function setting({ command, args, env }: V1Container, [flag, variable, fallback]: readonly string[]): string {
  const words = [...(command ?? []), ...(args ?? (command === undefined ? imageArguments : []))];
  const at = words.indexOf(flag ?? '');
  const joined = words.find((word) => word.startsWith(`${flag}=`))?.slice((flag?.length ?? 0) + 1);
  const given = at === -1 ? joined : words[at + 1];
  return given ?? env?.find(({ name }) => name === variable)?.value ?? fallback ?? '';
}

function absolute(path: string, directory = '/'): string {
  return path.startsWith('/') ? path : `${directory.replace(/\/$/, '')}/${path}`;
}

function configMount(
  { volumeMounts }: V1Container,
  volumes: readonly V1Volume[],
  path: string,
): ConfigMount | undefined {
  // The longest path wins, as in the container.
  const mount = (volumeMounts ?? [])
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .toSorted((one, other) => other.mountPath.length - one.mountPath.length)[0];
  if (mount === undefined) return undefined;
  const subPath = mount.subPath !== undefined || mount.subPathExpr !== undefined;
  const below = subPath ? (mount.subPath ?? '') : path.slice(mount.mountPath.replace(/\/$/, '').length + 1);
  return {
    subPath,
    configMap: configMapOf(
      volumes.find(({ name }) => name === mount.name),
      below,
    ),
  };
}

function configMapOf(volume: V1Volume | undefined, path: string): ConfigMount['configMap'] {
  const sources = [
    volume?.configMap,
    ...(volume?.projected?.sources ?? []).map(({ configMap }) => configMap),
  ];
  for (const source of sources) {
    if (source?.name === undefined) continue;
    if (source.items === undefined) return { name: source.name, key: path };
    const item = source.items.find((one) => one.path === path);
    if (item !== undefined) return { name: source.name, key: item.key };
  }
  return undefined;
}

function unrestricted(container: V1Container, pod: V1PodSecurityContext | undefined): readonly string[] {
  const own = container.securityContext;
  const seccomp = (own?.seccompProfile ?? pod?.seccompProfile)?.type;
  const refused: string[] = [];
  if ((own?.runAsNonRoot ?? pod?.runAsNonRoot) !== true) refused.push('runAsNonRoot: true');
  if (own?.allowPrivilegeEscalation !== false) refused.push('allowPrivilegeEscalation: false');
  if (own?.capabilities?.drop?.includes('ALL') !== true) refused.push('capabilities: {drop: [ALL]}');
  if (seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost')
    refused.push('seccompProfile: {type: RuntimeDefault}');
  return refused;
}
