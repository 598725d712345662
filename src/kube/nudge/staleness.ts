import type { MountedPod } from './mounted-pod.ts';

/** A source as it stands, and whether its last change was seen to happen. */
export interface SourceState {
  readonly editedAt: number;
  readonly wasSeen: boolean;
}

/** By then a kubelet at its own settings (60 s, and up to half again) has delivered an edit, nudged or not. */
export const kubeletsOwnMs = 180_000;

/**
 * Whether a pod may have an old mount. Not, if it began after the edit: it was given the new content. And of an edit from
 * before our time the kubelet has had time to hear by itself: a start of the controller touches nobody. The API server's
 * times are whole seconds: within one, an edit that was seen counts as later, and one from before our time as earlier.
 */
export function mayBeStale(pod: MountedPod, sources: readonly SourceState[], now: number): boolean {
  if (!pod.isHeld) return false;
  return sources.some(({ editedAt, wasSeen }) =>
    wasSeen ? pod.createdAt <= editedAt : pod.createdAt < editedAt && now - editedAt < kubeletsOwnMs,
  );
}
