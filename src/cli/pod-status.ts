import { createHash } from 'node:crypto';
import type { Cluster, PodScope } from '../kube/cluster.ts';
import { KubeError } from '../kube/kube-error.ts';
import { isAlive, type PodFacts } from '../kube/pod-facts.ts';
import { readStatus } from '../record/status-document.ts';
import type { MapStanding, PodStanding, Standing } from './pod-standing.ts';

/** So many pods are asked at once: the API server carries every byte of it. */
const atOnce = 8;

/** The pods of the scope that have our container; those named one by one, whether they have it or not. */
export async function podsOf(cluster: Cluster, scope: PodScope): Promise<readonly PodFacts[]> {
  const all = await cluster.pods(scope);
  return scope.names.length > 0 ? all : all.filter((pod) => pod.sidecar !== undefined && isAlive(pod));
}

/** Asks each of them how it stands, and the cluster what its ConfigMap says. */
export async function askPods(cluster: Cluster, pods: readonly PodFacts[]): Promise<readonly PodStanding[]> {
  const mapOf = mapReader(cluster);
  const standings: PodStanding[] = [];
  await inParallel(pods, async (pod, at) => {
    const map = await mapOf(pod);
    const { namespace, name } = pod;
    standings[at] = { namespace, pod: name, standing: await ask(cluster, pod), map };
  });
  return standings;
}

export async function inParallel<T>(
  items: readonly T[],
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of waiting) await work(item, at);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Each ConfigMap is read once, however many pods mount it. */
export function mapReader(cluster: Cluster): (pod: PodFacts) => Promise<MapStanding> {
  const read = new Map<string, Promise<MapStanding>>();
  return ({ namespace, sidecar }) => {
    const configMap = sidecar?.config?.configMap;
    if (configMap === undefined) return Promise.resolve({ kind: 'none' });
    const place = `${namespace}/${configMap.name}/${configMap.key}`;
    const known = read.get(place) ?? readMap(cluster, namespace, configMap);
    read.set(place, known);
    return known;
  };
}

async function readMap(
  cluster: Cluster,
  namespace: string,
  { name, key }: { readonly name: string; readonly key: string },
): Promise<MapStanding> {
  try {
    const { text } = await cluster.configMap(namespace, name, key);
    if (text === undefined)
      return { kind: 'unreadable', reason: `ConfigMap ${namespace}/${name} has no key ${key}` };
    return { kind: 'read', name, hash: createHash('sha256').update(text).digest('hex') };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return { kind: 'unreadable', reason: error.message };
  }
}

async function ask(cluster: Cluster, pod: PodFacts): Promise<Standing> {
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

export function judge(document: unknown, where: string): Standing {
  const view = readStatus(document);
  if (view !== undefined) return { kind: 'status', status: view };
  const reason = `${where} is not the status of a gateway this kt knows: another program, or another version`;
  return { kind: 'failure', reason };
}
