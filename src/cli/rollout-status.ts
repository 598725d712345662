import { setTimeout as wait } from 'node:timers/promises';
import type { Cluster } from '../kube/cluster.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { type PodStanding, podState } from './pod-standing.ts';
import { scopeOf, type ScopeOptions, withCluster } from './pod-scope.ts';
import { issueLines } from './status-text.ts';

export interface RolloutStatusOptions extends ScopeOptions {
  readonly timeout: number;
}

const betweenMs = 1000;

/** `kt rollout status`: waits until what the ConfigMap says runs in every pod. 1 where a pod refuses it, or time is up. */
export async function rolloutStatus(
  names: readonly string[],
  options: RolloutStatusOptions,
  io: CommandIo,
): Promise<ExitCode> {
  return withCluster(names, options, io, async (cluster) => {
    const deadline = AbortSignal.any([io.signal, AbortSignal.timeout(options.timeout * 1000)]);
    let said = '';
    for (;;) {
      const standings = await look(cluster, names, options);
      const progress = progressOf(standings);
      if (progress !== said) io.write(progress);
      said = progress;
      const end = endOf(standings, io);
      if (end !== undefined) return end;
      if (!(await pause(deadline))) break;
    }
    io.error(
      `error: not done after ${options.timeout} s; kt status shows which pods lack it, kt rollout nudge hurries them\n`,
    );
    return 1;
  });
}

async function look(cluster: Cluster, names: readonly string[], options: RolloutStatusOptions) {
  const { askPods, podsOf } = await import('./pod-status.ts');
  return askPods(cluster, await podsOf(cluster, scopeOf(names, options)));
}

function progressOf(standings: readonly PodStanding[]): string {
  const done = standings.filter((pod) => podState(pod) === 'SYNCED').length;
  const all = standings.length;
  if (done === all && all > 0) return `policy rolled out: ${all} of ${all} pods run it\n`;
  return `Waiting for the policy: ${done} of ${all} pods run it...\n`;
}

/** Undefined: there is more to wait for. */
function endOf(standings: readonly PodStanding[], io: Pick<CommandIo, 'error'>): ExitCode | undefined {
  if (standings.length === 0) {
    io.error('error: no pod there has our container; check --namespace, --selector and --context\n');
    return 1;
  }
  // Without it nobody knows what to wait for.
  const unread = standings.find(({ map }) => map.kind === 'unreadable')?.map;
  if (unread?.kind === 'unreadable') {
    io.error(`error: ${unread.reason}\n`);
    return 1;
  }
  const refused = standings.find((pod) => podState(pod) === 'REJECTED');
  if (refused?.standing.kind === 'status') {
    io.error(`error: ${refused.namespace}/${refused.pod} refuses it and keeps what it had:\n`);
    io.error(issueLines(refused.standing.status));
    return 1;
  }
  return standings.every((pod) => podState(pod) === 'SYNCED') ? 0 : undefined;
}

/** False: no more time. */
async function pause(signal: AbortSignal): Promise<boolean> {
  try {
    await wait(betweenMs, undefined, { signal });
    return true;
  } catch {
    return false; // aborted, which is what the signal is for
  }
}
