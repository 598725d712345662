import { load, onlyLooking } from '../config/load.ts';
import type { Cluster, PodScope } from '../kube/cluster.ts';
import { KubeError } from '../kube/kube-error.ts';
import { injectLabel } from '../kube/injection/names.ts';
import { isAlive, type PodFacts, type SidecarFacts } from '../kube/pod-facts.ts';
import { policyKinds } from '../policy/kinds.ts';
import { readStatus } from '../record/status-document.ts';
import { type Check, fail, warn } from './check.ts';
import { type MapFacts, podChecks, type PodCase, versionCheck } from './pod-checks.ts';

export interface Section {
  readonly title: string;
  readonly checks: readonly Check[];
}

/** A screen is no place for a whole fleet. */
const mostPods = 20;

/** Looks at a cluster: its version, and every pod of the scope that has our container. */
export async function lookAtCluster(cluster: Cluster, scope: PodScope): Promise<readonly Section[]> {
  const title = `cluster ${cluster.context}, namespace ${scope.namespace ?? cluster.namespace}`;
  const version = versionCheck(await cluster.version());
  const pods = await cluster.pods(scope);
  const ours = pods.filter(isAlive).filter(hasSidecar);
  const more = ours.length > mostPods ? [tooMany(ours.length)] : [];
  const sections = await Promise.all(ours.slice(0, mostPods).map((one) => lookAtPod(cluster, one)));
  return [{ title, checks: [version, ...absences(pods, ours.length, scope), ...more] }, ...sections];
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
function absences(pods: readonly PodFacts[], found: number, scope: PodScope): readonly Check[] {
  const without = pods.filter(({ sidecar }) => sidecar === undefined);
  const forgotten = without.filter(({ wantsSidecar }) => wantsSidecar).map(notInjected);
  const advice = 'name its container kt-sidecar, or its admin port kt-admin';
  if (scope.names.length > 0)
    return without.map((pod) =>
      pod.wantsSidecar ? notInjected(pod) : fail('pods', `${pod.name} has no container of ours`, advice),
    );
  if (found > 0 || forgotten.length > 0) return forgotten;
  return [warn('pods', `none of ${pods.length} pods has a container of ours`, advice)];
}

function notInjected({ name }: PodFacts): Check {
  const message = `${name} asks for our container (${injectLabel}) and has none: it was created while no injector ran`;
  return fail('inject', message, 'check the injector, then delete the pod so that it is created again');
}

async function lookAtPod(cluster: Cluster, pod: OurPod): Promise<Section> {
  const { namespace, name, sidecar } = pod;
  const [map, status] = await Promise.all([readMap(cluster, pod), readPodStatus(cluster, pod)]);
  return { title: `pod ${namespace}/${name}`, checks: podChecks({ pod, sidecar, map, status }) };
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
