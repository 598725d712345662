import { load, onlyLooking } from '../config/load.ts';
import type { Cluster, PodScope } from '../kube/cluster.ts';
import { KubeError } from '../kube/kube-error.ts';
import { hasSecret, type InstallationFacts, readInstallation, skipOf } from '../kube/installation.ts';
import { isAlive, type PodFacts, type SidecarFacts } from '../kube/pod-facts.ts';
import { policyKinds } from '../policy/kinds.ts';
import { readStatus } from '../record/status-document.ts';
import { absenceCheck, appChecks, asksForSidecar } from './app-checks.ts';
import { type Check, fail, warn } from './check.ts';
import { installationChecks } from './installation-checks.ts';
import { type MapFacts, podChecks, type PodCase, versionCheck } from './pod-checks.ts';

export interface Section {
  readonly title: string;
  readonly checks: readonly Check[];
}

/** A screen is no place for a whole fleet. */
const mostPods = 20;

/** Looks at a cluster: its version, what of ours is installed, and every pod of the scope that has our container. */
export async function lookAtCluster(cluster: Cluster, scope: PodScope): Promise<readonly Section[]> {
  const namespace = scope.namespace ?? cluster.namespace;
  const title = `cluster ${cluster.context}, namespace ${namespace}`;
  const version = versionCheck(await cluster.version());
  const [pods, installation] = await Promise.all([
    cluster.pods(scope),
    readInstallation(cluster.api, namespace),
  ]);
  const ours = pods.filter(isAlive).filter(hasSidecar);
  const more = ours.length > mostPods ? [tooMany(ours.length)] : [];
  const sections = await Promise.all(
    ours.slice(0, mostPods).map((one) => lookAtPod(cluster, one, installation)),
  );
  const checks = [
    version,
    ...installationChecks(installation, Date.now()),
    ...(await absences(cluster, pods, installation, scope)),
    ...more,
  ];
  return [{ title, checks }, ...sections];
}

type OurPod = PodFacts & { readonly sidecar: SidecarFacts };

function hasSidecar(pod: PodFacts): pod is OurPod {
  return pod.sidecar !== undefined;
}

function tooMany(count: number): Check {
  return warn(
    'pods',
    `the first ${mostPods} of ${count} pods are shown`,
    'name the pod, or use another namespace',
  );
}

/** Pods that should have our container and do not: those named, and those that ask for it. */
async function absences(
  cluster: Cluster,
  pods: readonly PodFacts[],
  installation: InstallationFacts,
  { names }: PodScope,
): Promise<readonly Check[]> {
  const without = pods.filter(isAlive).filter((pod) => !hasSidecar(pod));
  const forgotten = without.filter((pod) => asksForSidecar(pod, installation.namespaceLabel));
  const told = await Promise.all(forgotten.slice(0, mostPods).map((pod) => absenceOf(cluster, pod)));
  const advice = 'name its container kt-sidecar, or its admin port kt-admin';
  if (names.length > 0) {
    const others = without.filter((pod) => !forgotten.includes(pod));
    return [...told, ...others.map(({ name }) => fail('pods', `${name} has no container of ours`, advice))];
  }
  if (pods.length > without.length || told.length > 0) return told;
  return [warn('pods', `none of ${pods.length} pods has a container of ours`, advice)];
}

async function absenceOf(cluster: Cluster, { namespace, name }: PodFacts): Promise<Check> {
  try {
    return absenceCheck(name, await skipOf(cluster.api, namespace, name));
  } catch (error) {
    return warn('inject', `${name} has no sidecar, and cannot be read: ${String(error)}`, 'look at the pod');
  }
}

async function lookAtPod(cluster: Cluster, pod: OurPod, installation: InstallationFacts): Promise<Section> {
  const { namespace, name, sidecar } = pod;
  const secrets = Promise.all(
    sidecar.secrets.map(async (secret) => ({
      name: secret,
      isThere: await hasSecret(cluster.api, namespace, secret),
    })),
  );
  const [map, status] = await Promise.all([readMap(cluster, pod), readPodStatus(cluster, pod)]);
  const checks = [
    ...podChecks({ pod, sidecar, map, status }),
    ...appChecks({ pod, sidecar, installation, secrets: await secrets, status }),
  ];
  return { title: `pod ${namespace}/${name}`, checks };
}

async function readMap(cluster: Cluster, { namespace, sidecar }: OurPod): Promise<MapFacts> {
  const mount = sidecar.config;
  if (mount?.configMap === undefined) return { kind: 'unknown', reason: '' };
  const { name, key } = mount.configMap;
  try {
    const facts = await cluster.configMap(namespace, name, key);
    if (facts.text === undefined) return { kind: 'read', name, facts, issues: [], config: undefined };
    // No key is looked at here: whether the pod is given one is a question about the pod.
    const input = { content: facts.text, kinds: policyKinds, secrets: () => undefined };
    const result = load({ ...input, options: onlyLooking });
    const config = result.ok ? result.config : undefined;
    return { kind: 'read', name, facts, issues: result.issues, config };
  } catch (error) {
    if (error instanceof KubeError) return { kind: 'unknown', reason: error.message };
    throw error;
  }
}

async function readPodStatus(cluster: Cluster, pod: PodFacts): Promise<PodCase['status']> {
  try {
    const view = readStatus(await cluster.status(pod));
    return view === undefined
      ? { failure: 'what answers on the admin port is not a gateway that this kt knows' }
      : { view };
  } catch (error) {
    if (error instanceof KubeError) return { failure: error.message };
    throw error;
  }
}
