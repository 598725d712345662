import { isWell, type StatusView, syncOf } from '../record/status-document.ts';

/** One gateway's standing, or why it could not be asked. */
export type Standing =
  | { readonly kind: 'status'; readonly status: StatusView }
  | { readonly kind: 'failure'; readonly reason: string };

/** What the ConfigMap says that a pod mounts. */
export type MapStanding =
  /** The pod mounts none as its configuration. */
  | { readonly kind: 'none' }
  | { readonly kind: 'read'; readonly name: string; readonly hash: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface PodStanding {
  readonly namespace: string;
  readonly pod: string;
  readonly standing: Standing;
  readonly map: MapStanding;
}

type PodState = ReturnType<typeof syncOf> | 'UNKNOWN';

/** How a pod stands to what its ConfigMap says now: what its file says is only what has been delivered so far. */
export function podState({ standing, map }: PodStanding): PodState {
  if (standing.kind === 'failure') return 'UNKNOWN';
  const { status } = standing;
  return map.kind === 'read' && map.hash !== status.config.desired_hash ? 'STALE' : syncOf(status);
}

/** Whether there is nothing to do about a pod. */
export function isPodWell(pod: PodStanding): boolean {
  return podState(pod) === 'SYNCED' && pod.standing.kind === 'status' && isWell(pod.standing.status);
}
