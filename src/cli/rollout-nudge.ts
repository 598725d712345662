import type { Cluster } from '../kube/cluster.ts';
import type { PodFacts } from '../kube/pod-facts.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { scopeOf, type ScopeOptions, withCluster } from './pod-scope.ts';
import type { MapStanding } from './pod-standing.ts';

/** `kt rollout nudge`: touches pods, so that their kubelets deliver an edit now. 1 where one could not be touched. */
export async function rolloutNudge(
  names: readonly string[],
  options: ScopeOptions,
  io: CommandIo,
): Promise<ExitCode> {
  return withCluster(names, options, io, async (cluster) => {
    const { inParallel, mapReader, podsOf } = await import('./pod-status.ts');
    const { systemClock } = await import('../kube/clock.ts');
    const { TokenBucket } = await import('../kube/nudge/token-bucket.ts');
    const pods = await podsOf(cluster, scopeOf(names, options));
    const mapOf = mapReader(cluster);
    const bucket = new TokenBucket(systemClock, perSecond, perSecond);
    let failed = 0;
    await inParallel(pods, async (pod) => {
      const map = await mapOf(pod);
      await bucket.take(io.signal);
      if (!(await touch(cluster, pod, map, io))) failed += 1;
    });
    if (pods.length === 0)
      io.error('no pod there has our container; check --namespace, --selector and --context\n');
    return failed === 0 && pods.length > 0 ? 0 : 1;
  });
}

/** What the controller allows itself too. */
const perSecond = 50;

/**
 * The hash that the controller would write, so that it sees nothing left to do. Where it has been written already only
 * another value is a change, and only a change makes the kubelet look.
 */
async function valueFor({ annotations }: PodFacts, map: MapStanding): Promise<string> {
  const { nudgeAnnotation } = await import('../kube/nudge/mounted-pod.ts');
  const hash = map.kind === 'read' ? map.hash.slice(0, 16) : '';
  return hash === '' || annotations[nudgeAnnotation] === hash ? `${hash}@${Date.now()}` : hash;
}

async function touch(
  cluster: Cluster,
  pod: PodFacts,
  map: MapStanding,
  io: Pick<CommandIo, 'write' | 'error'>,
): Promise<boolean> {
  const { KubeError } = await import('../kube/kube-error.ts');
  const { nudgeAnnotation } = await import('../kube/nudge/mounted-pod.ts');
  const where = `${pod.namespace}/${pod.name}`;
  try {
    await cluster.annotate(pod, nudgeAnnotation, await valueFor(pod, map));
    io.write(`${where} nudged\n`);
    return true;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    io.error(`${error.message}\n`);
    return false;
  }
}
