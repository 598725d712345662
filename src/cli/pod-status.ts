import type { Cluster, PodScope } from '../kube/cluster.ts';
import { KubeError } from '../kube/kube-error.ts';
import { isAlive, type PodFacts } from '../kube/pod-facts.ts';
import type { PodStanding, Standing } from './status-text.ts';

/** So many pods are asked at once: the API server carries every byte of it. */
const atOnce = 8;

/** Asks each pod of the scope that has our container. Pods named one by one are listed whether they have it or not. */
export async function askPods(
  cluster: Cluster,
  scope: PodScope,
  judge: (document: unknown, where: string) => Standing,
): Promise<readonly PodStanding[]> {
  const all = await cluster.pods(scope);
  const chosen =
    scope.names.length > 0 ? all : all.filter((pod) => pod.sidecar !== undefined && isAlive(pod));
  const standings: PodStanding[] = [];
  const waiting = chosen.entries();
  const worker = async (): Promise<void> => {
    for (const [at, pod] of waiting) {
      const standing = await ask(cluster, pod, judge);
      standings[at] = { namespace: pod.namespace, pod: pod.name, standing };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return standings;
}

async function ask(
  cluster: Cluster,
  pod: PodFacts,
  judge: (document: unknown, where: string) => Standing,
): Promise<Standing> {
  if (pod.sidecar === undefined)
    return { kind: 'failure', reason: 'has no container kt-sidecar and no port kt-admin' };
  try {
    return judge(await cluster.status(pod), `/status of ${pod.namespace}/${pod.name}`);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    // A native sidecar answers while its pod is still Pending, so it was worth asking.
    const advice = `the pod is ${pod.phase}: kubectl describe pod ${pod.name} -n ${pod.namespace} says why`;
    return {
      kind: 'failure',
      reason: pod.phase === 'Running' ? error.message : `${error.message}; ${advice}`,
    };
  }
}
