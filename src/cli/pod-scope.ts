import type { Cluster, PodScope } from '../kube/cluster.ts';
import type { CommandIo, ExitCode } from './io.ts';

/** Which pods of which cluster. */
export interface ScopeOptions {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
}

export function scopeOf(
  names: readonly string[],
  { namespace, selector, allNamespaces = false }: ScopeOptions,
): PodScope {
  return { namespace, selector, allNamespaces, names };
}

/** Does something with the cluster that is meant; says what the cluster does not give, and that is a 1. */
export async function withCluster(
  names: readonly string[],
  options: ScopeOptions,
  io: Pick<CommandIo, 'error'>,
  work: (cluster: Cluster) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (options.allNamespaces === true && (names.length > 0 || options.namespace !== undefined)) {
    io.error('--all-namespaces goes with neither a POD nor --namespace\n');
    return 2;
  }
  const { Cluster } = await import('../kube/cluster.ts');
  const { KubeError } = await import('../kube/kube-error.ts');
  try {
    return await work(new Cluster(options));
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    io.error(`${error.message}\n`);
    return 1;
  }
}
